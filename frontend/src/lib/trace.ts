/**
 * A path through the history as the timeline and the log draw it: runs of one actor, switches, waits, marks.
 */
import { notesFor } from './notes';
import { actorState, type World } from './values';
import type { NodeView, ProgramView } from './wire';

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

export function sizeOf(run: Run): number {
  return run.last - run.first + 1;
}

/** Where one travels to with "previous switch": the last step of the run before, or the start. */
export function switchBefore(runs: readonly Run[], number: number): number {
  return runs.findLast((run) => run.last < number)?.last ?? 0;
}

/** "Next switch": the last step of the run that comes, so that the switch is the next thing to happen. */
export function switchAfter(runs: readonly Run[], number: number): number {
  return runs.find((run) => run.last > number)?.last ?? runs.at(-1)?.last ?? 0;
}

/** Why the actor before did not go on. A preemption took the CPU from one that could still have gone. */
export type SwitchKind = 'preempted' | 'chosen' | 'finished' | 'blocked';

export function switchKind(node: NodeView): SwitchKind {
  if (node.preemption) return 'preempted';
  if (node.switch_reason === null || node.switch_reason === 'chosen') return 'chosen';
  return / had (finished|nothing to do)$/.test(node.switch_reason) ? 'finished' : 'blocked';
}

/** "Switch, a preemption: chosen". Null for a step that goes on where the one before was. */
export function switchWords(node: NodeView): string | null {
  if (!node.switch) return null;
  return `${node.preemption ? 'Preemption' : 'Switch'}: ${node.switch_reason ?? 'chosen'}`;
}

/** Steps during which an actor could not go, and the server's words for why. */
export interface Wait {
  actor: string;
  /** It begins to wait with the step `after`, and can go again with the step `until`, or waits to the end. */
  after: number;
  until: number;
  why: string;
}

/** Only waits for somebody: who has nothing to do until something happens is no news. */
export function waitsOn(path: readonly NodeView[], start: World, letters: readonly string[]): Wait[] {
  const waits: Wait[] = [];
  const open = new Map<string, Wait>();
  for (const node of path) {
    const told = node.parent === null ? start : node.delta;
    for (const letter of letters) {
      const state = actorState(told, letter);
      if (!state) continue;
      const wait = open.get(letter);
      if (wait) {
        wait.until = node.number;
        open.delete(letter);
      }
      if (state.status === 'blocked' && state.waits_for !== null) {
        const begun = { actor: letter, after: node.number, until: Infinity, why: state.why ?? 'blocked' };
        open.set(letter, begun);
        waits.push(begun);
      }
    }
  }
  for (const wait of open.values()) wait.until = path.at(-1)?.number ?? 0;
  return waits.filter((wait) => wait.until > wait.after);
}

/** The author's notes on the step that a node was. */
export function notesOn(program: ProgramView, node: NodeView): string[] {
  if (node.actor === null || node.label === null) return [];
  return notesFor(program, node.actor, node.label).map((note) => note.say);
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
