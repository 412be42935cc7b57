import { expect, test } from 'vitest';
import { History } from '../lib/history';
import { follow, movesOf, printChecked } from '../lib/schedule';
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

test.each(['3.a1', '1.aKQRC', '2.aK', '2.aKQ3', '1.a0', '1.A1', '1.a1!', '1.a999999999', 'a1'])(
  '%s does not read',
  (text) => {
    expect(movesOf(text)).toBeNull();
  },
);

test('in a link every step has a check of its own', () => {
  const moves = [
    { actor: 'a', choice: null, check: 'KQ' },
    { actor: 'a', choice: null, check: 'RC' },
    { actor: 'b', choice: null, check: null },
    { actor: 'b', choice: null, check: null },
    { actor: 'c', choice: 2, check: 'XY' },
    { actor: 'c', choice: null, check: 'ZA' },
  ];

  const text = printChecked(moves);

  expect(text).toBe('2.aKQRCb2c-2XYcZA');
  expect(movesOf(text)).toEqual(moves.map(({ actor, choice }) => ({ actor, choice })));
  expect(printChecked([])).toBe('');
});

test('a long run has a check where its actor ends, so that its link stays short', () => {
  const moves = Array.from({ length: 1000 }, (_, i) => ({
    actor: i < 990 ? 'a' : 'b',
    choice: null,
    check: 'KQ',
  }));

  expect(printChecked(moves)).toBe('2.a990KQb10KQ');
  expect(movesOf('2.a990KQb10KQ')).toHaveLength(1000);
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
