import { expect, test } from 'vitest';
import { clusters, runsOf, switchAfter, switchBefore, switchKind, switchWords, waitsOn } from '../lib/trace';
import { actor, node, NODES, WORLD } from './lostPage';

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

test('a switch says its reason, and a preemption that it is one', () => {
  const preempted = node(9, 8, { switch: true, preemption: true, switch_reason: 'chosen' });
  const waits = node(9, 8, { switch: true, switch_reason: 'CPU 0 waits for ptl of T0, held by CPU 1' });

  expect([switchKind(preempted), switchWords(preempted)]).toEqual(['preempted', 'Preemption: chosen']);
  expect([switchKind(waits), switchWords(waits)]).toEqual([
    'blocked',
    'Switch: CPU 0 waits for ptl of T0, held by CPU 1',
  ]);
  expect(NODES.map(switchWords)[6]).toBe('Switch: CPU 1 had finished');
  expect(switchKind(NODES[6] ?? preempted)).toBe('finished');
  expect(switchWords(NODES[3] ?? preempted)).toBeNull();
});

test('a wait lasts from the step that begins it to the one that ends it, or to the end', () => {
  const blocked = {
    'actor:a': actor(1, { status: 'blocked', waits_for: 'T0.ptl', why: 'waits for T0.ptl' }),
  };
  const idle = { 'actor:b': actor(1, { status: 'blocked', waits_for: null, why: 'waits for work' }) };
  const path = [
    node(0, null),
    node(1, 0, { delta: blocked }),
    node(2, 1, { delta: idle }),
    node(3, 2, { delta: { 'actor:a': actor(1) } }),
    node(4, 3, { delta: blocked }),
    node(5, 4),
  ];

  expect(waitsOn(path, WORLD, ['a', 'b'])).toMatchObject([
    { actor: 'a', after: 1, until: 3, why: 'waits for T0.ptl' },
    { actor: 'a', after: 4, until: 5 },
  ]);
});
