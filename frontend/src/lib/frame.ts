/**
 * The view for a frame in somebody else's page: what it is asked for by, the line that puts it there, and whose pages
 * the server lets do that.
 */

import { decodeLink, encodeLink } from './link';

/** Exactly this, as the server has it too (`api/security.py`): it lets no other address of the page be framed. */
const EMBED = '?embed=1';

export function isEmbedded(search: string): boolean {
  return search === EMBED;
}

/** The address of the view for a frame, of the run that `href` leads to. */
export function embedAddress(href: string): string {
  return runAddress(href, EMBED);
}

/** The whole page again, of the run that the frame shows. */
export function wholeAddress(href: string): string {
  return runAddress(href, '');
}

/** Which tools and tabs are open is each view's own. */
function runAddress(href: string, search: string): string {
  const url = new URL(href);
  const link = decodeLink(url.hash);
  url.search = search;
  if (link) url.hash = encodeLink({ ...link, view: null });
  return url.href;
}

/** The line of HTML that shows it in another page. */
export function iframeLine(address: string, title: string, height: number): string {
  return (
    `<iframe src="${escaped(address)}" title="${escaped(title)}" width="100%" height="${height}" ` +
    'loading="lazy" style="border: 1px solid #888"></iframe>'
  );
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Whose pages may show it in a frame: every page's, nobody's but the server's own, or those of the origins. */
export type Framers = 'all' | 'own' | string[];

/** Asks the server. Throws what `fetch` throws. */
export async function whoMayFrame(href: string): Promise<Framers> {
  const answer = await fetch(embedAddress(href).split('#')[0] ?? href, { method: 'HEAD' });
  return framersIn(answer.headers.get('Content-Security-Policy') ?? '');
}

export function framersIn(policy: string): Framers {
  const rule = policy.split(';').find((part) => part.trim().startsWith('frame-ancestors'));
  if (rule === undefined) return 'all';
  const origins = rule.trim().split(/\s+/).slice(1);
  if (origins.includes('*')) return 'all';
  const others = origins.filter((origin) => !origin.startsWith("'"));
  return others.length > 0 ? others : 'own';
}
