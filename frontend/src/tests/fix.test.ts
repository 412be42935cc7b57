import { expect, test } from 'vitest';
import {
  answerOf,
  goneSentences,
  oftenWords,
  replayWords,
  sideWords,
  type Proof,
  type Side,
} from '../tools/edit/fix';

const side = (given: Partial<Side>): Side => ({
  verdict: 'never',
  findings: [],
  schedule: null,
  steps: null,
  states: 4321,
  exhaustive: true,
  bounds: [],
  vacuous: [],
  count: null,
  ...given,
});
const lost = { kind: 'lost-pte', warning: false, message: 'lost', steps: 22, schedule: '1.a2' };
const BROKEN = side({ verdict: 'sometimes', findings: [lost], schedule: '1.a2', steps: 22 });
const proof = (given: Partial<Proof>): Proof => ({
  same: false,
  before: BROKEN,
  after: side({}),
  replay: null,
  fixed: true,
  new: [],
  gone: { actors: [], checks: [], covers: [] },
  ...given,
});

test('a proof says what was and what is', () => {
  expect(sideWords(proof({}).before)).toBe('Sometimes, lost PTE in 22 steps');
  expect(sideWords(proof({}).after)).toBe('Never, all 4,321 states');
  expect(answerOf(proof({}))).toMatchObject({
    tone: 'good',
    text: 'Fixed: no schedule goes wrong any more.',
  });
});

test('never of what was asked for is not never of everything', () => {
  const after = side({ findings: [{ ...lost, kind: 'deadlock', steps: 3 }] });

  expect(sideWords(after, 'lost-pte')).toBe('Lost PTE: never. But deadlock, in 3 steps');
  expect(answerOf(proof({ after, fixed: false, new: ['deadlock'] })).text).toContain('something new');
});

test('a fix that takes something away is no good news', () => {
  const gone = { actors: ['second'], checks: ['lost-pte'], covers: ['it meets'] };

  expect(answerOf(proof({ gone })).tone).toBe('open');
  expect(goneSentences(proof({ gone }))).toHaveLength(3);
  expect(answerOf(proof({ after: side({ vacuous: ['x'] }), fixed: false })).tone).toBe('bad');
});

test('an edit without an effect, and a bound, are told', () => {
  expect(answerOf(proof({ same: true, fixed: false, after: BROKEN })).text).toContain('changes nothing');
  expect(answerOf(proof({ fixed: null })).text).toContain('Not known');
});

test('numbers of schedules can be huge', () => {
  const count = { schedules: '1' + '0'.repeat(18), having: '1234', probability: 0 };

  expect(oftenWords(side({ count }))).toBe('1,234 of about 10¹⁸ schedules');
  expect(oftenWords(side({}))).toBe('not counted');
});

test('where the old run ends in the new text is told', () => {
  const replay = { steps: 1, stopped: 'before step 2: CPU 1 waits for lock', found: [] };

  expect(replayWords(proof({ replay }))).toBe(
    'The run that failed before is followed for 1 step, then not any more: CPU 1 waits for lock; nothing goes wrong on it.',
  );
});
