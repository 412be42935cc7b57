import { expect, test } from 'vitest';
import { History } from '../lib/history';
import { follow, movesOf } from '../lib/schedule';
import { node, NODES, SCHEDULES, WORLD } from './lostPage';

test('runs are repeated moves, a dash begins a choice, checks are skipped', () => {
  const moves = movesOf('1.a2KQb1c-2AA');

  expect(moves).toEqual([
    { actor: 'a', choice: null },
    { actor: 'a', choice: null },
    { actor: 'b', choice: null },
    { actor: 'c', choice: 2 },
  ]);
});

test('the empty text is the empty schedule', () => {
  expect(movesOf('')).toEqual([]);
  expect(movesOf('1.')).toEqual([]);
});

test.each(['2.a1', '1.a0', '1.A1', '1.a1!', '1.a999999999', 'a1'])('%s does not read', (text) => {
  expect(movesOf(text)).toBeNull();
});

test('a schedule leads to its node', () => {
  const history = History.from(WORLD, NODES);

  for (const [id, text] of SCHEDULES.entries())
    expect(follow(history, text)).toEqual({ node: id, complete: true });
});

test('a schedule takes the branch of its choice', () => {
  const history = History.from(WORLD, [
    node(0, null),
    node(1, 0, { actor: 'a', choice: 0 }),
    node(2, 0, { actor: 'a', choice: 1, number: 1 }),
  ]);

  expect(follow(history, '1.a-1AA').node).toBe(2);
});

test('a schedule that leaves the tree ends at the last node it shares', () => {
  const history = History.from(WORLD, NODES.slice(0, 3));

  expect(follow(history, SCHEDULES[5] ?? '')).toEqual({ node: 2, complete: false });
});
