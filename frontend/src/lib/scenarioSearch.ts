/** Looking for a scenario among many: by its question, summary, id, group, kinds of findings and versions. */
import { kindWords } from './format';
import type { ScenarioSummary, VariantView } from './wire';

export interface Group {
  name: string;
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

/** By their groups; the group of `first` comes first, the others in the order in which they begin. */
export function groupsOf(scenarios: readonly ScenarioSummary[], first: ScenarioSummary | undefined): Group[] {
  return [...Map.groupBy(scenarios, (scenario) => scenario.group || 'Others')]
    .map(([name, all]) => ({ name, scenarios: all }))
    .sort((a, b) => Number(b.name === first?.group) - Number(a.name === first?.group));
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
