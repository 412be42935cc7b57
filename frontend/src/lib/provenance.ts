/**
 * Who wrote a cell: all steps of a path that changed it, or wrote it again as it was, newest first.
 *
 * Taken from the accesses of the steps, and where a cell changed without being touched (what it points to was freed, its
 * object was allocated), from the worlds before and after.
 */
import { actorByLetter, formatValue } from './format';
import type { History } from './history';
import { actorState, asLock, objectOf } from './values';
import type { AccessView, NodeView, Place, ProgramView } from './wire';

export type How = 'wrote' | 'took' | 'released' | 'allocated' | 'freed' | 'changed';

export interface Write {
  /** The node and its number. */
  id: number;
  number: number;
  actor: string;
  how: How;
  /** Where it was done; null for what has no text. */
  function: string | null;
  place: Place | null;
  /** Cells of the locks that were held meanwhile. */
  holding: readonly string[];
  inRcu: boolean;
  before: unknown;
  after: unknown;
}

const HOWS: Partial<Record<AccessView['mode'], How>> = { write: 'wrote', lock: 'took', unlock: 'released' };

/** The writes of a cell from the root to `cursor`, newest first. */
export function writesOf(program: ProgramView, history: History, cursor: number, cell: string): Write[] {
  const writes: Write[] = [];
  for (const node of history.path(cursor)) {
    const how = howOf(node, cell, history);
    if (how === null || node.actor === null || node.parent === null) continue;
    const before = history.world(node.parent);
    const state = actorState(before, node.actor);
    const step = node.step === null ? null : actorByLetter(program, node.actor)?.steps[node.step];
    writes.push({
      id: node.id,
      number: node.number,
      actor: node.actor,
      how,
      function: step?.function ?? null,
      place: step?.place ?? null,
      holding: (state?.holds ?? []).filter((lock) => lock !== cell),
      inRcu: (state?.rcu_depth ?? 0) > 0,
      before: before[cell],
      after: history.world(node.id)[cell],
    });
  }
  return writes.reverse();
}

function howOf(node: NodeView, cell: string, history: History): How | null {
  for (const access of node.accesses) {
    const how = access.cell === cell ? HOWS[access.mode] : undefined;
    if (how) return how;
  }
  const object = objectOf(cell);
  const life = node.accesses.findLast((access) => access.cell === object)?.mode;
  if (life === 'free') return 'freed';
  if (!(cell in node.delta)) return null;
  if (life === 'alloc') return 'allocated';
  // Of a lock only who waits for it can change untouched, and that writes nothing.
  return asLock(history.world(node.id)[cell]) ? null : 'changed';
}

const VERBS: Record<How, string> = {
  wrote: 'written by',
  took: 'taken by',
  released: 'released by',
  allocated: 'made by',
  freed: 'freed with its object by',
  changed: 'changed by',
};

/** "written by CPU 1 at step 12, in fill, holding T0.ptl; before: none". */
export function writeSentence(program: ProgramView, write: Write): string {
  const who = actorByLetter(program, write.actor)?.title ?? write.actor;
  const parts = [`${VERBS[write.how]} ${who} at step ${write.number}`];
  if (write.function) parts.push(`in ${write.function}`);
  parts.push(withLocks(write));
  const was = formatValue(write.before);
  const before = was === formatValue(write.after) ? 'as it was before' : `before: ${was}`;
  return `${parts.join(', ')}${write.how === 'took' || write.how === 'released' ? '' : `; ${before}`}`;
}

function withLocks({ holding, inRcu, how }: Write): string {
  const held = inRcu ? [...holding, 'the RCU read lock'] : [...holding];
  const last = held.pop();
  if (last === undefined)
    return how === 'took' || how === 'released' ? 'holding nothing else' : 'holding nothing';
  return `holding ${held.length > 0 ? `${held.join(', ')} and ` : ''}${last}`;
}

/** What a person reads of a cell: its last write, or that there was none. */
export function provenanceSentence(program: ProgramView, writes: readonly Write[]): string {
  const last = writes[0];
  return last ? writeSentence(program, last) : 'nobody has written it since the start';
}
