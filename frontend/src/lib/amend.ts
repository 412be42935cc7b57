/** A link that asks for what there is not: what is shown instead, and the sentence that says so. */
import { startingScenario, startingVariant } from './catalog.svelte';
import type { Link } from './link';
import type { ScenarioSummary } from './wire';

const MOST_LETTERS = 40;

/** The link with its scenario and variant replaced where the server has none of that name. */
export function amended(
  link: Link,
  scenarios: readonly ScenarioSummary[],
): { link: Link; problem: string | null } {
  if (link.bundle) return { link, problem: null };
  const found = scenarios.find((scenario) => scenario.id === link.scenario);
  const shown = found ?? startingScenario(scenarios);
  if (!shown) return { link, problem: null };
  const known = link.variant === null || shown.variants.some((variant) => variant.id === link.variant);
  if (found && known) return { link, problem: null };

  const variant = startingVariant(shown);
  const problem = found
    ? `${found.id} has no version “${cut(link.variant ?? '')}”. Shown is ${variant ?? found.id}.`
    : `There is no scenario “${cut(link.scenario)}”. ${insteadOf(shown)}`;
  return {
    link: { ...link, scenario: shown.id, variant, schedule: '', cursor: null, modelHash: null },
    problem,
  };
}

/** For a fragment that is no link. Null when there was none. */
export function unreadable(fragment: string, shown: ScenarioSummary): string | null {
  const asked = fragment.replace(/^#/, '');
  if (asked === '') return null;
  const version = /^v(\d+)~/.exec(asked)?.[1];
  const what =
    version && version !== '1'
      ? `The link is of version ${cut(version)}, and this page reads version 1.`
      : `The link “${cut(asked)}” cannot be read.`;
  return `${what} ${insteadOf(shown)}`;
}

function insteadOf(shown: ScenarioSummary): string {
  return `Shown is ${shown.id}; the list above has all scenarios.`;
}

function cut(text: string): string {
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}
