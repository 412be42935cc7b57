/** Looking for a scenario among many: by its question, summary, id, group, kinds of findings and versions. */
import { kindWords } from './format';
import type { Level, ScenarioSummary, VariantView } from './wire';

export interface Group {
  name: string;
  /** How hard it is, and a line about it; null where the guide says nothing. */
  level: Level | null;
  scenarios: ScenarioSummary[];
}

/** Every word of the query must occur somewhere. An empty query finds all. */
export function foundBy(query: string, scenarios: readonly ScenarioSummary[]): ScenarioSummary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return scenarios.filter((scenario) => {
    const text = textOf(scenario);
    return words.every((word) => text.includes(word));
  });
}

function textOf(scenario: ScenarioSummary): string {
  const kinds = kindsOf(scenario);
  return [
    scenario.id,
    scenario.title,
    scenario.summary,
    scenario.group,
    ...kinds,
    ...kinds.map(kindWords),
    ...scenario.variants.map((variant) => variant.id),
  ]
    .join('\n')
    .toLowerCase();
}

/** What it is about, and whatever can happen in any of its versions. */
export function kindsOf(scenario: ScenarioSummary): string[] {
  const kinds = scenario.asks ? [scenario.asks] : [];
  for (const variant of scenario.variants) {
    for (const [kind, verdict] of Object.entries(variant.expect)) {
      if (verdict !== 'never' && !kinds.includes(kind)) kinds.push(kind);
    }
  }
  return kinds;
}

/** By their groups, these and their scenarios in the order in which the guide says one should meet them. */
export function groupsOf(scenarios: readonly ScenarioSummary[], levels: readonly Level[]): Group[] {
  const names = levels.map((level) => level.group);
  const order = (name: string): number => (names.includes(name) ? names.indexOf(name) : names.length);
  return [...Map.groupBy(scenarios, (scenario) => scenario.group || 'Others')]
    .map(([name, all]) => {
      const level = levels.find(({ group }) => group === name) ?? null;
      return { name, level, scenarios: firstOf(all, level?.first ?? []) };
    })
    .sort((a, b) => order(a.name) - order(b.name));
}

function firstOf(scenarios: readonly ScenarioSummary[], first: readonly string[]): ScenarioSummary[] {
  const order = ({ id }: ScenarioSummary): number => (first.includes(id) ? first.indexOf(id) : first.length);
  return [...scenarios].sort((a, b) => order(a) - order(b));
}

/** "S", and what it means; null where nothing is known. */
export function verdictLetter(variant: VariantView): { letter: string; words: string } | null {
  switch (variant.verdict) {
    case 'always':
      return { letter: 'A', words: 'always' };
    case 'sometimes':
      return { letter: 'S', words: 'sometimes' };
    case 'never':
      return { letter: 'N', words: 'never' };
    default:
      return null;
  }
}
