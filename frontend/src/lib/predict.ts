/** Predictions: which cells can be named, which did change, and how a guess compares. Pure. */
import { same, type Change } from './history';
import { asLock, lifeOf, objectOf, type World } from './values';
import type { CellView, ObjectView, ProgramView } from './wire';

export interface Candidates {
  object: string;
  cells: { id: string; name: string }[];
}

/** The cells of all objects that live, object by object; what is one cell as a whole stands with its like, first. */
export function candidates(program: ProgramView, world: World): Candidates[] {
  const groups = program.objects
    .filter((object) => lifeOf(world, object.id) === 'live')
    .map((object: ObjectView) => ({
      object: object.id,
      cells: object.cells.flatMap(leaves).filter(({ id }) => id in world),
    }))
    .filter(({ cells }) => cells.length > 0);
  const alone = ({ object, cells }: Candidates): boolean => cells.every(({ id }) => id === object);
  const single = groups.filter(alone).flatMap(({ cells }) => cells);
  return [
    ...(single.length > 0 ? [{ object: '', cells: single }] : []),
    ...groups.filter((group) => !alone(group)),
  ];
}

function leaves(cell: CellView): { id: string; name: string }[] {
  if (cell.role === 'group' || cell.children.length > 0) return cell.children.flatMap(leaves);
  const object = objectOf(cell.id);
  return [{ id: cell.id, name: cell.id.slice(object.length).replace(/^\./, '') || cell.id }];
}

/** Whether the words of the filter are in the name of the cell. */
export function matches(id: string, filter: string): boolean {
  const text = id.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/**
 * The cells that a step has changed, of those that could be named. That somebody else waits for a lock now is no change of
 * the lock; and what came to life in the step was not there to change.
 */
export function changedCells(changes: ReadonlyMap<string, Change>, before: World, after: World): string[] {
  return [...changes.keys()]
    .filter((key) => !key.includes(':') && lifeOf(before, objectOf(key)) === 'live')
    .filter((key) => {
      const [was, is] = [asLock(before[key]), asLock(after[key])];
      return !was || !is || !same(was.holders, is.holders) || was.state !== is.state || was.says !== is.says;
    })
    .sort();
}

export interface Compared {
  right: string[];
  missed: string[];
  wrong: string[];
}

export function compareGuess(guess: readonly string[], truth: readonly string[]): Compared {
  return {
    right: guess.filter((id) => truth.includes(id)),
    missed: truth.filter((id) => !guess.includes(id)),
    wrong: guess.filter((id) => !truth.includes(id)),
  };
}

export function allRight({ missed, wrong }: Compared): boolean {
  return missed.length === 0 && wrong.length === 0;
}

/** "Right: counter changed." */
export function comparedWords(compared: Compared): string {
  const { right, missed, wrong } = compared;
  const list = (ids: readonly string[]): string => ids.join(', ');
  if (allRight(compared))
    return right.length === 0 ? 'Right: no cell changed.' : `Right: ${list(right)} changed.`;
  return [
    'Not quite.',
    ...(right.length > 0 ? [`Right: ${list(right)}.`] : []),
    ...(missed.length > 0 ? [`It changed too: ${list(missed)}.`] : []),
    ...(wrong.length > 0 ? [`It did not change: ${list(wrong)}.`] : []),
    ...(right.length + missed.length === 0 ? ['No cell changed.'] : []),
  ].join(' ');
}
