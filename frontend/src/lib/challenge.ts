/** Challenges: the goals of the scenarios, each in a variant that can do it, and what a run to one is worth. Pure. */
import { count } from './format';
import { groupsOf } from './scenarioSearch';
import { recall, recallHere, remember, rememberHere } from './storage';
import type { Level, ScenarioSummary, VariantView } from './wire';

export interface Task {
  /** Stands in what the browser keeps; never changes its meaning. */
  id: string;
  group: string;
  scenario: string;
  title: string;
  variant: string;
  kind: string;
  say: string;
}

type Listed = Pick<ScenarioSummary, 'id' | 'title' | 'group' | 'asks' | 'begin' | 'goals' | 'variants'>;

/** In the order in which home lists their scenarios. */
export function challengesOf(scenarios: readonly ScenarioSummary[], levels: readonly Level[]): Task[] {
  return groupsOf(scenarios, levels).flatMap((group) => group.scenarios.flatMap(challengesIn));
}

export function challengesIn(scenario: Listed): Task[] {
  return scenario.goals.flatMap(({ find, say }) => {
    const can = (variant: VariantView): boolean => canHappen(scenario, variant, find);
    const begin = scenario.variants.find((variant) => variant.id === scenario.begin);
    const variant = begin && can(begin) ? begin : scenario.variants.find(can);
    if (!variant) return [];
    return [
      {
        id: `${scenario.id}/${variant.id}/${find}`,
        group: scenario.group,
        scenario: scenario.id,
        title: scenario.title,
        variant: variant.id,
        kind: find,
        say,
      },
    ];
  });
}

function canHappen({ asks }: Listed, variant: VariantView, kind: string): boolean {
  const expected = variant.expect[kind] ?? (kind === asks ? variant.verdict : null);
  return expected !== null && expected !== 'never';
}

/** The best that there is: the run with the fewest steps, and the one with the fewest switches. */
export interface Best {
  steps: number;
  switches: number;
}

export interface Played {
  steps: number;
  switches: number;
  /** How many hints of each degree were taken. */
  hints: readonly [number, number, number];
}

const MOST = 100;
const LEAST = 10;
const A_STEP = 2;
const A_SWITCH = 10;
const HINTS = [5, 10, 20] as const;

export interface Score {
  points: number;
  /** 1 to 3. */
  stars: number;
  /** What was taken off, in words. */
  because: string[];
}

/**
 * 100 points for a run that is no worse than one of the best; each step more costs 2, each switch more 10, and hints
 * cost by their degree. With `best` null nobody knows how good it could be, and only hints cost.
 */
export function scoreOf(played: Played, best: readonly Best[] | null): Score {
  const compared = (best ?? []).map((one) => {
    const steps = Math.max(0, played.steps - one.steps);
    const switches = Math.max(0, played.switches - one.switches);
    return { steps, switches, cost: A_STEP * steps + A_SWITCH * switches };
  });
  const nearest = compared.sort((a, b) => a.cost - b.cost)[0] ?? { steps: 0, switches: 0, cost: 0 };
  const hints = costOfHints(played);
  const because = [
    ...(nearest.steps > 0
      ? [`${count(nearest.steps, 'step')} more than the best (−${A_STEP * nearest.steps})`]
      : []),
    ...(nearest.switches > 0
      ? [`${count(nearest.switches, 'switch', 'switches')} more (−${A_SWITCH * nearest.switches})`]
      : []),
    ...(hints > 0 ? [hintsWords(played)] : []),
  ];
  const points = Math.max(LEAST, MOST - nearest.cost - hints);
  return { points, stars: starsOf(points), because };
}

function costOfHints({ hints }: Played): number {
  return hints.reduce((sum, n, i) => sum + n * (HINTS[i] ?? 0), 0);
}

/** "2 hints (−15)"; empty where none was taken. */
export function hintsWords(played: Played): string {
  const taken = played.hints.reduce((a, b) => a + b, 0);
  return taken > 0 ? `${count(taken, 'hint')} (−${costOfHints(played)})` : '';
}

/** What the next hint costs, on its button: "(−5)". */
export function priceWords(degree: 1 | 2 | 3): string {
  return `(−${HINTS[degree - 1]})`;
}

/** Without those that another one is no worse than in both. */
export function bestOf(ways: readonly Best[]): Best[] {
  const worse = (one: Best, other: Best, later: boolean): boolean =>
    other.steps <= one.steps &&
    other.switches <= one.switches &&
    (later || other.steps < one.steps || other.switches < one.switches);
  return ways.filter((one, i) => !ways.some((other, j) => i !== j && worse(one, other, j < i)));
}

/** 0 for what was not solved. */
export function starsOf(points: number): number {
  return points >= 90 ? 3 : points >= 60 ? 2 : points > 0 ? 1 : 0;
}

export function starWords(stars: number): string {
  return `${stars} of 3 stars`;
}

/** What the rules say, for who asks. */
export const RULES = `100 points for a run as good as the best that there is. Each further step costs ${A_STEP}, each further switch ${A_SWITCH}; a hint costs ${HINTS.join(', ')} by its degree. Nobody gets less than ${LEAST}. Undo is free: only the run that does it counts.`;

// -- what the browser keeps --------------------------------------------------------------------------

export interface Kept {
  points: number;
  steps: number;
  switches: number;
}

const MOST_KEPT = 500;

export function recallScores(): Map<string, Kept> {
  try {
    const entries = Object.entries(JSON.parse(recall('challenges') ?? '{}') as Record<string, unknown>);
    return new Map(entries.slice(0, MOST_KEPT).flatMap(([id, kept]) => (isKept(kept) ? [[id, kept]] : [])));
  } catch {
    return new Map();
  }
}

/** The best of what was and what is. Gives all that is kept. */
export function keepScore(id: string, now: Kept): Map<string, Kept> {
  const kept = recallScores();
  const before = kept.get(id);
  if (!before || now.points > before.points) kept.set(id, now);
  remember('challenges', JSON.stringify(Object.fromEntries(kept)));
  return kept;
}

/** A challenge under way, for a reload of the page. */
export interface Underway {
  id: string;
  hints: readonly [number, number, number];
  gaveUp: boolean;
  done: Played | null;
}

export function rememberUnderway(underway: Underway | null): void {
  rememberHere('challenge', underway && JSON.stringify(underway));
}

export function recallUnderway(): Underway | null {
  try {
    const { id, hints, gaveUp, done } = JSON.parse(recallHere('challenge') ?? 'null') as Underway;
    if (typeof id !== 'string' || !areHints(hints) || typeof gaveUp !== 'boolean') return null;
    const played = done && isNumber(done.steps) && isNumber(done.switches) && areHints(done.hints);
    return { id, hints, gaveUp, done: played ? done : null };
  } catch {
    return null;
  }
}

function areHints(value: unknown): value is [number, number, number] {
  return Array.isArray(value) && value.length === 3 && value.every(isNumber);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1e6;
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { points, steps, switches } = value as Record<string, unknown>;
  return [points, steps, switches].every(isNumber);
}
