/**
 * Why a step changed what nobody had predicted, and left what somebody had: short sentences, each from what the server
 * says of the step, from the worlds before and after it, or from what its actor read earlier. What has no reason there
 * gets no sentence. Pure.
 */
import { actorByLetter, formatValue } from './format';
import { aboutTo } from './hint';
import { same, type History } from './history';
import type { Compared } from './predict';
import { readingsOf } from './stale';
import { actorState, asLock, asPointer, asRcuHead, asWord, lifeOf, objectOf, type World } from './values';
import type { AccessView, LockState, NodeView, ProgramView, StepView } from './wire';

/** A step that was done, and the worlds around it. */
interface Done {
  program: ProgramView;
  node: NodeView;
  who: string;
  before: World;
  after: World;
}

/**
 * First what was missed, then what was wrong, then what came and went, then what the step went by. That this was no
 * longer true is the race itself, and left out where somebody is to find it (`tellsStale` false).
 */
export function whySentences(
  program: ProgramView,
  history: History,
  cursor: number,
  { missed, wrong }: Compared,
  { tellsStale = true } = {},
): string[] {
  const node = history.node(cursor);
  const actor = actorByLetter(program, node.actor);
  if (!actor || node.parent === null) return [];
  const done: Done = {
    program,
    node,
    who: actor.title,
    before: history.world(node.parent),
    after: history.world(cursor),
  };
  const lives = objectsOf(done);
  if (missed.length + wrong.length === 0) return lives;
  const untouched = wrong.filter((cell) => !touched(done, cell) && notYet(done, cell) === null);
  return [
    ...changed(done, missed),
    ...grouped(
      wrong.filter((cell) => !untouched.includes(cell)),
      (cell) => whyNot(done, cell),
    ),
    ...(untouched.length > 0
      ? [`${list(untouched)}: the step did not touch ${it(untouched)}.`, ...decided(done)]
      : []),
    ...lives,
    ...(tellsStale ? outdated(done, history) : []),
  ];
}

/** The sentences on what was missed. A store that nobody else can see is no step, and goes with the one before it. */
function changed(done: Done, missed: readonly string[]): string[] {
  const { program, node } = done;
  const actor = actorByLetter(program, node.actor);
  const step = node.step === null || actor?.kind === 'rcu' ? null : actor?.steps[node.step];
  const why = (cell: string): string | null => whyChanged(done, cell);
  if (!step) return grouped(missed, why);
  const own = missed.filter((cell) => isOwn(done, step, cell));
  const along = missed.filter((cell) => !own.includes(cell));
  const statement = `${step.text} in ${step.function}`;
  return [
    ...grouped(own, why, ` (${statement})`),
    ...grouped(along, why, ` (no step of its own: it goes with ${statement})`),
  ];
}

/** Whether the statement that gives the step its name is what changed the cell. */
function isOwn(done: Done, { kind }: StepView, cell: string): boolean {
  const mode = modesOf(done, cell).find((one) => one !== 'read');
  if (mode === undefined || kind === 'block' || kind === 'wait') return true;
  const first = done.node.accesses.find((access) => access.mode === mode)?.cell === cell;
  return first && (mode !== 'write' || kind === 'store' || kind === 'update' || kind === 'rcu');
}

/** One sentence for cells with the same reason; the first has the statement that did it. */
function grouped(cells: readonly string[], reason: (cell: string) => string | null, first = ''): string[] {
  const reasons = Map.groupBy(cells, reason);
  return [...reasons]
    .filter(([why]) => why !== null)
    .map(([why, all], i) => `${list(all)}: ${why}${i === 0 ? first : ''}.`);
}

function modesOf({ node }: Done, cell: string): AccessView['mode'][] {
  return node.accesses.filter((access) => access.cell === cell).map(({ mode }) => mode);
}

/** Whether the step had to do with the cell, or with its whole object. */
function touched(done: Done, cell: string): boolean {
  return modesOf(done, cell).length > 0 || lifeIn(done, objectOf(cell)) !== null;
}

