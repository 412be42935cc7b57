// Several files in one, as `racewalk check FILE` reads them (see the server's `lang/bundle.py`):
//
//     /*--- file: uffd-copy.c ---*/
//     ...
//     /*--- file: mm/rmap.c ---*/
//     ...
//
// A bundle of one file is that file alone.
import type { Bundle, TextFile } from './wire';

const SEPARATOR = /^\/\*--- file:[ \t]*(.*?)[ \t]*---\*\/[ \t\r]*(?:\n|$)/gm;
export const MOST_BYTES = 64 * 1024;
const MOST_FILES = 64;

export function printOneFile(bundle: Bundle): string {
  const [only, ...more] = bundle.files;
  if (only && more.length === 0) return ended(only.text);
  return bundle.files.map(({ path, text }) => `/*--- file: ${path} ---*/\n${ended(text)}`).join('');
}

/** What stands before the first separator is the file `path`. A later text of a path replaces an earlier one. */
export function parseOneFile(text: string, path: string): Bundle {
  const files = new Map<string, string>();
  let name = path;
  let start = 0;
  for (const found of text.matchAll(SEPARATOR)) {
    const part = text.slice(start, found.index);
    if (start > 0 || part.trim()) files.set(name, ended(part));
    name = found[1] ?? '';
    start = found.index + found[0].length;
  }
  files.set(name, ended(text.slice(start)));
  return { files: [...files].slice(0, MOST_FILES).map(([path, text]): TextFile => ({ path, text })) };
}

const FRONT_MATTER = /^\s*\/\*---[ \t\r]*\n([\s\S]*?)---\*\//;
const TITLE = /^title:[ \t]*(["']?)(.+?)\1[ \t\r]*$/m;

/** What to call a text that comes without a name: after its first file, or its title. */
export function nameIn(text: string): string {
  const file = text.match(SEPARATOR)?.[0].replace(SEPARATOR, '$1').trim();
  if (file) return file.replace(/^.*\//, '').replace(/\.\w+$/, '');
  const title = TITLE.exec(FRONT_MATTER.exec(text)?.[1] ?? '')?.[2];
  return title?.slice(0, 80) ?? 'pasted';
}

/** UTF-8 bytes of all files together; the server takes up to `MOST_BYTES`. */
export function bytesOf(bundle: Bundle): number {
  const encoder = new TextEncoder();
  return bundle.files.reduce((sum, file) => sum + encoder.encode(file.text).length, 0);
}

export function sameText(one: Bundle | null, other: Bundle | null): boolean {
  if (one === null || other === null) return one === other;
  if (one.files.length !== other.files.length) return false;
  return one.files.every(({ path, text }, i) => {
    const also = other.files[i];
    return also?.path === path && ended(also.text) === ended(text);
  });
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
