/** What differs between two worlds, in words: actors, locks, memory. From two snapshots, and never from events. */
import { actorByLetter, actorTitle, formatValue, lockWord } from './format';
import { compare, same, type Change } from './history';
import { actorState, asLock, lifeOf, rcuState, type World } from './values';
import type { ActorState, ActorView, LockState, ProgramView } from './wire';

export interface Difference {
  key: string;
  about: 'Actors' | 'Locks' | 'Memory' | 'Locals';
  what: string;
  was: string;
  now: string;
}

const ORDER: Difference['about'][] = ['Actors', 'Locks', 'Memory', 'Locals'];
const STATUS: Record<ActorState['status'], string> = {
  ready: 'ready',
  blocked: 'blocked',
  finished: 'finished',
  resting: 'at rest',
  dead: 'stopped',
};

export function differences(program: ProgramView, before: World, after: World): Difference[] {
  const found = [...compare(before, after)].flatMap(([key, change]) =>
    told(program, before, after, key, change),
  );
  return found.sort((a, b) => ORDER.indexOf(a.about) - ORDER.indexOf(b.about));
}

function told(program: ProgramView, before: World, after: World, key: string, change: Change): Difference[] {
  if (key.startsWith('actor:')) return actorTold(program, before, after, key.slice('actor:'.length));
  if (key.startsWith('object:')) {
    const id = key.slice('object:'.length);
    return [{ key, about: 'Memory', what: id, was: lifeWords(before, id), now: lifeWords(after, id) }];
  }
  if (key === 'rcu:') {
    return [{ key, about: 'Memory', what: 'RCU callbacks', was: rcuWords(before), now: rcuWords(after) }];
  }
  const lock = asLock(after[key]) ?? asLock(before[key]);
  if (lock) {
    const [was, now] = [before, after].map((world) => lockWords(program, asLock(world[key])));
    return [{ key, about: 'Locks', what: key, was: was ?? '–', now: now ?? '–' }];
  }
  const was = change === 'added' ? '–' : formatValue(before[key]);
  const now = change === 'deleted' ? '–' : formatValue(after[key]);
  return [{ key, about: 'Memory', what: key, was, now: was === now ? `${now}, changed within` : now }];
}

function actorTold(program: ProgramView, before: World, after: World, letter: string): Difference[] {
  const actor = actorByLetter(program, letter);
  const was = actorState(before, letter);
  const now = actorState(after, letter);
  if (!actor || !was || !now) return [];
  const what = actorTitle(actor);
  const rows: Difference[] = [];
  const add = (about: Difference['about'], name: string, left: string, right: string): void => {
    if (left !== right)
      rows.push({ key: `actor:${letter} ${name}`, about, what: name, was: left, now: right });
  };
  add('Actors', what, standing(actor, was), standing(actor, now));
  add('Actors', `${what} holds`, held(was), held(now));
  for (const [name, left, right] of localsOf(was, now)) add('Locals', `${what}, ${name}`, left, right);
  return rows;
}

function standing(actor: ActorView, state: ActorState): string {
  const step = state.step === null ? null : actor.steps[state.step];
  if (state.status === 'blocked') return `blocked: ${state.why ?? step?.words ?? ''}`;
  return step && state.status === 'ready' ? `next: ${step.words}` : STATUS[state.status];
}

function held(state: ActorState): string {
  const rcu = state.rcu_depth > 0 ? ['the RCU read lock'] : [];
  return [...state.holds, ...rcu].join(', ') || 'nothing';
}

/** Locals by function and name, in the order in which they are declared. */
function localsOf(was: ActorState, now: ActorState): [string, string, string][] {
  const name = (local: ActorState['locals'][number]): string => `${local.function}: ${local.name}`;
  const left = new Map(was.locals.map((local) => [name(local), local.value]));
  const right = new Map(now.locals.map((local) => [name(local), local.value]));
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => !same(left.get(key), right.get(key)))
    .map((key) => [key, formatValue(left.get(key)), formatValue(right.get(key))]);
}

function lockWords(program: ProgramView, lock: LockState | null): string {
  if (!lock) return '–';
  const title = (letter: string): string => actorByLetter(program, letter)?.title ?? letter;
  const by = lock.holders.map((holder) => title(holder.actor)).join(', ');
  const waiting = lock.waiters.map(title).join(', ');
  return `${lockWord(lock)}${by ? ` by ${by}` : ''}${waiting ? `; ${waiting} waits` : ''}`;
}

function lifeWords(world: World, id: string): string {
  return { unused: 'not allocated', live: 'allocated', freed: 'freed' }[lifeOf(world, id)];
}

function rcuWords(world: World): string {
  const pending = rcuState(world)?.pending ?? [];
  return pending.map((callback) => `${callback.function}(${callback.object})`).join(', ') || 'none';
}
