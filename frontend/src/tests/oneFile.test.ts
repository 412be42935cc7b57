import { expect, test } from 'vitest';
import { nameIn, bytesOf, parseOneFile, printOneFile, sameText } from '../lib/oneFile';

test('several files in one are taken apart as they were put together', () => {
  const bundle = {
    files: [
      { path: 'own.c', text: '#include "mm/rmap.c"\n' },
      { path: 'mm/rmap.c', text: 'u8 x;\n' },
      { path: 'empty.c', text: '' },
    ],
  };

  expect(parseOneFile(printOneFile(bundle), 'other.c')).toEqual(bundle);
});

test('one file is that file alone, with a last newline', () => {
  expect(printOneFile({ files: [{ path: 'own.c', text: 'u8 x;' }] })).toBe('u8 x;\n');
  expect(parseOneFile('u8 x;', 'mine.c')).toEqual({ files: [{ path: 'mine.c', text: 'u8 x;\n' }] });
});

test('what stands before the first separator is the scenario', () => {
  const bundle = parseOneFile('u8 x;\n/*--- file: mm/rmap.c ---*/\nu8 y;\n', 'race.c');

  expect(bundle.files.map((file) => file.path)).toEqual(['race.c', 'mm/rmap.c']);
});

test('texts are the same when only the last newline differs', () => {
  const one = { files: [{ path: 'a.c', text: 'é' }] };

  expect(sameText(one, { files: [{ path: 'a.c', text: 'é\n' }] })).toBe(true);
  expect(sameText(one, null)).toBe(false);
  expect(bytesOf(one)).toBe(2);
});

test('a text that was pasted is called after its first file, or its title', () => {
  expect(nameIn('/*---\ntitle: "Who is first?"\n---*/\nu8 x;\n')).toBe('Who is first?');
  expect(nameIn('/*---\ntitle: x\n---*/\n/*--- file: mm/gup-fast.c ---*/\nu8 x;\n')).toBe('gup-fast');
  expect(nameIn('u8 title;\n')).toBe('pasted');
});
