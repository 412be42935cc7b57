import { expect, test } from 'vitest';
import { History } from '../lib/history';
import { provenanceSentence, writesOf } from '../lib/provenance';
import { actor, free, held, node, opened, pointer, pte, WORLD } from './lostPage';

const { program } = opened(1);
const NODES = [
  node(0, null),
  node(1, 0, {
    actor: 'b',
    step: 1,
    accesses: [{ mode: 'lock', cell: 'T0.ptl' }],
    delta: { 'T0.ptl': held('b', 1), 'actor:b': actor(2, { holds: ['T0.ptl'] }) },
  }),
  node(2, 1, {
    actor: 'b',
    step: 2,
    accesses: [{ mode: 'write', cell: 'T0.pte[1]' }],
    delta: { 'T0.pte[1]': pte('P0'), 'actor:b': actor(3, { holds: ['T0.ptl'] }) },
  }),
  node(3, 2, {
    actor: 'b',
    step: 2,
    accesses: [{ mode: 'write', cell: 'T0.pte[1]' }],
  }),
  node(4, 3, { actor: 'a', step: 1, delta: { 'T0.ptl': held('b', 1, ['a']) } }),
  node(5, 4, {
    actor: 'b',
    step: 3,
    accesses: [{ mode: 'unlock', cell: 'T0.ptl' }],
    delta: { 'T0.ptl': free },
  }),
  node(6, 5, {
    actor: 'a',
    step: 2,
    accesses: [{ mode: 'free', cell: 'T0' }],
    delta: { 'object:T0': 'freed', 'A.pmd[0]': { fields: { table: pointer('T0', true) } } },
  }),
];
const history = History.from(WORLD, NODES);
const told = (cursor: number, cell: string): string =>
  provenanceSentence(program, writesOf(program, history, cursor, cell));

test('a cell says who wrote it last, where, under which locks, and what it was', () => {
  expect(told(2, 'T0.pte[1]')).toBe('written by CPU 1 at step 2, in fill, holding T0.ptl; before: PTE_NONE');
});

test('a cell that nobody wrote says so, and a write that lies ahead does not count', () => {
  expect(told(6, 'VA.vm_start')).toBe('nobody has written it since the start');
  expect(told(1, 'T0.pte[1]')).toBe('nobody has written it since the start');
});

test('a write of the same value is a write', () => {
  expect(told(3, 'T0.pte[1]')).toBe('written by CPU 1 at step 3, in fill, holding T0.ptl; as it was before');
  expect(writesOf(program, history, 3, 'T0.pte[1]').map((write) => write.number)).toEqual([3, 2]);
});

test('who waits for a lock has not written it', () => {
  expect(told(4, 'T0.ptl')).toBe('taken by CPU 1 at step 1, in fill, holding nothing else');
  expect(told(5, 'T0.ptl')).toBe('released by CPU 1 at step 5, in fill, holding nothing else');
});

test('what goes with its object, and a pointer to it, say by whom', () => {
  expect(told(6, 'T0.pte[1]')).toMatch(/^freed with its object by CPU 0 at step 6, in retract/);
  expect(told(6, 'A.pmd[0]')).toMatch(/^changed by CPU 0 at step 6/);
});
