import { expect, test } from 'vitest';
import { firstColumn, firstRow, functionAround } from '../lib/source';
import { TEXT } from './lostPage';

const lines = TEXT.split('\n');

function around(text: string): string[] {
  const line = lines.findIndex((candidate) => candidate.includes(text)) + 1;
  const { first, last } = functionAround(lines, line);
  return [lines[first - 1] ?? '', lines[last - 1] ?? ''];
}

test('a function goes from its head to its closing brace', () => {
  expect(around('spin_lock(&mm->pmd_ptl)')).toEqual([
    'void retract(struct mm_struct *mm, struct vm_area_struct *vma)',
    '}',
  ]);
});

test('a head over two lines is shown whole, and a label at the margin is no head', () => {
  expect(around('spin_unlock(&T0.ptl)')).toEqual(['int fill(struct mm_struct *mm,', '}']);
});

test('a function on one line is that line', () => {
  const text = ['static int a(void) { return 1; }', 'static int b(void) { return 2; }'];

  expect(functionAround(text, 2)).toEqual({ first: 2, last: 2 });
});

test('an actor is a block like a function', () => {
  const text = ['CPU(0, "one") {', '\tx = 1;', '}', '', 'CPU(1, "two") {', '\tx = 2;', '}'];

  expect(functionAround(text, 6)).toEqual({ first: 5, last: 7 });
});

test('a text without any layout shows the lines around', () => {
  const text = Array.from({ length: 40 }, () => '  x = 1;');

  expect(functionAround(text, 20)).toEqual({ first: 14, last: 26 });
});

test('the source scrolls to whole rows with one before the mark, and stays when the mark is well inside', () => {
  expect(firstRow(10, 10, 6, 30, 0)).toBe(8);
  expect(firstRow(10, 10, 6, 30, 7.4)).toBe(7);
  expect(firstRow(10, 10, 6, 30, 10)).toBe(8);
  expect(firstRow(0, 0, 6, 30, 5)).toBe(0);
  expect(firstRow(10, 16, 6, 30, 0)).toBe(10);
  expect(firstRow(27, 27, 6, 30, 0)).toBe(24);
});

test('a long line scrolls sideways until the whole mark can be seen, a short one back to the margin', () => {
  expect(firstColumn(40, 200, 300)).toBe(0);
  expect(firstColumn(240, 400, 300)).toBe(100);
  expect(firstColumn(100, 500, 300)).toBe(100);
});
