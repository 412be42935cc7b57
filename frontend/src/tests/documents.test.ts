import { marked } from 'marked';
import { expect, test } from 'vitest';
import { headingsOf, slugOf, targetOf } from '../lib/documents';

test('a heading has the anchor that GitHub gives it', () => {
  expect(slugOf('Atomic operations, atomic and fuse')).toBe('atomic-operations-atomic-and-fuse');
  expect(slugOf('1. Name what is shared')).toBe('1-name-what-is-shared');
});

test('the contents are the headings without their marks', () => {
  const tokens = marked.lexer('# One\n\nText.\n\n## The `two` of *it*\n');

  expect(headingsOf(tokens)).toEqual([
    { depth: 1, text: 'One', slug: 'one' },
    { depth: 2, text: 'The two of it', slug: 'the-two-of-it' },
  ]);
});

test('links within the documents and to scenarios stay within the page, and only https leads out', () => {
  expect(targetOf('#steps')).toEqual({ to: 'heading', slug: 'steps' });
  expect(targetOf('DIALECT.md')).toEqual({ to: 'document', part: 'dialect', slug: null });
  expect(targetOf('AUTHORS-GUIDE.md#x')).toEqual({ to: 'document', part: 'authors-guide', slug: 'x' });
  expect(targetOf('uffd-copy.c')).toEqual({ to: 'scenario', id: 'uffd-copy' });
  expect(targetOf('https://docs.kernel.org/')).toEqual({ to: 'web', href: 'https://docs.kernel.org/' });
  for (const href of ['javascript:alert(1)', 'http://x', '../LICENSE', 'data:text/html,x'])
    expect(targetOf(href)).toEqual({ to: 'nowhere' });
});
