import { expect, test } from 'vitest';
import { blocksOf, comparedWith, unified } from '../lib/comparing';
import type { DiffPart, DiffRow, VariantView } from '../lib/wire';

const variant = (id: string, verdict: VariantView['verdict']): VariantView => ({
  id,
  verdict,
  summary: '',
  expect: {},
  note: null,
});
const VARIANTS = [
  variant('v6.0', 'sometimes'),
  variant('v6.4', 'never'),
  variant('patch-v1', 'sometimes'),
  variant('v6.6', 'never'),
  variant('v6.6-no-recheck', 'sometimes'),
];

test.each([
  ['v6.0', 'v6.4'],
  ['patch-v1', 'v6.6'],
  ['v6.6-no-recheck', 'v6.6'],
  ['v6.6', 'patch-v1'],
])('beside %s stands %s', (current, other) => {
  expect(comparedWith(VARIANTS, current)).toBe(other);
});

test('where nothing is known of verdicts it is another one, and alone it is itself', () => {
  expect(comparedWith([variant('a', null), variant('b', null)], 'a')).toBe('b');
  expect(comparedWith([variant('a', null)], 'a')).toBe('a');
});

const line = (n: number) => ({ line: n, pieces: [{ text: `line ${n}`, marked: false }] });
const same = (n: number): DiffRow => ({ how: 'same', left: line(n), right: line(n) });
const rows: DiffRow[] = [
  ...Array.from({ length: 10 }, (_, i) => same(i)),
  { how: 'removed', left: line(10), right: null },
  { how: 'changed', left: line(11), right: line(10) },
  ...Array.from({ length: 5 }, (_, i) => same(i + 12)),
];
const part: DiffPart = {
  kind: 'function',
  name: 'f()',
  left_file: 'f.c',
  right_file: 'f.c',
  rows,
  hunks: [{ first: 10, end: 12, steps: [] }],
};

test('what is far from a difference is folded, and every row is there once', () => {
  const blocks = blocksOf(part);

  expect(blocks.map((block) => [block.kind, block.rows.length])).toEqual([
    ['folded', 7],
    ['near', 3],
    ['hunk', 2],
    ['near', 5],
  ]);
  expect(blocks.flatMap((block) => block.rows)).toEqual(rows);
});

test('one below the other, what is gone comes first', () => {
  expect(unified(rows.slice(10, 12)).map((row) => [row.how, row.left?.line ?? row.right?.line])).toEqual([
    ['removed', 10],
    ['removed', 11],
    ['added', 10],
  ]);
});
