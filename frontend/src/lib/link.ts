/**
 * The part of the address after '#': which run the page shows, so that the address bar is always a link.
 *
 *     v1~scenario~variant~schedule~cursor~model hash~view[~bundle]
 *
 * Only [A-Za-z0-9._~-] appears, which chat programs leave alone; '~' separates and stands in no part.
 * `bundle` is an edited text: JSON, deflated, base64url; of a file without a text the server has it. A version, once published, is read for ever.
 */

export interface Link {
  scenario: string;
  variant: string | null;
  schedule: string;
  /** Steps along the schedule; null is its end. */
  cursor: number | null;
  modelHash: string | null;
  view: string | null;
  /** Still packed: unpacking takes time, see `unpackBundle`. */
  bundle: string | null;
}

/** Files as a link carries them, the scenario first; one that has no text is the shipped one. */
export interface Carried {
  files: { path: string; text?: string }[];
}

const PART = /^[A-Za-z0-9._-]*$/;
const MOST_INFLATED_BYTES = 256 * 1024;
const MOST_FILES = 64;

export function encodeLink(link: Link): string {
  const parts = [
    'v1',
    link.scenario,
    link.variant ?? '',
    link.schedule,
    link.cursor === null ? '' : String(link.cursor),
    link.modelHash ?? '',
    link.view ?? '',
  ];
  if (link.bundle) parts.push(link.bundle);
  const bad = parts.find((part) => !PART.test(part));
  if (bad !== undefined) throw new Error(`"${bad}" cannot stand in a link`);
  return parts.join('~');
}

/** Null for a fragment that is no link of ours. */
export function decodeLink(fragment: string): Link | null {
  const text = fragment.startsWith('#') ? fragment.slice(1) : fragment;
  const [version, scenario, variant, schedule, cursor, modelHash, view, bundle, ...rest] = text.split('~');
  if (version !== 'v1' || !scenario || rest.length > 0) return null;
  if (!text.split('~').every((part) => PART.test(part))) return null;
  return {
    scenario,
    variant: variant || null,
    schedule: schedule ?? '',
    cursor: cursor && /^\d{1,6}$/.test(cursor) ? Number(cursor) : null,
    modelHash: modelHash || null,
    view: view || null,
    bundle: bundle || null,
  };
}

export async function packBundle(bundle: Carried): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(bundle));
  if (bytes.length > MOST_INFLATED_BYTES) throw new Error('the text is too long for a link');
  const packed = new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw')));
  return toBase64url(new Uint8Array(await packed.arrayBuffer()));
}

/** Stops reading as soon as the text grows past its bound. Throws when it is not a bundle. */
export async function unpackBundle(packed: string): Promise<Carried> {
  return checkedBundle(JSON.parse(await unpackText(packed, MOST_INFLATED_BYTES)));
}

/** The text of what is deflated, base64url. Throws when it is not that, or longer than `mostBytes`. */
export async function unpackText(packed: string, mostBytes: number): Promise<string> {
  const source = new Blob([fromBase64url(packed)]).stream();
  const reader = source.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > mostBytes) {
      await reader.cancel();
      throw new Error('the packed text is too long');
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

function checkedBundle(value: unknown): Carried {
  const files = typeof value === 'object' && value !== null && 'files' in value ? value.files : null;
  if (!Array.isArray(files) || files.length === 0 || files.length > MOST_FILES) {
    throw new Error('the link carries no text');
  }
  return {
    files: files.map((file: unknown) => {
      if (typeof file !== 'object' || file === null || !('path' in file)) {
        throw new Error('the link carries no text');
      }
      const path = String(file.path);
      return 'text' in file ? { path, text: String(file.text) } : { path };
    }),
  };
}

function toBase64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
