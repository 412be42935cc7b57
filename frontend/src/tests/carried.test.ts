import { afterEach, expect, test, vi } from 'vitest';
import { carriedText, packText } from '../lib/carried';
import { unpackBundle } from '../lib/link';

const MAIN = { path: 'uffd-copy.c', text: '/* the question */\n' };
const ROUTINE = { path: 'mm/khugepaged.c', text: '/* my repair */\n' };
const BASE = 'http://racewalk.test/';

function serve(text: string): void {
  const first = { ...MAIN, text, origin: 'shipped', shipped: null, edits: [] };
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ files: [first], words: [] })));
}
afterEach(() => vi.unstubAllGlobals());

test('a link leaves out the scenario that was not changed, and whoever opens it has it again', async () => {
  serve(MAIN.text);
  const packed = await packText(BASE, 'uffd-copy', { files: [MAIN, ROUTINE] }, true);

  expect((await unpackBundle(packed)).files).toEqual([{ path: MAIN.path }, ROUTINE]);
  expect(await carriedText(BASE, 'uffd-copy', packed)).toEqual({ files: [MAIN, ROUTINE] });
});

test('what was changed, and a text of which nothing is shipped, goes with the link whole', async () => {
  serve('/* another question */\n');
  const bundle = { files: [MAIN, ROUTINE] };

  expect(await unpackBundle(await packText(BASE, 'uffd-copy', bundle, true))).toEqual(bundle);
  expect(await unpackBundle(await packText(BASE, 'mine', bundle, false))).toEqual(bundle);
});

test('a text that nobody has any more is no text', async () => {
  serve(MAIN.text);
  const packed = await packText(BASE, 'uffd-copy', { files: [MAIN, ROUTINE] }, true);
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ message: 'gone' }, { status: 404 })));

  await expect(carriedText(BASE, 'uffd-copy', packed)).rejects.toThrow('gone');
});
