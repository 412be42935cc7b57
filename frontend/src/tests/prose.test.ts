import { expect, test } from 'vitest';
import { limitGroups, paragraphs, sourceOf } from '../lib/prose';

test('a single newline is a space and a blank line parts paragraphs', () => {
  expect(paragraphs('one\ntwo\n\n  three\n')).toEqual(['one two', 'three']);
});

test('a message-id leads to the archive, and nothing else is a link', () => {
  expect(sourceOf({ kind: 'lkml', text: '2023.a-b@mail.org' })).toEqual({
    kind: 'Mail',
    text: '2023.a-b@mail.org',
    url: 'https://lore.kernel.org/all/2023.a-b@mail.org/',
  });
  expect(sourceOf({ kind: 'lkml', text: 'javascript:alert(1)' }).url).toBeNull();
  expect(sourceOf({ kind: 'commit', text: 'abc' })).toEqual({ kind: 'Commit', text: 'abc', url: null });
});

test('what is left out is gathered by its file', () => {
  expect(limitGroups(['mm/a.c: one.', 'No TLB.', 'mm/a.c: two.'])).toEqual([
    { file: null, limits: ['No TLB.'] },
    { file: 'mm/a.c', limits: ['one.', 'two.'] },
  ]);
});
