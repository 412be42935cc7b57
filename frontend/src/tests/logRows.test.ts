import { expect, test } from 'vitest';
import { folded, rowAt, rowsOf } from '../lib/logRows';
import { runsOf } from '../lib/trace';
import { NODES } from './lostPage';

const RUNS = runsOf(NODES);
const noNotes = (): string[] => [];

test('an unfolded log has a row for every step, and notes below theirs', () => {
  const rows = rowsOf(
    NODES,
    RUNS,
    () => false,
    (node) => (node.number === 1 ? ['Look.'] : []),
  );

  expect(rows.map((row) => (row.kind === 'note' ? row.say : row.node.number))).toEqual([
    1,
    'Look.',
    2,
    3,
    4,
    5,
    6,
    7,
  ]);
  expect(rows.filter((row) => row.kind === 'step' && row.head)).toHaveLength(3);
});

test('a folded run is one row, in which its steps are found', () => {
  const rows = rowsOf(NODES, RUNS, (run) => run.first === 2, noNotes);

  expect(rows.map((row) => row.kind)).toEqual(['step', 'run', 'step', 'step']);
  expect([0, 1, 2, 4, 5, 6].map((number) => rowAt(rows, number))).toEqual([-1, 0, 1, 1, 1, 2]);
});

test('a run of one step is never folded', () => {
  expect(rowsOf(NODES, RUNS, () => true, noNotes).map((row) => row.kind)).toEqual(['step', 'run', 'run']);
});

test('of a long path the long runs are folded, except where one is', () => {
  const run = { first: 10, last: 40, actor: 'a' };

  expect([folded(run, 5, 100), folded(run, 20, 100), folded(run, 5, 50)]).toEqual([true, false, false]);
});
