/** The lines of a compared part with the colours of kernel C. */
import { tokenLines, type Piece, type Token } from './tokens';
import type { DiffLine, DiffPart } from './wire';

export type Coloured = ReadonlyMap<DiffLine, readonly Piece[]>;

/** Each side is read as a whole, so that a comment over several lines is one. */
export function colouredLines({ rows }: Pick<DiffPart, 'rows'>): Coloured {
  return new Map([...coloured(rows.map((row) => row.left)), ...coloured(rows.map((row) => row.right))]);
}

function coloured(side: readonly (DiffLine | null)[]): [DiffLine, Piece[]][] {
  const lines = side.filter((line) => line !== null);
  const text = lines.map((line) => line.pieces.map((piece) => piece.text).join('')).join('\n');
  const tokens = tokenLines(text);
  return lines.map((line, i) => [line, cut(tokens[i] ?? [], line)]);
}

/** Tokens cut where the marks begin and end. */
function cut(tokens: readonly Token[], { pieces }: DiffLine): Piece[] {
  const found: Piece[] = [];
  let [at, inside] = [0, 0];
  for (const { text, marked } of pieces) {
    let rest = text;
    while (rest !== '') {
      const token = tokens[at];
      const part = rest.slice(0, token ? token.text.length - inside : rest.length);
      found.push({ kind: token?.kind ?? 'plain', text: part, marked });
      rest = rest.slice(part.length);
      inside += part.length;
      if (token && inside === token.text.length) [at, inside] = [at + 1, 0];
    }
  }
  return found;
}
