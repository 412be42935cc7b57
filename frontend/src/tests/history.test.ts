import { describe, expect, test } from 'vitest';
import { compare, History, same } from '../lib/history';
import { held, node, NODES, pmd, pointer, WORLD } from './lostPage';

describe('the history', () => {
  test('a world is the root with the changes on the way laid over it', () => {
    const history = History.from(WORLD, NODES);

    const world = history.world(6);

    expect(world['VA.anon_vma']).toEqual(pointer('AV0'));
    expect(world['T0.ptl']).toEqual(WORLD['T0.ptl']);
    expect(world['A.pmd_ptl']).toEqual(held('a', 6));
    expect(world['A.pmd[0]']).toEqual(pmd('T0'));
  });

  test('the root keeps its world after others were made', () => {
    const history = History.from(WORLD, NODES);

    history.world(7);

    expect(history.world(0)).toEqual(WORLD);
  });

  test('the changes of a step are the cells that differ, and nothing at the root', () => {
    const history = History.from(WORLD, NODES);

    expect([...history.changes(4).keys()].sort()).toEqual(['A.rss[1]', 'T0.pte[1]', 'actor:b']);
    expect(history.changes(0).size).toBe(0);
  });

  test('a new branch leaves the old one where it was', () => {
    const before = History.from(WORLD, NODES);

    const after = before.with([node(8, 3, { actor: 'a', number: 4, delta: { seen: 1 } })]);

    expect(after.leaves()).toEqual([7, 8]);
    expect(before.leaves()).toEqual([7]);
    expect(after.world(8)['seen']).toBe(1);
    expect(after.world(4)['seen']).toBe(0);
    expect(after.path(8).map((step) => step.id)).toEqual([0, 1, 2, 3, 8]);
  });

  test('nodes that are known already are not added twice', () => {
    const history = History.from(WORLD, NODES);

    expect(history.with(NODES.slice(2, 4))).toBe(history);
    expect(history.children(2)).toEqual([3]);
  });

  test('a node leads to itself and to what was stepped from it, and to nothing else', () => {
    const history = History.from(WORLD, [...NODES, node(8, 3, { actor: 'a', number: 4 })]);

    expect(history.leadsTo(3, 8)).toBe(true);
    expect(history.leadsTo(8, 8)).toBe(true);
    expect(history.leadsTo(4, 8)).toBe(false);
    expect(history.leadsTo(8, 3)).toBe(false);
  });
});

describe('comparing two worlds', () => {
  test('an object that came to life is added, one that was freed is deleted', () => {
    const changes = compare(
      { 'object:P0': 'unused', 'object:T0': 'live' },
      { 'object:P0': 'live', 'object:T0': 'freed' },
    );

    expect(Object.fromEntries(changes)).toEqual({ 'object:P0': 'added', 'object:T0': 'deleted' });
  });

  test('a pointer that became stale is a change, the order of keys is none', () => {
    expect(same({ to: 'T0', stale: false }, { to: 'T0', stale: true })).toBe(false);
    expect(same({ to: 'T0', stale: false }, { stale: false, to: 'T0' })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
  });
});
