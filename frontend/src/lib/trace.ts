/**
 * A path through the history as the timeline and the log draw it: runs of one actor, switches, findings.
 */
import type { NodeView } from './wire';

export interface Run {
  /** Numbers of its first and last step. */
  first: number;
  last: number;
  actor: string;
}

/** Steps of one actor in a row become one run. `path` has the root at index 0. */
export function runsOf(path: readonly NodeView[]): Run[] {
  const runs: Run[] = [];
  for (const node of path) {
    if (node.actor === null) continue;
    const open = runs.at(-1);
    if (open && open.actor === node.actor) open.last = node.number;
    else runs.push({ first: node.number, last: node.number, actor: node.actor });
  }
  return runs;
}

/** Where one travels to with "previous switch": the last step of the run before, or the start. */
export function switchBefore(runs: readonly Run[], number: number): number {
  for (const run of [...runs].reverse()) if (run.last < number) return run.last;
  return 0;
}

/** "Next switch": the last step of the run that comes, so that the switch is the next thing to happen. */
export function switchAfter(runs: readonly Run[], number: number): number {
  for (const run of runs) if (run.last > number) return run.last;
  return runs.at(-1)?.last ?? 0;
}

export function findingsOn(path: readonly NodeView[]): NodeView[] {
  return path.filter((node) => node.findings.length > 0);
}

/** Things that would be drawn closer together than `room` become one group, in their order. */
export function clusters<T>(items: readonly T[], at: (item: T) => number, room: number): [T, ...T[]][] {
  const groups: [T, ...T[]][] = [];
  for (const item of items) {
    const open = groups.at(-1);
    if (open && at(item) - at(open[0]) < room) open.push(item);
    else groups.push([item]);
  }
  return groups;
}
