import { expect, test } from 'vitest';
import { colouredLines } from '../lib/diffColours';
import type { DiffLine, DiffRow } from '../lib/wire';

const line = (...pieces: [text: string, marked: boolean][]): DiffLine => ({
  line: 1,
  pieces: pieces.map(([text, marked]) => ({ text, marked })),
});
const rows = (...left: DiffLine[]): DiffRow[] =>
  left.map((one) => ({ how: 'removed', left: one, right: null }));

test('a mark that begins inside of a word cuts it, and both halves keep its colour', () => {
  const one = line(['spin_', false], ['lock(ptl)', true], [';', false]);

  expect(colouredLines({ rows: rows(one) }).get(one)).toEqual([
    { kind: 'call', text: 'spin_', marked: false },
    { kind: 'call', text: 'lock', marked: true },
    { kind: 'plain', text: '(', marked: true },
    { kind: 'plain', text: 'ptl', marked: true },
    { kind: 'plain', text: ')', marked: true },
    { kind: 'plain', text: ';', marked: false },
  ]);
});

test('a comment over several lines is a comment in each of them, and an empty line is empty', () => {
  const [open, none, close] = [line(['/* if', false]), line(['', false]), line([' * return */ if', false])];
  const found = colouredLines({ rows: rows(open, none, close) });

  expect(found.get(open)).toEqual([{ kind: 'comment', text: '/* if', marked: false }]);
  expect(found.get(none)).toEqual([]);
  expect(found.get(close)?.map(({ kind }) => kind)).toEqual(['comment', 'plain', 'keyword']);
});
