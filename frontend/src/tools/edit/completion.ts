/** Names of the program and of the dialect, offered while one types. Not in comments and strings. */
import {
  autocompletion,
  completeAnyWord,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import type { Name, NameKind } from '../../lib/names';

const TYPES: Record<NameKind, string> = {
  function: 'function',
  type: 'type',
  variable: 'variable',
  lock: 'variable',
  macro: 'constant',
  constant: 'enum',
  field: 'property',
  keyword: 'keyword',
};

/** `names` is asked each time, for it changes with the text. */
export function completion(names: () => readonly Name[]): Extension {
  const complete = (context: CompletionContext): CompletionResult | null => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1).name;
    if (/comment|string|propertyName/i.test(node)) return null;
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    const field = /(?:\.|->)\w*$/.test(context.state.sliceDoc(Math.max(0, context.pos - 66), context.pos));
    return {
      from: word?.from ?? context.pos,
      options: names()
        .filter((name) => !field || name.kind === 'field')
        .map(optionOf),
      validFor: /^\w*$/,
    };
  };
  const local = (context: CompletionContext): CompletionResult | null | Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[A-Za-z_]\w+/);
    if (!word || /comment|string/i.test(syntaxTree(context.state).resolveInner(context.pos, -1).name))
      return null;
    return completeAnyWord(context);
  };
  return autocompletion({ override: [complete, local], icons: false, maxRenderedOptions: 60 });
}

function optionOf({ name, kind, detail }: Name): Completion {
  return {
    label: name,
    type: TYPES[kind],
    detail: kind === 'lock' ? `lock, ${detail}` : detail || kind,
    boost: 1,
  };
}
