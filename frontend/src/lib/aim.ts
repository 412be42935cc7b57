/** From code to cells and back: what a step or a line of source touches, and which lines touched a cell last. */
import { actorState, type World } from './values';
import type { AccessView, ActorView, NodeView, Place } from './wire';

/** A cell is outlined by the strongest thing that is done to it. */
export type Touch = 'read' | 'write';

export interface Line {
  file: string;
  line: number;
}

export function touchOf(mode: AccessView['mode']): Touch {
  return mode === 'read' ? 'read' : 'write';
}

function isAt(place: Place, { file, line }: Line): boolean {
  return place.file === file && place.line <= line && line <= place.end_line;
}

function cellsIn(accesses: readonly AccessView[]): Map<string, Touch> {
  const cells = new Map<string, Touch>();
  for (const { cell, mode } of accesses) {
    if (cells.get(cell) !== 'write') cells.set(cell, touchOf(mode));
  }
  return cells;
}

/** What the actor's next step touches from here; of one that waits for a lock, the lock. */
export function nextCells(world: World, letter: string): Map<string, Touch> {
  const state = actorState(world, letter);
  if (state?.waits_for) return new Map([[state.waits_for, 'write']]);
  return cellsIn(state?.touches ?? []);
}

/** What a line touches: the next step if it stands there (and `ahead`), else what its steps touched when they ran last. */
export function lineCells(
  actor: ActorView,
  path: readonly NodeView[],
  world: World,
  line: Line,
  ahead = true,
): Map<string, Touch> {
  const next = actorState(world, actor.letter)?.step;
  const place = next == null ? null : actor.steps[next]?.place;
  if (ahead && place && isAt(place, line)) return nextCells(world, actor.letter);
  const latest = new Map<number, NodeView>();
  for (const node of path) {
    if (node.actor !== actor.letter || node.step === null) continue;
    const at = actor.steps[node.step]?.place;
    if (at && isAt(at, line)) latest.set(node.step, node);
  }
  return cellsIn([...latest.values()].flatMap((node) => node.accesses));
}

/** The lines of a file that have steps of an actor, in order. */
export function stepLines(actor: ActorView, file: string): number[] {
  const lines = actor.steps.filter((step) => step.place.file === file).map((step) => step.place.line);
  return [...new Set(lines)].sort((a, b) => a - b);
}

export interface LineTouch extends Line {
  touch: Touch;
  /** The step that did it. */
  number: number;
}

/** Where an actor read a cell last, and where it wrote it last. `path` ends where the run stands. */
export function linesOf(actor: ActorView, path: readonly NodeView[], cell: string): LineTouch[] {
  const found = new Map<Touch, LineTouch>();
  for (const node of path) {
    if (node.actor !== actor.letter || node.step === null) continue;
    const place = actor.steps[node.step]?.place;
    if (!place) continue;
    for (const access of node.accesses) {
      if (access.cell !== cell) continue;
      const touch = touchOf(access.mode);
      found.set(touch, { file: place.file, line: place.line, touch, number: node.number });
    }
  }
  return [...found.values()];
}
