/** Short links of the server that the page came from (see `api/links.py`): `#s1~ID`. */
import { AnalysisFailed } from './analysis';
import type { LongLink, Problem, ShortLink } from './wire';

/** Longer links are cut by some chat and mail programs. */
export const MOST_CHARS = 2000;

const SHORT = /^#s1~([A-Za-z0-9_-]{16})$/;

/** The id in the fragment of a short link. */
export function shortId(fragment: string): string | null {
  return SHORT.exec(fragment)?.[1] ?? null;
}

/** `fragment` without its '#'. Throws AnalysisFailed, or what `fetch` throws. */
export async function shorten(base: string, fragment: string): Promise<ShortLink> {
  const answer = await fetch(new URL('api/links', base), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ fragment } satisfies LongLink),
  });
  if (!answer.ok) throw new AnalysisFailed((await answer.json()) as Problem);
  return (await answer.json()) as ShortLink;
}

/** The fragment that a short link stands for, without its '#'. Throws as `shorten` does. */
export async function lengthen(base: string, id: string): Promise<string> {
  const answer = await fetch(new URL(`api/links/${id}`, base));
  if (!answer.ok) throw new AnalysisFailed((await answer.json()) as Problem);
  return ((await answer.json()) as LongLink).fragment;
}
