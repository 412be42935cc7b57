import { expect, test } from 'vitest';
import { byMark, markLine, tokenize, tokenLines } from '../lib/tokens';
import { TEXT } from './lostPage';

test('no character is lost, whatever the text', () => {
  for (const text of [TEXT, '', '\n\n', '/* never closed', '"never closed\nx', "a'b\\\u0000é🐧", '#']) {
    expect(
      tokenize(text)
        .map((token) => token.text)
        .join(''),
    ).toBe(text);
    expect(
      tokenLines(text)
        .map((line) => line.map((token) => token.text).join(''))
        .join('\n'),
    ).toBe(text);
  }
});

test('words are told apart as a reader of the kernel would', () => {
  const kinds = Object.fromEntries(
    tokenize('#define N 4 /* V9 */\nif (lock_page(p)) return SCAN_FAIL; struct page *q = "x";').map((t) => [
      t.text.trim(),
      t.kind,
    ]),
  );

  expect(kinds).toMatchObject({
    '#define': 'directive',
    '4': 'number',
    '/* V9 */': 'comment',
    if: 'keyword',
    lock_page: 'call',
    SCAN_FAIL: 'constant',
    struct: 'type',
    page: 'plain',
    '"x"': 'string',
  });
});

test('the mark cuts tokens exactly at its borders', () => {
  const [line = []] = tokenLines('\tval = READ_ONCE(*pmd);');

  const pieces = markLine(line, 5, { line: 5, column: 8, end_line: 5, end_column: 23 });

  const marked = pieces.filter((piece) => piece.marked).map((piece) => piece.text);
  expect(marked.join('')).toBe('READ_ONCE(*pmd)');
  expect(byMark(pieces).map((group) => group.marked)).toEqual([false, true, false]);
  expect(pieces.map((piece) => piece.text).join('')).toBe('\tval = READ_ONCE(*pmd);');
});

test('a mark over several lines leaves out the indentation', () => {
  const [first = [], second = []] = tokenLines('\told = *pmd;\n\t*pmd = none;');
  const mark = { line: 1, column: 2, end_line: 2, end_column: 14 };

  const marked = [markLine(first, 1, mark), markLine(second, 2, mark)].map((pieces) =>
    pieces
      .filter((piece) => piece.marked)
      .map((piece) => piece.text)
      .join(''),
  );

  expect(marked).toEqual(['old = *pmd;', '*pmd = none;']);
});
