/**
 * Values, actors and steps in words. Pure: the same in the page, in the live region and in the tests.
 */
import { asLock, asPointer, asRcuHead, asWord } from './values';
import type {
  ActorView,
  LockState,
  NodeView,
  ProgramView,
  ReplayNote,
  SearchDone,
  SearchProgress,
  Verdict,
} from './wire';

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
  if (lock.says !== null) return lock.says;
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

/** The title; where several share it ("device"), the name, which is shown beside an icon that says the rest. */
export function shortTitle(actors: readonly ActorView[], actor: ActorView): string {
  const shared = actors.some((other) => other.letter !== actor.letter && other.title === actor.title);
  return shared && actor.name ? actor.name : actor.title;
}

export function actorByLetter(program: ProgramView, letter: string | null): ActorView | null {
  return program.actors.find((actor) => actor.letter === letter) ?? null;
}

/** Why an actor cannot go, as a sentence that names it. */
export function namedReason(actor: ActorView, why: string | null): string {
  if (!why) return `${actor.title} has nothing to do.`;
  return sentence(why.includes(actor.title) ? why : `${actor.title}: ${why}`);
}

/** "CPU 0 took ptl of T0". The root is "the start". */
export function stepSentence(program: ProgramView, node: NodeView): string {
  const actor = actorByLetter(program, node.actor);
  return actor ? `${actor.title} ${node.words}` : 'the start';
}

/** "step 12", "the start". */
export function stepName(number: number): string {
  return number === 0 ? 'the start' : `step ${number}`;
}

/** A server's words as a sentence: a capital letter unless it is a name of the code, no back quotes, a full stop. */
export function sentence(text: string, begins = true): string {
  const plain = text.replaceAll('`', '').trim();
  const capital =
    begins && /^[a-z]+(?=[\s,:]|$)/.test(plain) ? plain.charAt(0).toUpperCase() + plain.slice(1) : plain;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** How far a variant follows a run: "v6.4 follows this run for 5 steps. Step 6 is impossible: CPU 1 waits for …" */
export function replaySentence(variant: string, { at, cause, message }: ReplayNote): string {
  const name = variant === UNNAMED ? sentence(variant).slice(0, -1) : variant;
  const followed =
    at > 1 ? `${name} follows this run for ${count(at - 1, 'step')}.` : `${name} cannot begin this run.`;
  // A link made with another model is no fault of the step.
  if (cause === 'changed') return `${followed} ${sentence(message)}`;
  return `${followed} Step ${at} is impossible: ${sentence(message, false)}`;
}

const UNNAMED = 'this text';

type Version = Pick<ProgramView, 'variant' | 'scenario'>;

/** A text without versions has one that nobody named. */
export function hasName({ variant, scenario }: Version): boolean {
  return variant !== 'default' || scenario.variants.length > 1;
}

/** A version in a sentence: its name, unless nobody gave it one. */
export function versionWords(version: Version): string {
  return hasName(version) ? version.variant : UNNAMED;
}

/** "uffd-copy, patch-v1"; the scenario alone where its one version has no name. */
export function textName(program: Version): string {
  return hasName(program) ? `${program.scenario.id}, ${program.variant}` : program.scenario.id;
}

/** "1 step", "3,321 states". */
export function count(n: number, word: string, words = `${word}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? word : words}`;
}

/** "0.2 s", "74 s". What rounds to nothing did take some time. */
export function seconds(elapsed: number): string {
  if (elapsed < 0.05) return 'less than 0.1 s';
  return elapsed < 10 ? `${elapsed.toFixed(1)} s` : `${Math.round(elapsed)} s`;
}

/** "12 MB"; under one, in kB. */
export function bytes(size: number): string {
  return size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${Math.round(size / 1e6).toLocaleString('en')} MB`;
}

/** Where a search is, figure by figure; what is not known yet is left out. */
export function progressFigures(progress: SearchProgress): { name: string; value: string }[] {
  const { states, frontier, depth, states_per_s, memory_bytes, elapsed_s, bound } = progress;
  const whole = (n: number): string => Math.round(n).toLocaleString('en');
  return [
    { name: 'States', value: whole(states) },
    { name: 'At the frontier', value: whole(frontier) },
    { name: 'Depth', value: whole(depth) },
    ...(states_per_s > 0 ? [{ name: 'States/s', value: whole(states_per_s) }] : []),
    ...(memory_bytes > 0 ? [{ name: 'Memory', value: bytes(memory_bytes) }] : []),
    { name: 'Time', value: seconds(elapsed_s) },
    ...(bound ? [{ name: 'Nearest bound', value: bound }] : []),
  ];
}

/** How much of the nearest bound is used, in percent; null where it does not say so. */
export function shareOf({ bound }: SearchProgress): number | null {
  const said = /^(\d+(?:\.\d+)?)\s?%/.exec(bound);
  return said ? Math.min(100, Number(said[1])) : null;
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

/** The statement of a search, with kinds in the page's words. */
export function statementWords(result: SearchDone): string {
  const kinds = [result.kind, ...result.verdicts.map((verdict) => verdict.kind)].filter((kind) =>
    kind.includes('-'),
  );
  return kinds.reduce((text, kind) => text.replaceAll(kind, kindWords(kind)), result.statement);
}

/** Its first sentence, which is the answer, and the rest. */
export function verdictParts(result: SearchDone): { answer: string; rest: string } {
  const said = statementWords(result);
  const end = /[.!?]\s+(?=[A-Z])/.exec(said);
  return end
    ? { answer: said.slice(0, end.index + 1), rest: said.slice(end.index + end[0].length) }
    : { answer: said, rest: '' };
}

/** The same where there is little room and the version is named beside it: how that came about is part of the rest. */
export function briefVerdictParts(result: SearchDone, variant: string): { answer: string; rest: string } {
  const { answer, rest } = verdictParts(result);
  const said = answer.replace(` of ${variant} `, ' ');
  const [, first, second] = /^([^:;"]+: (?:[^:;"]|"[^"]*")+)[:;] (.+)$/s.exec(said) ?? [];
  if (!first || !second) return { answer: said, rest };
  return { answer: `${first}.`, rest: `${sentence(second)} ${rest}`.trim() };
}

export function verdictWord(verdict: Verdict['verdict']): string {
  return { always: 'Always', sometimes: 'Sometimes', never: 'Never', unknown: 'Not known' }[verdict];
}

/** Why a step that is possible in the model cannot be had of a recorded run, and which one can. */
export function onlyRecordedWords(program: ProgramView | null, next: NodeView | undefined): string {
  const who = next && program && actorByLetter(program, next.actor);
  return who
    ? `Only the recorded run is in this file: here ${who.title} steps next.`
    : 'Only the recorded run is in this file, and it ends here.';
}
