/**
 * Values, actors and steps in words. Pure: the same in the page, in the live region and in the tests.
 */
import { asLock, asPointer, asRcuHead, asWord } from './values';
import type { ActorView, LockState, NodeView, ProgramView, Verdict } from './wire';

/** A value as short text. Null pointers are NULL, as in the source. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  const pointer = asPointer(value);
  if (pointer) return pointer.to ?? 'NULL';
  const word = asWord(value);
  if (word) return formatWord(word.fields);
  const lock = asLock(value);
  if (lock) return lockWord(lock);
  const rcu = asRcuHead(value);
  if (rcu !== undefined) return rcu === null ? 'idle' : 'queued';
  if (Array.isArray(value)) return value.map(formatValue).join(', ');
  return JSON.stringify(value);
}

/** The fields of a word that say something: those that are zero, false or NULL are left out. */
function formatWord(fields: Record<string, unknown>): string {
  const said = Object.entries(fields).filter(([, value]) => !isZero(value));
  if (said.length === 0) return '0';
  return said
    .map(([name, value], i) => {
      if (typeof value === 'boolean') return name;
      // The first field tells what the word is (a kind); its name adds nothing.
      return i === 0 && typeof value === 'string' ? value : `${name} ${formatValue(value)}`;
    })
    .join(', ');
}

function isZero(value: unknown): boolean {
  return value === 0 || value === false || value === null || asPointer(value)?.to === null;
}

export function lockWord(lock: LockState): string {
  if (lock.state === 'free') return 'free';
  return lock.state === 'read'
    ? 'read-held'
    : lock.holders.some((h) => h.mode === 'write')
      ? 'write-held'
      : 'held';
}

export function sinceWord(since: number | null): string {
  return since === null ? 'since the start' : `since step ${since}`;
}

/** "CPU 0", and for others "device · iommu": enough to tell actors apart. */
export function actorTitle(actor: ActorView): string {
  return actor.kind === 'cpu' || actor.title === actor.name || !actor.name
    ? actor.title
    : `${actor.title} · ${actor.name}`;
}

export function actorByLetter(program: ProgramView, letter: string | null): ActorView | null {
  return program.actors.find((actor) => actor.letter === letter) ?? null;
}

/** "CPU 0 took ptl of T0". The root is "the start". */
export function stepSentence(program: ProgramView, node: NodeView): string {
  const actor = actorByLetter(program, node.actor);
  return actor ? `${actor.title} ${node.words}` : 'the start';
}

/** "1 step", "3,321 states". */
export function count(n: number, word: string, words = `${word}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? word : words}`;
}

export function seconds(elapsed: number): string {
  return elapsed < 10 ? `${elapsed.toFixed(1)} s` : `${Math.round(elapsed)} s`;
}

/** "lost-pte" as a heading: "Lost PTE". Letters after a dash stay; known abbreviations are capitals. */
export function kindWords(kind: string): string {
  const words = kind.split('-').map((word) => (ABBREVIATIONS.has(word) ? word.toUpperCase() : word));
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const ABBREVIATIONS = new Set([
  'pte',
  'pmd',
  'tlb',
  'rcu',
  'bug',
  'rss',
  'mm',
  'cpu',
  'uffd',
  'spte',
  'vma',
  'gup',
]);

export function verdictWord(verdict: Verdict['verdict']): string {
  return { always: 'Always', sometimes: 'Sometimes', never: 'Never', unknown: 'Not known' }[verdict];
}
