import { beforeEach, expect, test } from 'vitest';
import {
  bestOf,
  challengesIn,
  challengesOf,
  hintsWords,
  keepScore,
  priceWords,
  recallScores,
  recallUnderway,
  rememberUnderway,
  scoreOf,
} from '../lib/challenge';
import { isSolved } from '../lib/solved';
import type { ScenarioSummary } from '../lib/wire';

const BEST = [
  { steps: 21, switches: 4 },
  { steps: 22, switches: 2 },
];
const NONE = [0, 0, 0] as const;

beforeEach(() => localStorage.clear());

test('either of the best runs is worth all points', () => {
  expect(scoreOf({ steps: 21, switches: 4, hints: NONE }, BEST)).toEqual({
    points: 100,
    stars: 3,
    because: [],
  });
  expect(scoreOf({ steps: 22, switches: 2, hints: NONE }, BEST).points).toBe(100);
});

test('further steps, switches and hints cost, and what cost is said', () => {
  expect(scoreOf({ steps: 25, switches: 3, hints: [1, 1, 0] }, BEST)).toEqual({
    points: 100 - 8 - 15,
    stars: 2,
    because: ['4 steps more than the best (−8)', '2 hints (−15)'],
  });
  expect(scoreOf({ steps: 900, switches: 90, hints: [9, 9, 9] }, BEST)).toMatchObject({
    points: 10,
    stars: 1,
  });
});

test('what a hint costs is known before it is taken, and what those cost that were', () => {
  expect([priceWords(1), priceWords(2), priceWords(3)]).toEqual(['(−5)', '(−10)', '(−20)']);
  expect(hintsWords({ steps: 3, switches: 1, hints: [1, 1, 0] })).toBe('2 hints (−15)');
  expect(hintsWords({ steps: 3, switches: 1, hints: NONE })).toBe('');
});

test('where nobody knows the best, only hints cost', () => {
  expect(scoreOf({ steps: 90, switches: 9, hints: [1, 0, 0] }, null).points).toBe(95);
});

test('the better score is kept, and what is not a score is not read', () => {
  keepScore('one', { points: 80, steps: 5, switches: 1 });
  keepScore('one', { points: 60, steps: 4, switches: 2 });
  expect(recallScores().get('one')).toEqual({ points: 80, steps: 5, switches: 1 });

  localStorage.setItem('racewalk.challenges', '{"a": 1, "b": {"points": "many"}}');
  expect(recallScores().size).toBe(0);
  localStorage.setItem('racewalk.challenges', '[');
  expect(recallScores().size).toBe(0);
});

test('a best run that another one is no worse than is not spoken of', () => {
  const fewest = { steps: 4, switches: 2 };
  expect(bestOf([{ steps: 4, switches: 3 }, fewest])).toEqual([fewest]);
  expect(bestOf([fewest, { ...fewest }])).toEqual([fewest]);
  expect(bestOf(BEST)).toEqual(BEST);
});

test('a challenge under way outlives a reload, and what is not one is not read', () => {
  const underway = { id: 'one', hints: [1, 0, 0] as const, gaveUp: false, done: null };
  rememberUnderway(underway);
  expect(recallUnderway()).toEqual(underway);
  rememberUnderway(null);
  expect(recallUnderway()).toBeNull();
  sessionStorage.setItem('racewalk.challenge', '{"id": "one", "hints": ["many"]}');
  expect(recallUnderway()).toBeNull();
});

test('what was done as a challenge is solved, and so is what was done before', () => {
  const scores = new Map([['race/v1/lost', {}]]);
  expect(isSolved('race', new Set(), scores)).toBe(true);
  expect(isSolved('rac', new Set(), scores)).toBe(false);
  expect(isSolved('rac', new Set(['rac']), scores)).toBe(true);
});

test('a goal is played in the first variant that can do it', () => {
  const variant = (id: string, verdict: 'never' | 'sometimes', expects = {}) => ({
    id,
    summary: '',
    verdict,
    expect: expects,
    note: null,
  });
  const listed = {
    id: 'race',
    title: 'A race?',
    group: 'First steps',
    asks: 'lost',
    begin: 'v1',
    goals: [
      { find: 'lost', say: 'Lose it.' },
      { find: 'other', say: 'The other.' },
      { find: 'nowhere', say: 'It cannot.' },
    ],
    variants: [variant('v1', 'sometimes'), variant('v2', 'never', { other: 'sometimes' })],
  };

  expect(challengesIn(listed).map((one) => one.id)).toEqual(['race/v1/lost', 'race/v2/other']);

  const all = [{ ...listed, id: 'easy' }, listed].map((one) => ({ ...one, summary: '' }) as ScenarioSummary);
  const levels = [{ group: 'First steps', level: '', say: '', first: ['race'] }];
  expect(challengesOf(all, levels).map((one) => one.scenario)).toEqual(['race', 'race', 'easy', 'easy']);
});
