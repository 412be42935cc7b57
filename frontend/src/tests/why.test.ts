import { expect, test } from 'vitest';
import { History } from '../lib/history';
import { compareGuess, changedCells } from '../lib/predict';
import { whySentences } from '../lib/why';
import type { NodeView } from '../lib/wire';
import { actor, free, held, node, opened, pmd, pointer, pte, WORLD } from './lostPage';

const { program } = opened(1);

/** What is told of the last of the steps, if these cells were predicted. */
function told(guess: string[], ...steps: Partial<NodeView>[]): string[] {
  return toldWith({}, guess, ...steps);
}

function toldWith(how: { tellsStale?: boolean }, guess: string[], ...steps: Partial<NodeView>[]): string[] {
  const nodes = [node(0, null), ...steps.map((step, i) => node(i + 1, i, step))];
  const history = History.from(WORLD, nodes);
  const at = steps.length;
  const truth = changedCells(history.changes(at), history.world(at - 1), history.world(at));
  return whySentences(program, history, at, compareGuess(guess, truth), how);
}

const LOOKS: Partial<NodeView> = {
  actor: 'a',
  step: 0,
  words: 'read VA.anon_vma: NULL',
  accesses: [{ mode: 'read', cell: 'VA.anon_vma' }],
  uses: [{ step: 1, cell: 'VA.anon_vma', field: null, how: 'decides', text: 'READ_ONCE(vma->anon_vma)' }],
  delta: { 'actor:a': actor(1, { touches: [{ mode: 'lock', cell: 'A.pmd_ptl' }] }) },
};
const TAKES: Partial<NodeView> = {
  actor: 'b',
  step: 1,
  words: 'took T0.ptl',
  accesses: [{ mode: 'lock', cell: 'T0.ptl' }],
  delta: { 'T0.ptl': held('b', 1), 'actor:b': actor(2, { holds: ['T0.ptl'] }) },
};
const STORES: Partial<NodeView> = {
  actor: 'b',
  step: 2,
  words: 'stored P0 in T0.pte[1]',
  accesses: [{ mode: 'write', cell: 'T0.pte[1]' }],
  delta: { 'T0.pte[1]': pte('P0') },
};

test('what was right is not explained', () => {
  expect(told(['T0.ptl'], TAKES)).toEqual([]);
});

test('a change that was missed says who made it, by which statement, and the values', () => {
  expect(told([], STORES)).toEqual([
    'T0.pte[1]: CPU 1 wrote it; it was PTE_NONE, and is PTE_PRESENT, page P0, write now (WRITE_ONCE(T0.pte[1], new) in fill).',
  ]);
  expect(told([], TAKES)).toEqual([
    'T0.ptl: CPU 1 took it; it was free before (spin_lock(&T0.ptl) in fill).',
  ]);
  expect(
    told([], TAKES, {
      actor: 'b',
      step: 3,
      accesses: [{ mode: 'unlock', cell: 'T0.ptl' }],
      delta: { 'T0.ptl': free },
    }),
  ).toEqual(['T0.ptl: CPU 1 released it; it is free now (spin_unlock(&T0.ptl) in fill).']);
});

test('what goes along with a step is not put down to its statement', () => {
  const delta = { 'T0.ptl': free, 'A.rss[1]': 1 };
  const accesses = [
    { mode: 'unlock' as const, cell: 'T0.ptl' },
    { mode: 'write' as const, cell: 'A.rss[1]' },
  ];
  expect(told(['T0.ptl'], TAKES, { actor: 'b', step: 3, accesses, delta })).toEqual([
    'A.rss[1]: CPU 1 wrote it; it was 0, and is 1 now (no step of its own: it goes with spin_unlock(&T0.ptl) in fill).',
  ]);
});

test('what was predicted and only read says so', () => {
  expect(told(['VA.anon_vma'], LOOKS)).toEqual(['VA.anon_vma: the step only read it; it is NULL.']);
});

test('what was not touched says so once, with the branch that the step decided', () => {
  expect(told(['A.pmd[0]', 'T0.pte[1]'], LOOKS)).toEqual([
    'A.pmd[0] and T0.pte[1]: the step did not touch them.',
    'The branch on READ_ONCE(vma->anon_vma) was decided by VA.anon_vma (NULL); CPU 0 is now about to take pml of A.',
  ]);
});

