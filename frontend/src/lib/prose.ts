/** An author's prose as the page sets it: paragraphs, sources, what a model leaves out. */
import type { Source } from './wire';

/** Blank lines part paragraphs; a single newline is a space. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '');
}

const KINDS: Record<string, string> = {
  lkml: 'Mail',
  mail: 'Mail',
  commit: 'Commit',
  version: 'Versions',
  cve: 'CVE',
  doc: 'Documentation',
  url: 'Page',
  text: '',
};
const MESSAGE_ID = /^<?([^\s<>@/?#]+@[^\s<>@/?#]+)>?$/;

/** A source with its kind in words; a message-id leads to the archive of the list. */
export function sourceOf({ kind, text }: Source): { kind: string; text: string; url: string | null } {
  const id = kind === 'lkml' || kind === 'mail' ? MESSAGE_ID.exec(text)?.[1] : undefined;
  const words = KINDS[kind] ?? kind.charAt(0).toUpperCase() + kind.slice(1);
  return {
    kind: words,
    text,
    url: id ? `https://lore.kernel.org/all/${encodeURIComponent(id).replaceAll('%40', '@')}/` : null,
  };
}

/** "mm/rmap.c: what is left out" by its file, in the server's order; without a file first. */
export function limitGroups(limits: readonly string[]): { file: string | null; limits: string[] }[] {
  const groups = Map.groupBy(limits, (limit) => /^([\w./-]+\.[ch]): /.exec(limit)?.[1] ?? null);
  return [...groups]
    .map(([file, all]) => ({
      file,
      limits: all.map((limit) => (file ? limit.slice(file.length + 2) : limit)),
    }))
    .sort((a, b) => Number(a.file !== null) - Number(b.file !== null));
}
