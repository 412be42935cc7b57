/** What counts as solved, on home as in the list of challenges: it was done by hand, as a challenge or before. Pure. */

/** `solved`: ids of scenarios, and of the goals of each, that were reached outside of challenges too. */
export function isSolved(
  scenario: string,
  solved: ReadonlySet<string>,
  scores: ReadonlyMap<string, unknown>,
): boolean {
  return solved.has(scenario) || [...scores.keys()].some((id) => id.startsWith(`${scenario}/`));
}

/** The name under which a goal that was reached is kept. */
export function goalName(scenario: string, kind: string): string {
  return `${scenario}/${kind}`;
}