test('what the next step does, or waits to do, was predicted too early', () => {
  expect(told(['A.pmd_ptl'], LOOKS)).toEqual([
    'A.pmd_ptl: not yet: the next step of CPU 0 takes it (spin_lock(&mm->pmd_ptl)).',
  ]);
  const why = 'waits for A.pmd_ptl, held by CPU 1';
  const holds = { actor: 'b', step: 1, delta: { 'A.pmd_ptl': held('b', 1) } };
  const waits = {
    'actor:a': actor(1, { status: 'blocked', why, waits_for: 'A.pmd_ptl' }),
    'A.pmd_ptl': held('b', 1, ['a']),
  };
  expect(told(['A.pmd_ptl'], holds, { ...LOOKS, uses: [], delta: waits })).toEqual([
    'A.pmd_ptl: not in this step; CPU 0 is about to take pml of A, and has to wait (A.pmd_ptl, held by CPU 1).',
  ]);
});

test('a write of what was there already, and a lock that was given back, leave no change', () => {
  expect(told(['T0.pte[1]'], STORES, { ...STORES, delta: {} })).toEqual([
    'T0.pte[1]: the step wrote it, and what it wrote was there already: PTE_PRESENT, page P0, write.',
  ]);
  const both = [
    { mode: 'lock', cell: 'T0.ptl' },
    { mode: 'unlock', cell: 'T0.ptl' },
  ] as const;
  expect(told(['T0.ptl'], { actor: 'b', step: 1, accesses: [...both] })).toEqual([
    'T0.ptl: the step took it and released it again; it is free, as before.',
  ]);
});

test('a trylock that failed names the holder', () => {
  const tries = {
    actor: 'a',
    step: 1,
    words: 'failed to take T0.ptl',
    accesses: [{ mode: 'read' as const, cell: 'T0.ptl' }],
  };
  expect(told(['T0.ptl'], TAKES, tries)).toEqual([
    'T0.ptl: CPU 0 tried to take it and did not get it: held by CPU 1.',
  ]);
});

test('a wait queue that somebody joins is told in its own words', () => {
  const queue = (says: string) => ({ lock: { ...free.lock, says } });
  const joins = {
    actor: 'b',
    step: 1,
    accesses: [{ mode: 'lock' as const, cell: 'T0.ptl' }],
    delta: { 'T0.ptl': queue('2 wait') },
  };
  const first = { actor: 'a', step: 1, delta: { 'T0.ptl': queue('1 waits') } };
  expect(told([], first, joins)).toEqual([
    'T0.ptl: CPU 1 changed it; it was “1 waits”, and is “2 wait” now (spin_lock(&T0.ptl) in fill).',
  ]);
});

test('a pointer to what was freed was not written by anybody', () => {
  const stale = { fields: { ...pmd('T0').fields, table: pointer('T0', true) } };
  const frees: Partial<NodeView> = {
    actor: 'a',
    step: 2,
    accesses: [{ mode: 'free', cell: 'T0' }],
    delta: { 'object:T0': 'freed', 'A.pmd[0]': stale },
  };
  expect(told(['T0.pte[1]'], frees)).toEqual([
    'A.pmd[0]: nobody wrote it, but T0, to which it still points, was freed in this step (mm->pmd[0] = __pmd_none in retract).',
    'T0.pte[1]: it went with its object, and nobody wrote it.',
    'T0 was freed in this step, and went as a whole.',
  ]);
});

test('what came to life could not be predicted, and is spoken of also after a right answer', () => {
  const delta = { 'object:T1': 'live', 'T1.pte[1]': pte('P0') };
  const allocates = { actor: 'b', step: 2, accesses: [{ mode: 'alloc' as const, cell: 'T1' }], delta };
  expect(told([], allocates)).toEqual(['T1 came to life in this step; new cells do not count as changed.']);
});

test('a step that goes by what is no longer true says since when, and by whom', () => {
  const sets: Partial<NodeView> = {
    actor: 'b',
    step: 0,
    accesses: [{ mode: 'write', cell: 'VA.anon_vma' }],
    delta: { 'VA.anon_vma': pointer('AV0') },
  };
  const clears: Partial<NodeView> = {
    actor: 'a',
    step: 2,
    accesses: [{ mode: 'write', cell: 'A.pmd[0]' }],
    delta: { 'A.pmd[0]': pmd(null) },
  };
  expect(told([], LOOKS, sets, clears)).toEqual([
    'A.pmd[0]: CPU 0 wrote it; it was PMD_TABLE, table T0, and is PMD_NONE now (mm->pmd[0] = __pmd_none in retract).',
    'CPU 0 goes by what it read at step 1, VA.anon_vma = NULL; at step 2 CPU 1 made it AV0.',
  ]);
  // who is to find the race must not be told
  expect(toldWith({ tellsStale: false }, [], LOOKS, sets, clears)).toHaveLength(1);
});

test('what has no reason in the answer of the step gets none', () => {
  expect(told([], { actor: 'b', step: 2, delta: { 'P0.data': 43 } })).toEqual([]);
});
