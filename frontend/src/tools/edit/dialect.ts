/** The dialect for the editor: colours from the page's own tokenizer, indentation by braces, front matter as YAML. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting, type StringStream } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { tokenAt } from '../../lib/tokens';

interface State {
  /** Inside a comment that goes on over lines. */
  comment: boolean;
  /** Inside the front matter. */
  header: boolean;
  depth: number;
  line: number;
}

const language = StreamLanguage.define<State>({
  name: 'racewalk',
  startState: () => ({ comment: false, header: false, depth: 0, line: 0 }),
  copyState: (state) => ({ ...state }),
  token(stream, state) {
    if (stream.sol()) state.line += 1;
    if (stream.sol() && state.line === 1 && stream.match('/*---')) {
      state.header = true;
      return 'comment';
    }
    if (state.header) return headerToken(stream, state);
    if (state.comment) {
      state.comment = !stream.match(/^.*?\*\//);
      if (state.comment) stream.skipToEnd();
      return 'comment';
    }
    const { kind, text } = tokenAt(stream.string, stream.pos);
    stream.pos += Math.max(1, text.length);
    if (kind === 'comment')
      state.comment = text.startsWith('/*') && (text.length < 4 || !text.endsWith('*/'));
    if (kind === 'plain') state.depth = Math.max(0, state.depth + balance(text));
    return kind === 'plain' ? null : kind;
  },
  indent: (state, after, context) => {
    if (state.header || state.comment) return null;
    return Math.max(0, state.depth - (/^\s*\}/.test(after) ? 1 : 0)) * context.unit;
  },
  languageData: {
    commentTokens: { block: { open: '/*', close: '*/' }, line: '//' },
    indentOnInput: /^\s*\}$/,
  },
  tokenTable: {
    type: tags.typeName,
    call: tags.function(tags.variableName),
    constant: tags.atom,
    directive: tags.processingInstruction,
    key: tags.propertyName,
  },
});

function headerToken(stream: StringStream, state: State): string | null {
  if (stream.match(/^---\*\/\s*$/)) {
    state.header = false;
    return 'comment';
  }
  if (stream.match(/^\s*(?:- )?(?:[\w.~-]+|"[^"]*")(?=:(?:\s|$))/)) return 'key';
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
  if (stream.match(stream.sol() ? /^\s*#.*/ : /^\s+#.*/)) return 'comment';
  if (stream.match(/^[\w.-]+/)) return null;
  stream.next();
  return null;
}

function balance(text: string): number {
  let sum = 0;
  for (const letter of text) sum += letter === '{' ? 1 : letter === '}' ? -1 : 0;
  return sum;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.processingInstruction], color: 'var(--code-keyword)' },
  { tag: [tags.typeName, tags.propertyName], color: 'var(--code-type)' },
  { tag: tags.function(tags.variableName), color: 'var(--code-call)' },
  { tag: [tags.atom, tags.number], color: 'var(--code-constant)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: tags.comment, color: 'var(--code-comment)' },
]);

export const dialect: Extension = [language, syntaxHighlighting(colours)];
