/**
 * The words of the glossary in a text.
 *
 * A word is found as it is spelled, also with a capital letter in front or an s behind, where it stands alone; a space
 * is any white space. The server finds words by the same rule (`racewalk.scenario.glossary`).
 */
import type { GlossaryTerm } from './wire';

export interface Glossary {
  terms: readonly GlossaryTerm[];
  /** Null where there are no words to find. */
  pattern: RegExp | null;
  bySpelling: ReadonlyMap<string, GlossaryTerm>;
}

/** A part of a text; with a term, a word of the glossary. */
export interface Piece {
  text: string;
  term: GlossaryTerm | null;
}

export function glossaryOf(terms: readonly GlossaryTerm[]): Glossary {
  const bySpelling = new Map(
    terms.flatMap((term) => [term.term, ...term.also].map((spelling) => [spelling, term] as const)),
  );
  const loud = [...bySpelling].filter(([, term]) => !term.quiet).map(([spelling]) => spelling);
  // The longest first, so that "VMA lock" is not taken for "VMA".
  const words = loud.sort((a, b) => b.length - a.length).map(patternOf);
  const pattern = words.length > 0 ? new RegExp(`(?<!\\w)(?:${words.join('|')})(?!\\w)`, 'g') : null;
  return { terms, pattern, bySpelling };
}

function patternOf(word: string): string {
  const first = word.charAt(0);
  const rest = word
    .slice(1)
    .replace(/[^\w ]/g, '\\$&')
    .replaceAll(' ', '\\s+');
  const head = /[a-z]/.test(first) ? `[${first}${first.toUpperCase()}]` : first;
  return head + rest + (/\w$/.test(word) ? 's?' : '');
}

/** The text in pieces: of each term the first occurrence is one, so that a paragraph is not all links. */
export function linked(text: string, glossary: Glossary): Piece[] {
  const pieces: Piece[] = [];
  const met = new Set<GlossaryTerm>();
  let at = 0;
  for (const match of glossary.pattern ? text.matchAll(glossary.pattern) : []) {
    const term = termOf(match[0], glossary);
    if (!term || met.has(term)) continue;
    met.add(term);
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), term: null });
    pieces.push({ text: match[0], term });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), term: null });
  return pieces;
}

/** What a word in a text means: "Page\ntables" is "page table". */
export function termOf(word: string, { bySpelling }: Glossary): GlossaryTerm | null {
  const plain = word.replace(/\s+/g, ' ');
  for (const one of [plain, plain.replace(/s$/, '')]) {
    const term = bySpelling.get(one) ?? bySpelling.get(one.charAt(0).toLowerCase() + one.slice(1));
    if (term) return term;
  }
  return null;
}
