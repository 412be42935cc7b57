/**
 * The names that some texts of the dialect declare, found by their layout: enough for completing them, also while a
 * text has errors.
 */
export type NameKind = 'function' | 'type' | 'variable' | 'lock' | 'macro' | 'constant' | 'field' | 'keyword';

export interface Name {
  name: string;
  kind: NameKind;
  /** Its parameters or type, as the text has it. */
  detail: string;
}

const LOCK =
  /^(spinlock_t|rwlock_t|struct (mutex|rw_semaphore|semaphore|completion)|wait_queue_head_t|bit_lock_t)\b/;
const FUNCTION = /^[A-Za-z_][\w \t*]*?\b([A-Za-z_]\w*)\(([^;{}()]*)\)\s*\{/gm;
const DEFINE = /^#[ \t]*define[ \t]+([A-Za-z_]\w*)(\([^)]*\))?/gm;
const BODY = /\b(struct|enum)\s*([A-Za-z_]\w*)?\s*\{([^{}]*)\}[ \t]*([A-Za-z_]\w*)?/g;
const GLOBAL =
  /^(?:(?:ghost|wrapping|static|const) )*((?:struct |enum |unsigned )?[A-Za-z_]\w*)[ \t]+\**([A-Za-z_]\w*)(?:\[[^\]]*\])*[ \t]*[=;,]/gm;
const FIELD = /([A-Za-z_][\w ]*?)[ \t]+\**([A-Za-z_]\w*)(?:\[[^\]]*\])*[ \t]*;/g;
const COMMENT = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g;

/** Each name once, the first declaration of it. */
export function namesIn(texts: Iterable<string>): Name[] {
  const found = new Map<string, Name>();
  const add = (name: string | undefined, kind: NameKind, detail: string): void => {
    if (name && !found.has(name)) found.set(name, { name, kind, detail: detail.replace(/\s+/g, ' ').trim() });
  };
  for (const text of texts) {
    const code = text.replace(COMMENT, (comment) => comment.replace(/[^\n]/g, ' '));
    for (const [, name, parameters] of code.matchAll(FUNCTION))
      add(name, 'function', `(${parameters ?? ''})`);
    for (const [, name, parameters] of code.matchAll(DEFINE)) add(name, 'macro', parameters ?? '');
    for (const [, what, tag, body, typedef] of code.matchAll(BODY)) {
      add(tag, 'type', what ?? '');
      add(typedef, 'type', what ?? '');
      if (what === 'enum') {
        for (const member of (body ?? '').split(','))
          add(/[A-Za-z_]\w*/.exec(member)?.[0], 'constant', tag ?? 'enum');
      } else {
        for (const [, type, name] of (body ?? '').matchAll(FIELD)) add(name, 'field', type ?? '');
      }
    }
    for (const [, type, name] of code.matchAll(GLOBAL)) {
      add(name, LOCK.test(type ?? '') ? 'lock' : 'variable', type ?? '');
    }
  }
  return [...found.values()];
}
