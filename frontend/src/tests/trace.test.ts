import { expect, test } from 'vitest';
import { clusters, runsOf, switchAfter, switchBefore } from '../lib/trace';
import { NODES } from './lostPage';

test('steps of one actor in a row are one run', () => {
  expect(runsOf(NODES)).toEqual([
    { actor: 'a', first: 1, last: 1 },
    { actor: 'b', first: 2, last: 5 },
    { actor: 'a', first: 6, last: 7 },
  ]);
});

test('travelling by switches stops where one actor hands over to another', () => {
  const runs = runsOf(NODES);

  expect([0, 1, 3, 5, 7].map((number) => switchAfter(runs, number))).toEqual([1, 5, 5, 7, 7]);
  expect([7, 5, 4, 1, 0].map((number) => switchBefore(runs, number))).toEqual([5, 1, 1, 0, 0]);
});

test('marks that would overlap become one', () => {
  expect(clusters([0, 10, 30, 50, 60], (x) => x, 24)).toEqual([[0, 10], [30, 50], [60]]);
});
