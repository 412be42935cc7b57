import { beforeEach, expect, test, vi } from 'vitest';
import { allMine, eraseMine, idFrom, loadMine, MOST, newMine, saveMine, type Mine } from '../lib/mine';
import { remember } from '../lib/storage';

const text = (name: string): Mine =>
  newMine({ name, scenario: name, variant: null, files: [{ path: 'a.c', text: 'u8 x;\n' }], original: null });

beforeEach(() => localStorage.clear());

test('a text is kept, the last changed first', () => {
  saveMine(text('one'), 1);
  saveMine(text('two'), 2);

  expect(allMine().map((mine) => mine.name)).toEqual(['two', 'one']);
});

test('two tabs do not overwrite each other', () => {
  const here = text('one');
  saveMine(here);
  const there = loadMine(here.id);
  if (!there) throw new Error('not kept');

  expect(saveMine({ ...there, files: [{ path: 'a.c', text: 'theirs' }] })).toBe('kept');

  expect(saveMine({ ...here, files: [{ path: 'a.c', text: 'ours' }] })).toBe('elsewhere');
  expect(loadMine(here.id)?.files[0]?.text).toBe('theirs');
});

test('what is deleted can be brought back', () => {
  const mine = text('one');
  saveMine(mine);
  const erased = eraseMine(mine.id);

  expect(allMine()).toEqual([]);
  expect(erased && saveMine(erased)).toBe('kept');
  expect(allMine()).toHaveLength(1);
});

test('a full browser is told, and so are too many texts', () => {
  const setItem = (): never => {
    throw new Error('quota');
  };
  vi.stubGlobal('localStorage', { getItem: () => null, setItem });
  expect(saveMine(text('one'))).toBe('full');
  vi.unstubAllGlobals();

  for (let i = 0; i < MOST; i++) saveMine(text(`text ${i}`));
  expect(saveMine(text('one more'))).toBe('full');
});

test('what is no text of ours is not listed and does no harm', () => {
  remember('mine.x', '{');
  remember('mine.y', '{"id":"y","files":[{"path":1}]}');

  expect(allMine()).toEqual([]);
});

test('a name becomes one for an address, and never that of another', () => {
  expect(idFrom('  Größe & Zeit! ', [])).toBe('gro-e-zeit');
  expect(idFrom('***', ['scenario'])).toBe('scenario-2');
  expect(idFrom('x'.repeat(90), []).length).toBeLessThanOrEqual(64);
});
