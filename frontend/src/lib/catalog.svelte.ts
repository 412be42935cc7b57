/** The scenarios that the server offers, as the list shows them. */
import type { ScenarioList, ScenarioSummary } from './wire';

export class Catalog {
  scenarios = $state.raw<ScenarioSummary[]>([]);
  problem = $state<string | null>(null);

  async load(base: string): Promise<void> {
    try {
      const response = await fetch(new URL('api/scenarios', base));
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      this.scenarios = ((await response.json()) as ScenarioList).scenarios;
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  find(id: string): ScenarioSummary | undefined {
    return this.scenarios.find((scenario) => scenario.id === id);
  }
}

/** The race of the mail that the project began with. */
const FIRST = 'uffd-copy';

/** Where a newcomer begins when no link says otherwise. */
export function startingScenario(scenarios: readonly ScenarioSummary[]): ScenarioSummary | undefined {
  return scenarios.find((scenario) => scenario.id === FIRST) ?? scenarios[0];
}

/** Where a reader begins, as the server says: in a variant with something to find, where there is one. */
export function startingVariant(scenario: ScenarioSummary | undefined): string | null {
  return scenario?.begin ?? null;
}
