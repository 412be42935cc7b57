import { expect, test } from 'vitest';
import { movesLeft, noWayWords, spotOn, stopWords, whomWords, type Leg, type Way } from '../lib/hint';
import { NODES, opened, WORLD } from './lostPage';

const { program } = opened(1);
const LEGS: Leg[] = [
  { actor: 'a', choices: [null], stop: { step: 1, times: 2, waits: null } },
  { actor: 'b', choices: [null, null], stop: null },
  { actor: 'a', choices: [null], stop: null },
];
const WAY: Way = {
  kind: 'lost-pte',
  at: 0,
  answer: 'reached',
  runs: LEGS,
  steps: 4,
  switches: 2,
  back: null,
  bounds: [],
};

function stepsOf(letters: string): typeof NODES {
  return [...letters].map((actor, i) => ({ ...(NODES[0] as (typeof NODES)[number]), id: i + 1, actor }));
}

test('who follows the way is told where one is on it, and who leaves it is not', () => {
  expect(spotOn(WAY, [])).toEqual({ leg: 0, done: 0 });
  expect(spotOn(WAY, stepsOf('ab'))).toEqual({ leg: 1, done: 1 });
  expect(spotOn(WAY, stepsOf('aa'))).toBeNull();
  expect(spotOn(WAY, stepsOf('abba'))).toBeNull();
});

test('a hint says whom to move, then where to stop', () => {
  const [first] = LEGS as [Leg];
  expect(whomWords(program, first)).toBe('Move CPU 0 next.');
  expect(stopWords(program, WAY, { leg: 0, done: 0 }, WORLD)).toMatch(
    /^Run CPU 0 until it is about to take pml of A, for the 2nd time \(1 step\): in retract\(\), lost-page\.c:\d+\.$/,
  );
  expect(stopWords(program, WAY, { leg: 1, done: 1 }, WORLD)).toBe('Run CPU 1 to its end (1 step).');
  expect(stopWords(program, WAY, { leg: 2, done: 0 }, WORLD)).toBe(
    'Run CPU 0 for 1 step: the last one does it (Lost PTE).',
  );
});

test('what is shown are the steps that are left', () => {
  expect(movesLeft(LEGS[1] as Leg, 1)).toEqual([{ actor: 'b', choice: null }]);
});

test('where there is no way, one is told how far to go back and which step was to blame', () => {
  const never = { ...WAY, answer: 'never' as const, runs: [], back: 1 };
  expect(noWayWords(program, never, NODES.slice(0, 4))).toBe(
    'Lost PTE is out of reach from here. Go back to step 1: step 2 put it there (CPU 1 set VA.anon_vma to AV0).',
  );
  expect(noWayWords(program, { ...never, back: null }, NODES)).toBe(
    'No schedule of broken leads to Lost PTE.',
  );
});
