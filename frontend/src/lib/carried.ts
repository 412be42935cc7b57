/**
 * An edited text as a link carries it. The file of a shipped scenario that was not changed is left out, as the
 * library's files are that were not: it is most of the text, and the server has it. Links that carry it open as well.
 */
import { sourcesOf } from './compiling';
import { packBundle, unpackBundle } from './link';
import type { Bundle } from './wire';

/** `shipped`: the server has a scenario of this name. */
export async function packText(
  base: string,
  scenario: string,
  bundle: Bundle,
  shipped: boolean,
): Promise<string> {
  const [first, ...rest] = bundle.files;
  if (!shipped || !first || rest.length === 0) return packBundle(bundle);
  const known = await shippedFile(base, scenario).catch(() => null);
  const same = known?.path === first.path && known.text === first.text;
  return packBundle(same ? { files: [{ path: first.path }, ...rest] } : bundle);
}

/** Throws where the link carries no text, or the server no longer has what it left out. */
export async function carriedText(base: string, scenario: string, packed: string): Promise<Bundle> {
  const { files } = await unpackBundle(packed);
  const texts = files.map(async ({ path, text }) => {
    if (text !== undefined) return { path, text };
    const known = await shippedFile(base, scenario);
    if (known?.path !== path) throw new Error(`the link carries no text of ${path}`);
    return known;
  });
  return { files: await Promise.all(texts) };
}

async function shippedFile(base: string, scenario: string): Promise<{ path: string; text: string } | null> {
  const { files } = await sourcesOf(base, { scenario, bundle: null, variant: null });
  const [first] = files;
  return first ? { path: first.path, text: first.shipped ?? first.text } : null;
}
