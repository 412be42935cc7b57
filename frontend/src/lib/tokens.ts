/**
 * Light colouring of kernel C: enough for the eye, not a parser. Works on any text whatever.
 */
export type TokenKind =
  'comment' | 'string' | 'number' | 'keyword' | 'type' | 'constant' | 'call' | 'directive' | 'plain';

export interface Token {
  kind: TokenKind;
  text: string;
}

/** One stretch of a line as it is drawn. */
export interface Piece extends Token {
  marked: boolean;
}

/** Lines and columns from 1; the end is exclusive. */
export interface Mark {
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}

const KEYWORDS = new Set(
  (
    'if else for while do switch case default break continue return goto sizeof static inline const extern ' +
    'atomic fuse setup finally always never sometimes ghost __weak lock_order'
  ).split(' '),
);
const TYPES = new Set(
  'void bool int long unsigned signed char short struct enum union typedef u8 s8 u16 s16 u32 s32 u64 s64'.split(
    ' ',
  ),
);
const LEXEME =
  /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"?|^[ \t]*#[ \t]*\w+|\b\d\w*\b|[A-Za-z_]\w*|[^\w/"#]+|./gm;

/** The tokens of a text; joined together they are the text. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(LEXEME)) {
    const lexeme = match[0];
    tokens.push({ text: lexeme, kind: kindOf(lexeme, text[match.index + lexeme.length]) });
  }
  return tokens;
}

const LEXEME_HERE = new RegExp(LEXEME.source, 'y');

/** The token of one line that begins at `at`; a comment that goes on in the next line ends with the line. */
export function tokenAt(line: string, at: number): Token {
  LEXEME_HERE.lastIndex = at;
  const text = LEXEME_HERE.exec(line)?.[0] ?? line.charAt(at);
  return { text, kind: kindOf(text, line[at + text.length]) };
}

function kindOf(lexeme: string, next: string | undefined): TokenKind {
  if (lexeme.startsWith('/*') || lexeme.startsWith('//')) return 'comment';
  if (lexeme.startsWith('"')) return 'string';
  if (/^\s*#/.test(lexeme)) return 'directive';
  if (/^\d/.test(lexeme)) return 'number';
  if (!/^[A-Za-z_]/.test(lexeme)) return 'plain';
  if (KEYWORDS.has(lexeme)) return 'keyword';
  if (TYPES.has(lexeme) || lexeme.endsWith('_t')) return 'type';
  if (next === '(') return 'call';
  return /^[A-Z][A-Z0-9_]+$/.test(lexeme) ? 'constant' : 'plain';
}

/** The tokens of each line, comments over several lines cut at the line's end. */
export function tokenLines(text: string): Token[][] {
  const lines: Token[][] = [[]];
  for (const token of tokenize(text)) {
    token.text.split('\n').forEach((part, i) => {
      if (i > 0) lines.push([]);
      if (part) lines.at(-1)?.push({ kind: token.kind, text: part });
    });
  }
  return lines;
}

/** One line cut at the borders of the mark. `line` is its number. */
export function markLine(tokens: readonly Token[], line: number, mark: Mark | null): Piece[] {
  if (!mark || line < mark.line || line > mark.end_line)
    return tokens.map((token) => ({ ...token, marked: false }));
  const length = tokens.reduce((sum, token) => sum + token.text.length, 0);
  const indent = /^\s*/.exec(tokens.map((token) => token.text).join(''))?.[0].length ?? 0;
  const from = line === mark.line ? mark.column - 1 : indent;
  const to = line === mark.end_line ? mark.end_column - 1 : length;

  const pieces: Piece[] = [];
  let at = 0;
  for (const { kind, text } of tokens) {
    const a = Math.min(Math.max(from - at, 0), text.length);
    const b = Math.min(Math.max(to - at, a), text.length);
    if (a > 0) pieces.push({ kind, text: text.slice(0, a), marked: false });
    if (b > a) pieces.push({ kind, text: text.slice(a, b), marked: true });
    if (b < text.length) pieces.push({ kind, text: text.slice(b), marked: false });
    at += text.length;
  }
  return pieces;
}

/** The pieces in order, those of the mark together: a mark is one thing, however many tokens it has. */
export function byMark(pieces: readonly Piece[]): { marked: boolean; pieces: Piece[] }[] {
  const groups: { marked: boolean; pieces: Piece[] }[] = [];
  for (const piece of pieces) {
    const open = groups.at(-1);
    if (open?.marked === piece.marked) open.pieces.push(piece);
    else groups.push({ marked: piece.marked, pieces: [piece] });
  }
  return groups;
}
