/** A hint in words, from the way that the server found (`racewalk.scenario.hint`). Pure. */
import { actorByLetter, count, kindWords, stepSentence, versionWords } from './format';
import type { Move } from './schedule';
import { actorState, type World } from './values';
import type { NodeView, ProgramView } from './wire';

export interface Leg {
  actor: string;
  /** One for each step. */
  choices: (number | null)[];
  /** Where the actor stands afterwards; null where it has finished. */
  stop: { step: number; times: number; waits: string | null } | null;
}

export interface Way {
  kind: string | null;
  at: number;
  answer: 'reached' | 'never' | 'unknown';
  runs: Leg[];
  steps: number | null;
  switches: number | null;
  back: number | null;
  bounds: string[];
}

/** Where one is on a way: in which leg, and how many of its steps are done. */
export interface Spot {
  leg: number;
  done: number;
}

/** Null when the steps that were done since the way was asked for are not its first ones, or all of them. */
export function spotOn(way: Way, done: readonly NodeView[]): Spot | null {
  let left = done.length;
  let at = 0;
  for (const [leg, { actor, choices }] of way.runs.entries()) {
    const here = Math.min(left, choices.length);
    for (let i = 0; i < here; i++, at++) {
      const node = done[at];
      if (node?.actor !== actor || node.choice !== choices[i]) return null;
    }
    if (left < choices.length) return { leg, done: here };
    left -= here;
  }
  return null;
}

/** The steps of a leg that are still to do. */
export function movesLeft(leg: Leg, done = 0): Move[] {
  return leg.choices.slice(done).map((choice) => ({ actor: leg.actor, choice }));
}

export function who(program: ProgramView, leg: Leg): string {
  const actor = actorByLetter(program, leg.actor);
  return actor?.title ?? leg.actor;
}

/** First degree: whom to move. */
export function whomWords(program: ProgramView, leg: Leg): string {
  return `Move ${who(program, leg)} next.`;
}

/** Second degree: and where to stop. */
export function stopWords(program: ProgramView, way: Way, spot: Spot, world: World): string {
  const leg = way.runs[spot.leg];
  if (!leg) return '';
  const title = who(program, leg);
  const left = count(leg.choices.length - spot.done, 'step');
  const choice = choiceWords(leg, spot.done, world);
  if (spot.leg === way.runs.length - 1)
    return `Run ${title} for ${left}${choice}: the last one does it${way.kind === null ? '' : ` (${kindWords(way.kind)})`}.`;
  const { stop } = leg;
  const step = stop && actorByLetter(program, leg.actor)?.steps[stop.step];
  if (!stop || !step) return `Run ${title} to its end (${left})${choice}.`;
  const place = `in ${step.function}(), ${step.place.file}:${step.place.line}`;
  if (stop.waits) return `Run ${title} until it cannot go on (${left})${choice}: it waits ${place}.`;
  const times = stop.times > 1 ? `, for the ${ordinal(stop.times)} time` : '';
  return `Run ${title} until it is ${aboutTo(step.words)}${times} (${left})${choice}: ${place}.`;
}

/** "about to take ptl". */
export function aboutTo(words: string): string {
  return words.startsWith('about to ') ? words : `about to ${words}`;
}

function choiceWords(leg: Leg, done: number, world: World): string {
  const next = leg.choices[done];
  if (next != null) {
    const label = actorState(world, leg.actor)?.choices.find((one) => one.choice === next)?.label;
    return label ? `, choosing “${label}” now` : '';
  }
  return leg.choices.slice(done).some((choice) => choice !== null)
    ? '; there is a choice on the way, ask again there'
    : '';
}

function ordinal(n: number): string {
  const ending = n % 100 > 10 && n % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}

/** Why there is no way; `path` is the run that it was asked for. */
export function noWayWords(program: ProgramView, way: Way, path: readonly NodeView[]): string {
  const what = way.kind === null ? 'A finding' : kindWords(way.kind);
  if (way.answer === 'unknown')
    return `No way to ${what} was found within ${way.bounds.join(' and ')}; there may be one.`;
  if (way.back === null) return `No schedule of ${versionWords(program)} leads to ${what}.`;
  const guilty = path[way.back + 1];
  const because = guilty ? `: step ${way.back + 1} put it there (${stepSentence(program, guilty)})` : '';
  return `${what} is out of reach from here. Go back to step ${way.back}${because}.`;
}