/** Objects that came or went: no cell that was there changed by that, and it shows. */
function objectsOf({ before, after, program }: Done): string[] {
  const ids = program.objects.map(({ id }) => id);
  const came = ids.filter((id) => lifeOf(before, id) !== 'live' && lifeOf(after, id) === 'live');
  const went = ids.filter((id) => lifeOf(before, id) === 'live' && lifeOf(after, id) === 'freed');
  return [
    ...(came.length > 0
      ? [`${list(came)} came to life in this step; new cells do not count as changed.`]
      : []),
    ...(went.length > 1 ? [`${list(went)} were freed in this step, each as a whole.`] : []),
    ...(went.length === 1 ? [`${list(went)} was freed in this step, and went as a whole.`] : []),
  ];
}

/** An object that came to life or was freed in the step. */
function lifeIn({ node }: Done, object: string): 'alloc' | 'free' | null {
  const life = node.accesses.findLast(({ cell, mode }) => cell === object && /^(alloc|free)$/.test(mode));
  return life ? (life.mode as 'alloc' | 'free') : null;
}

function whyChanged(done: Done, cell: string): string | null {
  const { who, before, after } = done;
  const modes = modesOf(done, cell);
  const [was, is] = [valueWords(done, before[cell]), valueWords(done, after[cell])];
  const values = was === is ? '' : `; it was ${was}, and is ${is} now`;
  const [lockBefore, lockAfter] = [asLock(before[cell]), asLock(after[cell])];
  if (lockBefore && lockAfter) {
    const takes = modes.includes('lock') && !modes.includes('unlock');
    const gives = modes.includes('unlock') && !modes.includes('lock');
    if (lockAfter.says === null && takes) return `${who} took it; it was ${was} before`;
    if (lockAfter.says === null && gives) return `${who} released it; it is ${is} now`;
    return modes.length > 0 ? `${who} changed it${values}` : null;
  }
  if (asRcuHead(after[cell]) !== undefined) return whyRcu(done, before[cell], after[cell]);
  if (modes.includes('write')) return `${who} wrote it${values}`;
  const freed = freedTargets(before[cell], after[cell]);
  if (freed.length > 0)
    return `nobody wrote it, but ${list(freed)}, to which it still points, was freed in this step`;
  return null;
}

/** What RCU has queued on a head: a callback came, a reader left, or the callback is taken up. */
function whyRcu({ program, who }: Done, before: unknown, after: unknown): string | null {
  const [was, is] = [asRcuHead(before), asRcuHead(after)];
  if (was === undefined || is === undefined) return null;
  if (was === null && is !== null) return `${who} queued a callback on it`;
  if (was !== null && is === null) return `${who} took its callback up`;
  const left = (was ?? []).filter((letter) => !(is ?? []).includes(letter));
  const titles = left.map((letter) => actorByLetter(program, letter)?.title ?? letter);
  return titles.length > 0 ? `its callback need not wait for ${list(titles)} any more` : null;
}

function whyNot(done: Done, cell: string): string | null {
  const { node, who, after } = done;
  const modes = modesOf(done, cell);
  const is = valueWords(done, after[cell]);
  const writes = modes.filter((mode) => mode === 'write').length;
  if (writes === 1) return `the step wrote it, and what it wrote was there already: ${is}`;
  if (writes > 1) return `the step wrote it ${writes} times, and in the end it is as it was: ${is}`;
  if (lifeIn(done, objectOf(cell)) === 'free') return 'it went with its object, and nobody wrote it';
  const lock = asLock(after[cell]);
  if (lock?.says === null) {
    if (modes.includes('lock') && modes.includes('unlock'))
      return `the step took it and released it again; it is ${is}, as before`;
    if (modes.includes('read') && node.words.includes(`failed to take ${cell}`))
      return `${who} tried to take it and did not get it: ${is}`;
  }
  if (node.words.includes(`woke nobody on ${cell}`)) return 'nobody waited there, so nobody was woken';
  if (modes.length > 0 && modes.every((mode) => mode === 'read')) return `the step only read it; it is ${is}`;
  return modes.length > 0 ? null : notYet(done, cell);
}

const NEXT: Partial<Record<AccessView['mode'], string>> = {
  write: 'writes',
  lock: 'takes',
  unlock: 'releases',
};

