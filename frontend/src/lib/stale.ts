/**
 * What was read, and is no longer true.
 *
 * A reading reaches from the step that read a cell to the last step that could still act on it: while a local that is
 * needed has the value, or a decision that was taken on it is in force (both are facts that the server sends with each
 * step). It is stale from the step with which another actor made the cell something else, until it is the same again.
 * When the reader writes the cell himself he no longer expects what he read.
 */
import { same, type History } from './history';
import { asPointer, asWord, objectOf } from './values';
import type { NodeView, UseView } from './wire';

export interface Used {
  number: number;
  how: UseView['how'];
  text: string;
}

export interface Reading {
  /** Node and number of the step that read, and who did. */
  id: number;
  number: number;
  actor: string;
  cell: string;
  /** The fields of the word that were looked at; null: the whole cell. */
  fields: readonly string[] | null;
  value: unknown;
  uses: readonly Used[];
  /** The first decision on it; null when there was none. */
  decided: Used | null;
  /** The last step that could act on it; null while there may be more. */
  until: number | null;
  stale: Stale | null;
}

export interface Stale {
  /** The step since which it is not true any more, and whose it was. */
  since: number;
  id: number;
  by: string;
  /** What the cell is instead; undefined when its object was freed. */
  now: unknown;
  /** The step with which it was the same again, or the reader wrote it himself; null: it stays so. */
  over: number | null;
  /** A decision on it was in force then, or was taken later. */
  decision: boolean;
  /** Steps of the reader that used it or went on because of it, while it was stale. */
  acts: readonly number[];
}

interface Draft {
  node: NodeView;
  actor: string;
  cell: string;
  uses: (Used & { field: string | null })[];
  valueEnd: number | null;
  /** Of each field that was decided on (null: the whole), when the last decision ended. */
  decisionEnds: Map<string | null, number | null>;
}

/** All readings of a path that outlive their own step, in the order of reading. `path` has the root first. */
export function readingsOf(history: History, path: readonly NodeView[]): Reading[] {
  const drafts = new Map<string, Draft>();
  for (const node of path) {
    if (node.actor === null) continue;
    for (const access of node.accesses) {
      if (access.mode !== 'read') continue;
      drafts.set(keyOf(node.number, access.cell), {
        node,
        actor: node.actor,
        cell: access.cell,
        uses: [],
        valueEnd: null,
        decisionEnds: new Map(),
      });
    }
    for (const use of node.uses) {
      const draft = drafts.get(keyOf(use.step, use.cell));
      draft?.uses.push({ number: node.number, how: use.how, text: use.text, field: use.field });
      if (use.how === 'decides') draft?.decisionEnds.set(use.field, null);
    }
    for (const end of node.ends) {
      const draft = drafts.get(keyOf(end.step, end.cell));
      if (end.of === 'value' && draft) draft.valueEnd = node.number;
      else if (draft?.decisionEnds.has(end.field)) draft.decisionEnds.set(end.field, node.number);
    }
  }
  const writers = writersOf(path);
  return [...drafts.values()]
    .map((draft) => reading(history, path, writers, draft))
    .filter((one) => one.until === null || one.until > one.number);
}

function keyOf(step: number, cell: string): string {
  return `${step} ${cell}`;
}

/** By cell, and by the key of an object's life, the steps that changed or wrote it. */
type Writers = ReadonlyMap<string, readonly NodeView[]>;

function writersOf(path: readonly NodeView[]): Writers {
  const writers = new Map<string, NodeView[]>();
  for (const node of path) {
    const written = node.accesses.filter((access) => access.mode === 'write').map((access) => access.cell);
    for (const key of new Set([...Object.keys(node.delta), ...written])) {
      const known = writers.get(key);
      if (known) known.push(node);
      else writers.set(key, [node]);
    }
  }
  return writers;
}

