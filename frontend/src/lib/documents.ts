/** The documents that the server carries: fetched by their names, cut into tokens, never into HTML. */
import { marked, type Token } from 'marked';
import type { HelpPart } from './page.svelte';
import type { Document } from './wire';

export type DocumentName = Document['name'];

export interface Heading {
  depth: number;
  text: string;
  slug: string;
}

/** Throws what `fetch` throws, or an Error that says what the server answered. */
export async function loadDocument(base: string, name: DocumentName): Promise<Token[]> {
  const answer = await fetch(new URL(`api/documents/${name}`, base));
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return marked.lexer(((await answer.json()) as Document).text);
}

export function headingsOf(tokens: readonly Token[]): Heading[] {
  return tokens.flatMap((token) =>
    token.type === 'heading'
      ? [{ depth: Number(token.depth), text: plain(token), slug: slugOf(plain(token)) }]
      : [],
  );
}

/** As GitHub makes the anchor of a heading. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** The text of a token without its marks. */
export function plain(token: Token): string {
  const inner = 'tokens' in token ? token.tokens : undefined;
  if (inner) return inner.map(plain).join('');
  return 'text' in token && typeof token.text === 'string' ? token.text : token.raw;
}

export type Target =
  | { to: 'heading'; slug: string }
  | { to: 'document'; part: HelpPart; slug: string | null }
  | { to: 'scenario'; id: string }
  | { to: 'web'; href: string }
  | { to: 'nowhere' };

const FILES: Record<string, HelpPart> = { 'DIALECT.md': 'dialect', 'AUTHORS-GUIDE.md': 'authors-guide' };

/** Where a link leads; links between the documents and to scenarios stay within the page. */
export function targetOf(href: string): Target {
  if (href.startsWith('#')) return { to: 'heading', slug: href.slice(1) };
  const [file = '', slug] = href.split('#');
  const part = FILES[file];
  if (part) return { to: 'document', part, slug: slug ?? null };
  const scenario = /^([a-z0-9-]+)\.c$/.exec(file)?.[1];
  if (scenario) return { to: 'scenario', id: scenario };
  return /^https:\/\//.test(href) ? { to: 'web', href } : { to: 'nowhere' };
}
