/** Links of every kind that was ever written: goldenLinks.jsonl, to which lines are only added. */
import { describe, expect, test } from 'vitest';
import { decodeLink, encodeLink, unpackBundle } from '../lib/link';
import { readView } from '../lib/linkView';
import { movesOf } from '../lib/schedule';
import { shortId } from '../lib/shortLink';
import corpus from './goldenLinks.jsonl?raw';

interface Golden {
  link: string;
  why: string;
  decodes: boolean;
  scenario: string;
  variant: string;
  step: number;
  says: string | null;
}

const LINES = corpus.trimEnd().split('\n');
const CORPUS = LINES.map((line) => JSON.parse(line) as Golden);
/** How many lines there were once, and what they were. New lines need no change here. */
const [FIRST, DIGEST] = [23, 'f6a70288a373117dc9e15b9a934975ba4c66787cbb03753f440e0c1e343a125e'];

test('no line of the corpus was ever changed', async () => {
  const before = LINES.slice(0, FIRST).map((line) => `${line}\n`);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(before.join('')));

  expect([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(DIGEST);
});

describe('a link from the corpus', () => {
  test.each(CORPUS.map((golden) => [golden.why, golden] as const))('with %s is read', async (_, golden) => {
    const link = decodeLink(`#${golden.link}`);

    expect(link !== null).toBe(golden.decodes);
    if (!link) return;
    expect(encodeLink(link).split('~')[1]).toBe(link.scenario);
    readView(link.view);
    if (link.bundle && !golden.says)
      expect((await unpackBundle(link.bundle)).files.length).toBeGreaterThan(0);
    if (!golden.says) expect(movesOf(link.schedule)).not.toBeNull();
  });

  test('of the server has its id', () => {
    expect(shortId('#s1~AAAAAAAAAAAAAAAA')).toBe('AAAAAAAAAAAAAAAA');
    expect(shortId('#s1~../../x')).toBeNull();
  });
});

test.each([
  [null, { zone: null, tool: null }],
  ['world', { zone: 'world', tool: null }],
  ['.diff', { zone: null, tool: 'diff' }],
  ['log.diff', { zone: 'log', tool: 'diff' }],
  ['moon.sun', { zone: null, tool: null }],
])('the view %s is %s', (text, view) => {
  expect(readView(text)).toEqual(view);
});