function reading(history: History, path: readonly NodeView[], writers: Writers, draft: Draft): Reading {
  const { node, cell, actor, uses } = draft;
  const fields = fieldsOf(draft);
  const before = node.parent === null ? {} : history.world(node.parent);
  const ends = [draft.valueEnd, ...draft.decisionEnds.values()];
  const until = ends.includes(null) ? null : Math.max(...ends.filter((end) => end !== null));
  const one: Reading = {
    id: node.id,
    number: node.number,
    actor,
    cell,
    fields,
    value: part(before[cell], fields),
    uses: uses.map(({ number, how, text }) => ({ number, how, text })),
    decided: uses.find((use) => use.how === 'decides') ?? null,
    until,
    stale: null,
  };
  return { ...one, stale: staleness(history, path, writers, one, draft) };
}

/** A value that goes on as a whole can still be used as a whole. */
function fieldsOf({ uses, valueEnd }: Draft): string[] | null {
  const fields = new Set(uses.map((use) => use.field));
  if (fields.size === 0 || fields.has(null) || (valueEnd === null && uses.length === 0)) return null;
  return [...fields].filter((field) => field !== null);
}

function staleness(
  history: History,
  path: readonly NodeView[],
  writers: Writers,
  one: Reading,
  { decisionEnds }: Draft,
): Stale | null {
  const last = one.until ?? path.at(-1)?.number ?? 0;
  let found: Omit<Stale, 'decision' | 'acts'> | null = null;
  const life = `object:${objectOf(one.cell)}`;
  const met = [...(writers.get(one.cell) ?? []), ...(writers.get(life) ?? [])];
  for (const node of met.sort((a, b) => a.number - b.number)) {
    if (node.number <= one.number || node.number > last) continue;
    const own = node.actor === one.actor;
    if (own && touches(node, one.cell)) {
      if (found) found.over = node.number;
      break;
    }
    if (own || node.actor === null) continue;
    const freed = node.delta[life] === 'freed';
    if (!freed && !(one.cell in node.delta)) continue;
    const now = freed ? undefined : part(history.world(node.id)[one.cell], one.fields);
    const holds = !freed && same(now, one.value);
    if (!found && !holds) found = { since: node.number, id: node.id, by: node.actor, now, over: null };
    else if (found && holds) {
      found.over = node.number;
      break;
    } else if (found) found.now = now;
  }
  if (!found) return null;
  const { since, over } = found;
  const decision = [...decisionEnds.values()].some((end) => end === null || end > since);
  const meanwhile = (number: number): boolean => number > since && number <= Math.min(last, over ?? last);
  const acts = decision
    ? path
        .slice(since, last + 1)
        .filter((node) => node.actor === one.actor && meanwhile(node.number))
        .map((node) => node.number)
    : [...new Set(one.uses.map((use) => use.number).filter(meanwhile))];
  return { ...found, decision, acts };
}

function touches(node: NodeView, cell: string): boolean {
  return node.accesses.some((access) => access.mode === 'write' && access.cell === cell);
}

/** The fields that matter, without what the value does not say itself: whether its target still lives. */
function part(value: unknown, fields: readonly string[] | null): unknown {
  const word = asWord(value);
  if (!word) return bare(value);
  const named = Object.entries(word.fields).filter(([name]) => fields === null || fields.includes(name));
  return { fields: Object.fromEntries(named.map(([name, field]) => [name, bare(field)])) };
}

function bare(value: unknown): unknown {
  const pointer = asPointer(value);
  return pointer ? { to: pointer.to, stale: false } : value;
}

/** Whether a reading is stale, and its actor can still act on it or just has, when the run stands at a step. */
export function isStaleAt({ stale, until }: Reading, number: number): boolean {
  return (
    stale !== null &&
    stale.since <= number &&
    (until === null || number <= until) &&
    (stale.over === null || number <= stale.over)
  );
}

/** "decided at step 2 on what is no longer true since step 8"; "read at step 1, stale since step 2". */
export function staleWords({ number, decided, stale }: Reading): string {
  if (!stale) return `read at step ${number}`;
  if (stale.decision && decided) {
    const tense = decided.number > stale.since ? 'was no longer true' : 'is no longer true';
    return `decided at step ${decided.number} on what ${tense} since step ${stale.since}`;
  }
  return `read at step ${number}, stale since step ${stale.since}`;
}