/** What the actor has not done to the cell, but would do next or waits to do. */
function notYet({ program, node, who, after }: Done, cell: string): string | null {
  const state = node.actor === null ? null : actorState(after, node.actor);
  const next = state?.step == null ? undefined : actorByLetter(program, node.actor)?.steps[state.step];
  if (!state || !next) return null;
  const lock = asLock(after[cell]);
  if (state.waits_for === cell && lock?.says === null)
    return `not in this step; ${who} is ${aboutTo(next.words)}, and has to wait${state.why ? ` (${state.why.replace(/^waits for /, '')})` : ''}`;
  const modes = state.touches.filter((touch) => touch.cell === cell).map(({ mode }) => mode);
  const verbs = [...new Set(modes)].flatMap((mode) => NEXT[mode] ?? []);
  return verbs.length > 0 ? `not yet: the next step of ${who} ${list(verbs)} it (${next.text})` : null;
}

/** What was decided in the step, on what, and what comes next: the way it did not go is where it would have changed. */
function decided({ program, node, who, before, after }: Done): string[] {
  const own = node.uses.filter(({ how, step }) => how === 'decides' && step === node.number);
  const conditions = [...new Set(own.map(({ text }) => text))];
  const cells = [...new Set(own.map(({ cell }) => cell))];
  const state = node.actor === null ? null : actorState(after, node.actor);
  if (conditions.length === 0 || conditions.length > 2 || !state) return [];
  const next = state.step === null ? null : actorByLetter(program, node.actor)?.steps[state.step];
  const saw = cells
    .filter((cell) => same(before[cell], after[cell]))
    .map((cell) => `${cell} (${formatValue(before[cell])})`);
  if (saw.length === 0) return [];
  const by = saw.length <= 2 ? ` by ${list(saw)}` : '';
  const then = next ? `is now ${aboutTo(next.words)}` : 'has finished';
  return [`The branch on ${list(conditions)} was decided${by}; ${who} ${then}.`];
}

/** The latest thing that the actor read, that it went by here, and that was not true any more. */
function outdated({ node, who, program }: Done, history: History): string[] {
  const old = readingsOf(history, history.path(node.id)).findLast(
    ({ actor, stale }) => actor === node.actor && stale?.acts.includes(node.number),
  );
  if (!old?.stale) return [];
  const by = actorByLetter(program, old.stale.by)?.title ?? old.stale.by;
  const now =
    old.stale.now === undefined
      ? `at step ${old.stale.since} ${by} freed ${objectOf(old.cell)}`
      : `at step ${old.stale.since} ${by} made it ${formatValue(old.stale.now)}`;
  return [
    `${who} goes by what it read at step ${old.number}, ${old.cell} = ${formatValue(old.value)}; ${now}.`,
  ];
}

/** Targets that a cell points to before and after, and that were freed in between; none if it was rewritten. */
function freedTargets(before: unknown, after: unknown): string[] {
  const [was, is] = [asPointer(before), asPointer(after)];
  if (was && is) return was.to !== null && was.to === is.to && !was.stale && is.stale ? [was.to] : [];
  const [old, now] = [asWord(before)?.fields, asWord(after)?.fields];
  if (!old || !now) return [];
  const fields = Object.keys(now).filter((field) => !same(old[field], now[field]));
  const targets = fields.map((field) => freedTargets(old[field], now[field]));
  return targets.every((found) => found.length > 0) ? targets.flat() : [];
}

function valueWords(done: Done, value: unknown): string {
  const lock = asLock(value);
  return lock ? lockWords(done, lock) : formatValue(value);
}

/** "held by CPU 0", "read by CPU 0 and CPU 1", "free". */
function lockWords({ program }: Done, lock: LockState): string {
  if (lock.says !== null) return `“${lock.says}”`;
  if (lock.holders.length === 0) return lock.state;
  const names = lock.holders.map(({ actor }) => actorByLetter(program, actor)?.title ?? actor);
  return `${lock.state === 'read' ? 'held for reading' : 'held'} by ${list(names)}`;
}

function it(cells: readonly string[]): string {
  return cells.length === 1 ? 'it' : 'them';
}

function list(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${last}` : last;
}
