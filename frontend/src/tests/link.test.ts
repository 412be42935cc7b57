import { describe, expect, test } from 'vitest';
import { decodeLink, encodeLink, packBundle, unpackBundle, type Link } from '../lib/link';

const LINK: Link = {
  scenario: 'uffd-copy',
  variant: 'v6.6-no-recheck',
  schedule: '1.a3AAb13ABc-2ZZ',
  cursor: 7,
  modelHash: 'b1c0ffee',
  view: 'world',
  bundle: null,
};

describe('a link', () => {
  test('is what the golden link says', () => {
    expect(encodeLink(LINK)).toBe('v1~uffd-copy~v6.6-no-recheck~1.a3AAb13ABc-2ZZ~7~b1c0ffee~world');
  });

  test.each<[string, Link]>([
    ['with everything', LINK],
    ['with a text', { ...LINK, bundle: 'q1YqLk' }],
    [
      'at the start of a fresh run',
      { ...LINK, variant: null, schedule: '', cursor: null, modelHash: null, view: null },
    ],
    ['at step 0 of a run', { ...LINK, cursor: 0 }],
  ])('%s reads back as it was written', (_, link) => {
    expect(decodeLink(`#${encodeLink(link)}`)).toEqual(link);
  });

  test('has only characters that chat programs leave alone', () => {
    expect(encodeLink({ ...LINK, bundle: 'a-b_c' })).toMatch(/^[A-Za-z0-9._~-]+$/);
    expect(() => encodeLink({ ...LINK, scenario: 'a~b' })).toThrow('cannot stand in a link');
    expect(() => encodeLink({ ...LINK, scenario: 'a b' })).toThrow('cannot stand in a link');
  });

  test('may be cut short: a scenario is enough', () => {
    expect(decodeLink('#v1~uffd-copy')).toMatchObject({
      scenario: 'uffd-copy',
      variant: null,
      schedule: '',
      cursor: null,
    });
  });

  test.each(['', '#', '#v2~uffd-copy', '#v1', '#v1~', '#top', '#v1~a<b>', '#v1~a~b~c~1~e~f~g~h'])(
    '%s is no link',
    (text) => {
      expect(decodeLink(text)).toBeNull();
    },
  );

  test('a cursor that is no number counts as the end', () => {
    expect(decodeLink('#v1~uffd-copy~~1.a1~x')?.cursor).toBeNull();
  });
});

describe('the text in a link', () => {
  test('comes back as it was, whatever is in it', async () => {
    const bundle = { files: [{ path: 'mine.c', text: 'u8 seen; /* ä → 🐧 */\n' }] };

    const packed = await packBundle(bundle);

    expect(packed).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(await unpackBundle(packed)).toEqual(bundle);
  });

  test('is refused when it grows past its bound', async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify({ files: [{ path: 'a', text: 'x'.repeat(300_000) }] }),
    );
    const packed = new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw')));
    const bomb = btoa(String.fromCharCode(...new Uint8Array(await packed.arrayBuffer())));

    await expect(unpackBundle(bomb.replaceAll('+', '-').replaceAll('/', '_'))).rejects.toThrow('too long');
  });

  test('is refused when it is no bundle', async () => {
    await expect(unpackBundle('AAAA')).rejects.toThrow();
  });
});
