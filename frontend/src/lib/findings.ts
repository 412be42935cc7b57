/** What has gone wrong on the way to the cursor, gathered by the step at which it did. */
import type { FindingView, NodeView, ProgramView, StepView } from './wire';

export interface Violation {
  node: NodeView;
  /** At least one, the first in the server's order first. */
  findings: FindingView[];
  /** It is the step that one is at. */
  here: boolean;
}

/** `path` ends at the cursor. What one is at comes first, the rest as it happened. */
export function violationsOn(path: readonly NodeView[]): Violation[] {
  const cursor = path.at(-1);
  return path
    .map((node) => ({ node, findings: node.findings.filter((f) => !f.warning), here: node === cursor }))
    .filter((violation) => violation.findings.length > 0)
    .sort((a, b) => Number(b.here) - Number(a.here));
}

/** Something went wrong on the path that is no warning. */
export function hasViolation(path: readonly NodeView[]): boolean {
  return path.some((node) => node.findings.some((finding) => !finding.warning));
}

export interface Warning {
  node: NodeView;
  finding: FindingView;
}

/** What one is at comes first, as with violations; a warning that comes again at later steps is told once. */
export function warningsOn(path: readonly NodeView[]): Warning[] {
  const cursor = path.at(-1);
  const told = new Map<string, Warning>();
  for (const node of path) {
    for (const finding of node.findings.filter((f) => f.warning)) {
      const key = `${finding.kind} ${finding.message}`;
      if (!told.has(key) || node === cursor) told.set(key, { node, finding });
    }
  }
  return [...told.values()].sort((a, b) => Number(b.node === cursor) - Number(a.node === cursor));
}

/** A finding without an actor is made when nobody can go on: no step is to blame for it. */
export function whenWords({ node, findings, here }: Violation): string {
  const when = findings.every((finding) => finding.actor === null)
    ? 'at the end of the run'
    : here
      ? 'by this step'
      : `at step ${node.number}`;
  return findings.some((finding) => finding.fatal) ? `${when}; the run ends here` : when;
}

/** The step that did it, and none for what shows only at the end of a run. */
export function guiltyStep(program: ProgramView, { node, findings }: Violation): StepView | null {
  if (node.step === null || findings.every((finding) => finding.actor === null)) return null;
  return program.actors.find((actor) => actor.letter === node.actor)?.steps[node.step] ?? null;
}
