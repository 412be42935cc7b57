import { expect, test } from 'vitest';
import { piecesWords, statementsOf } from '../lib/atomicity';
import type { StepView } from '../lib/wire';

const LINES = ['void f(void)', '{', '\tx = x + 1;', '\tif (a &&', '\t    b)', '\t\treturn;', '\ty = 1;', '}'];

function step(line: number, more: Partial<StepView> = {}): StepView {
  return {
    label: `f: ${line}`,
    function: 'f',
    text: '',
    words: `on line ${line}`,
    caption: null,
    kind: 'load',
    stack: [],
    check: 'AA',
    place: { file: 'f.c', line, column: 1, end_line: line, end_column: 2 },
    ...more,
  };
}

test('a statement of several steps is one that others can come between', () => {
  const steps = [step(3), step(3), step(4), step(5), step(7)];

  const pieces = statementsOf(steps, step(7), LINES);

  expect(pieces).toEqual([
    { first: 3, last: 3, steps: [0, 1] },
    { first: 4, last: 5, steps: [2, 3] },
  ]);
  expect(pieces.map((its) => piecesWords(its, steps, 3))).toEqual([
    '2 steps: not atomic',
    '2 steps: not atomic. Next is 2 of 2: on line 5',
  ]);
});

test('steps of another call of the same function do not count', () => {
  const frame = (line: number): StepView['stack'] => [{ function: 'main', place: step(line).place }];
  const steps = [step(7, { stack: frame(20) }), step(7, { stack: frame(21) })];

  expect(statementsOf(steps, steps[0] ?? step(7), LINES)).toEqual([]);
});

test('statements that share a line are told apart, and the parts of a for loop are not', () => {
  const lines = ['void f(void) { x = x + 1; y = 1; }', 'for (i = a; i < b; i++)', '\t;'];
  const at = (line: number, column: number): StepView =>
    step(line, { place: { file: 'f.c', line, column, end_line: line, end_column: column + 1 } });
  const steps = [at(1, 20), at(1, 16), at(1, 27), at(2, 10), at(2, 17)];

  expect(statementsOf(steps, steps[0] ?? step(1), lines).map((its) => its.steps)).toEqual([
    [0, 1],
    [3, 4],
  ]);
});
