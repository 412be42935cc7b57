/**
 * The view for a frame in somebody else's page: what it is asked for by, the line that puts it there, and whose pages
 * the server lets do that.
 */

/** Exactly this, as the server has it too (`api/security.py`): it lets no other address of the page be framed. */
const EMBED = '?embed=1';

export function isEmbedded(search: string): boolean {
  return search === EMBED;
}

/** The address of the view for a frame, of what `href` shows. */
export function embedAddress(href: string): string {
  const url = new URL(href);
  url.search = EMBED;
  return url.href;
}

/** The whole page again, of what the view for a frame shows. */
export function wholeAddress(href: string, fragment: string): string {
  const url = new URL(href);
  url.search = '';
  url.hash = fragment;
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
