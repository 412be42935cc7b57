/**
 * What a cell of the world can hold, told apart by shape.
 *
 * The wire says only "JSON" for a value; these are the shapes that the server promises: numbers and
 * bools as themselves, an enum by the name of its member, a pointer, a word (fields read and written
 * at once), a lock, an RCU head.
 */
import type { ActorState, LockState, RcuState } from './wire';

export interface Pointer {
  to: string | null;
  /** What it pointed to was freed since. */
  stale: boolean;
}

export interface Word {
  fields: Record<string, unknown>;
}

/** The world of one node: cell ids, and keys of other kinds with a prefix and a colon. */
export type World = Readonly<Record<string, unknown>>;

export type Life = 'unused' | 'live' | 'freed';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asPointer(value: unknown): Pointer | null {
  if (!isRecord(value) || !('to' in value)) return null;
  return { to: typeof value.to === 'string' ? value.to : null, stale: value.stale === true };
}

export function asWord(value: unknown): Word | null {
  return isRecord(value) && isRecord(value.fields) ? { fields: value.fields } : null;
}

export function asLock(value: unknown): LockState | null {
  return isRecord(value) && isRecord(value.lock) ? (value.lock as unknown as LockState) : null;
}

/** The letters of the readers that a callback waits for; null when nothing is queued on this head. */
export function asRcuHead(value: unknown): string[] | null | undefined {
  if (!isRecord(value) || !('rcu' in value)) return undefined;
  return Array.isArray(value.rcu) ? value.rcu.map(String) : null;
}

export function actorState(world: World, letter: string): ActorState | null {
  const value = world[`actor:${letter}`];
  return isRecord(value) ? (value as unknown as ActorState) : null;
}

export function rcuState(world: World): RcuState | null {
  const value = world['rcu:'];
  return isRecord(value) ? (value as unknown as RcuState) : null;
}

export function lifeOf(world: World, object: string): Life {
  const value = world[`object:${object}`];
  return value === 'unused' || value === 'freed' ? value : 'live';
}

/** What a lock looks like to somebody who wants it: the worst of its holders, and whether anyone waits. */
export type LockLook = 'free' | 'read' | 'write' | 'waiting';

export function lockLook(lock: LockState): LockLook {
  if (lock.waiters.length > 0) return 'waiting';
  if (lock.state === 'free') return 'free';
  return lock.state === 'read' ? 'read' : 'write';
}

/** The object that a cell belongs to: "T0" of "T0.pte[1]". */
export function objectOf(cell: string): string {
  const end = cell.search(/[.[]/);
  return end < 0 ? cell : cell.slice(0, end);
}
