import { expect, test } from 'vitest';
import { lineCells, linesOf, nextCells, stepLines } from '../lib/aim';
import { actor, held, node, opened, TEXT } from './lostPage';

const [RETRACT, FILL] = opened(1).program.actors as [never, never];
const lineOf = (text: string): number => TEXT.split('\n').findIndex((line) => line.includes(text)) + 1;
const at = (text: string) => ({ file: 'lost-page.c', line: lineOf(text) });

const PATH = [
  node(0, null),
  node(1, 0, { actor: 'b', step: 1, accesses: [{ mode: 'lock', cell: 'T0.ptl' }] }),
  node(2, 1, {
    actor: 'b',
    step: 2,
    accesses: [
      { mode: 'read', cell: 'T0.pte[1]' },
      { mode: 'write', cell: 'T0.pte[1]' },
    ],
  }),
];

test('the next step outlines what it would touch, and a write is told from a read', () => {
  const touches = [
    { mode: 'read' as const, cell: 'VA.anon_vma' },
    { mode: 'write' as const, cell: 'A.pmd[0]' },
  ];
  const world = { 'actor:a': actor(0, { touches }) };

  expect([...nextCells(world, 'a')]).toEqual([
    ['VA.anon_vma', 'read'],
    ['A.pmd[0]', 'write'],
  ]);
});

test('while one is to guess, the line of the next step outlines nothing that lies ahead', () => {
  const world = { 'actor:b': actor(3, { touches: [{ mode: 'unlock', cell: 'T0.ptl' }] }) };

  expect([...lineCells(FILL, PATH, world, at('spin_unlock'), false)]).toEqual([]);
});

test('who waits for a lock outlines the lock', () => {
  const world = {
    'T0.ptl': held('a', 1, ['b']),
    'actor:b': actor(1, { status: 'blocked', waits_for: 'T0.ptl' }),
  };

  expect([...nextCells(world, 'b')]).toEqual([['T0.ptl', 'write']]);
});

test('another line outlines what its steps touched when they ran last', () => {
  const world = { 'actor:b': actor(3, { touches: [{ mode: 'unlock', cell: 'T0.ptl' }] }) };

  expect([...lineCells(FILL, PATH, world, at('WRITE_ONCE(T0.pte[1], new)'))]).toEqual([
    ['T0.pte[1]', 'write'],
  ]);
  expect([...lineCells(FILL, PATH, world, at('spin_unlock'))]).toEqual([['T0.ptl', 'write']]);
  expect(lineCells(FILL, PATH, world, at('return 0')).size).toBe(0);
  expect(lineCells(RETRACT, PATH, world, at('mm->pmd[0]')).size).toBe(0);
});

test('a cell leads to the lines that read it last and wrote it last', () => {
  const line = lineOf('WRITE_ONCE(T0.pte[1], new)');

  expect(linesOf(FILL, PATH, 'T0.pte[1]')).toEqual([
    { file: 'lost-page.c', line, touch: 'read', number: 2 },
    { file: 'lost-page.c', line, touch: 'write', number: 2 },
  ]);
  expect(linesOf(RETRACT, PATH, 'T0.pte[1]')).toEqual([]);
});

test('the lines with steps are known in their order', () => {
  expect(stepLines(RETRACT, 'lost-page.c')).toEqual([
    lineOf('READ_ONCE'),
    lineOf('spin_lock(&mm->pmd_ptl)'),
    lineOf('mm->pmd[0]'),
  ]);
  expect(stepLines(RETRACT, 'other.c')).toEqual([]);
});
