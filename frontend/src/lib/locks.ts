/** Which locks there are, and which of them a run has to do with. */
import { asLock, type LockLook, type World } from './values';
import type { CellView, NodeView, ObjectView } from './wire';

/** Cell ids of all locks, in the program's order. */
export function locksOf(objects: readonly ObjectView[]): string[] {
  return objects.flatMap((object) => lockCells(object.cells));
}

function lockCells(cells: readonly CellView[]): string[] {
  return cells.flatMap((cell) => (cell.role === 'lock' ? [cell.id] : lockCells(cell.children)));
}

/** Locks that are not free at the start, or that a step of the path took or waited for. */
export function touchedLocks(locks: readonly string[], root: World, path: readonly NodeView[]): Set<string> {
  return new Set(
    locks.filter((cell) => {
      const start = asLock(root[cell]);
      const held = start !== null && (start.state !== 'free' || start.waiters.length > 0);
      return held || path.some((node) => cell in node.delta);
    }),
  );
}

export const LOCK_ICONS = { free: 'open', read: 'read', write: 'lock', waiting: 'hourglass' } as const;

export const LOCK_MEANS: Record<LockLook, string> = {
  free: 'free: nobody holds it',
  read: 'read-held: others may read too',
  write: 'held, or nothing left: everybody else has to wait',
  waiting: 'somebody waits for it',
};
