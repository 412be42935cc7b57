import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Editing, type About } from '../lib/editing.svelte';
import { allMine, loadMine, saveMine } from '../lib/mine';
import type { SourcesRequest } from '../lib/wire';

const SHIPPED: Record<string, string> = { 'race.c': 'u8 x;\n', 'mm/a.c': 'u8 a;\n', 'mm/b.c': 'u8 b;\n' };
const ABOUT: About = { scenario: 'race', shipped: true, variant: 'v1', bundle: null, mine: null };

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  vi.stubGlobal('fetch', (url: URL, init: RequestInit) => {
    const asked = JSON.parse(init.body as string) as SourcesRequest;
    if (url.pathname.endsWith('compile'))
      return Promise.resolve(Response.json({ ok: true, diagnostics: [], steps: 3, actors: [] }));
    const own = new Map(asked.bundle?.files.map((file) => [file.path, file.text]));
    const files = [...new Set([...Object.keys(SHIPPED), ...own.keys()])].map((path) => {
      const text = own.get(path) ?? SHIPPED[path] ?? '';
      const origin = !(path in SHIPPED) ? 'own' : text === SHIPPED[path] ? 'shipped' : 'changed';
      return { path, text, origin, shipped: origin === 'changed' ? SHIPPED[path] : null, edits: [] };
    });
    return Promise.resolve(Response.json({ files, words: [] }));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function editing(about: Partial<About> = {}): Promise<Editing> {
  const made = new Editing('http://here/', { ...ABOUT, ...about });
  await made.load(made.variant);
  return made;
}

test('only what was changed goes into the bundle, the scenario first', async () => {
  const here = await editing();
  expect(here.runs).toBeNull();

  here.type('mm/b.c', 'u8 c;\n');

  expect(here.runs?.files.map((file) => file.path)).toEqual(['race.c', 'mm/b.c']);
  expect(here.changed.map((file) => file.path)).toEqual(['mm/b.c']);
});

test('an edit is kept a moment later, and found again', async () => {
  const here = await editing();
  here.type('mm/b.c', 'u8 c;\n');
  vi.advanceTimersByTime(1000);
  expect(here.kept).toBe('kept');

  const again = await editing();

  expect(again.texts['mm/b.c']).toBe('u8 c;\n');
  expect(again.current).toBe('mm/b.c');
});

test('an edit that is taken back is not kept', async () => {
  const here = await editing();
  here.type('mm/b.c', 'u8 c;\n');
  here.save();

  here.revertAll();
  here.save();

  expect(allMine()).toEqual([]);
  expect(here.runs).toBeNull();
});

test('when another tab has changed the same text, this one becomes a text of its own', async () => {
  const here = await editing();
  here.type('mm/b.c', 'u8 c;\n');
  here.save();
  const there = loadMine(here.mine?.id ?? '');
  if (!there) throw new Error('not kept');
  saveMine({ ...there, files: [{ path: 'race.c', text: 'theirs' }] });

  here.type('mm/b.c', 'u8 ours;\n');
  here.save();

  expect(here.parted).toBe(true);
  expect(allMine()).toHaveLength(2);
  expect(loadMine(there.id)?.files[0]?.text).toBe('theirs');
});

test('a text that came with a link is not mixed with an edit of ones own', async () => {
  const own = await editing();
  own.type('mm/b.c', 'u8 own;\n');
  own.save();

  const linked = await editing({ bundle: { files: [{ path: 'race.c', text: 'u8 linked;\n' }] } });
  linked.type('mm/a.c', 'u8 more;\n');
  linked.save();

  expect(linked.texts['mm/b.c']).toBe('u8 b;\n');
  expect(allMine()).toHaveLength(2);
});

test('a text of ones own is compared with what it began as', async () => {
  const files = [{ path: 'own.c', text: 'u8 y;\n' }];
  const here = await editing({ scenario: 'own', shipped: false, bundle: { files } });

  here.type('own.c', 'u8 z;\n');
  here.save();

  expect(here.original).toEqual({ files });
  expect(allMine()[0]?.original).toEqual(files);
});
