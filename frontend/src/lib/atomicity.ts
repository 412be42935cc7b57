/**
 * Which statements of a function are made of several steps, so that others can go between.
 *
 * The steps are known by their places; where a statement begins and ends is read off the layout of the text: a line
 * goes on while a bracket is open or while it ends with an operator.
 */
import type { StepView } from './wire';

export interface Pieces {
  /** Lines from 1, both included. */
  first: number;
  last: number;
  /** Indexes into the actor's steps, in the order of the text. */
  steps: number[];
}

/** The statements of two or more steps in the function that `step` stands in, called on the same way. */
export function statementsOf(steps: readonly StepView[], step: StepView, lines: readonly string[]): Pieces[] {
  const found = new Map<string, Pieces>();
  steps.forEach((other, index) => {
    if (other.function !== step.function || other.place.file !== step.place.file) return;
    if (!sameWay(other, step)) return;
    const first = beginningOf(lines, other.place.line);
    const key = `${first} ${statementsBefore(lines, first, other)}`;
    const known = found.get(key);
    if (known) {
      known.last = Math.max(known.last, other.place.end_line);
      known.steps.push(index);
    } else found.set(key, { first, last: other.place.end_line, steps: [index] });
  });
  return [...found.values()].filter((pieces) => pieces.steps.length > 1);
}

/** "3 steps: not atomic." and, where the actor stands in it, which is next. */
export function piecesWords(pieces: Pieces, steps: readonly StepView[], next: number | null): string {
  const told = `${pieces.steps.length} steps: not atomic`;
  const at = next === null ? -1 : pieces.steps.indexOf(next);
  const step = next === null ? undefined : steps[next];
  return at < 0 || !step ? told : `${told}. Next is ${at + 1} of ${pieces.steps.length}: ${step.words}`;
}

function sameWay(one: StepView, other: StepView): boolean {
  return (
    one.stack.length === other.stack.length &&
    one.stack.every((frame, i) => {
      const its = other.stack[i];
      return (
        its?.function === frame.function &&
        its.place.line === frame.place.line &&
        its.place.column === frame.place.column
      );
    })
  );
}

/** How many statements end, or blocks begin, between the start of a line and a step: several may stand on one. */
function statementsBefore(lines: readonly string[], first: number, { place }: StepView): number {
  const before = lines.slice(first - 1, place.line - 1).map(plain);
  const text = [...before, (lines[place.line - 1] ?? '').slice(0, place.column - 1)].join(' ');
  let depth = 0;
  let ended = 0;
  for (const char of text) {
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (depth === 0 && /[;{}]/.test(char)) ended++;
  }
  return ended;
}

/** How far up a statement is looked for. */
const MOST_LINES = 12;

function beginningOf(lines: readonly string[], line: number): number {
  let first = line;
  while (first > 1 && line - first < MOST_LINES) {
    const before = plain(lines[first - 2] ?? '');
    if (balance(before) <= 0 && !/(&&|\|\||[-+*/%&|^=,?])$/.test(before)) break;
    first--;
  }
  return first;
}

/** Without comments and the spaces at the end. */
function plain(line: string): string {
  return line
    .replace(/\/\*.*?(\*\/|$)/g, '')
    .replace(/\/\/.*$/, '')
    .trim();
}

function balance(line: string): number {
  return (line.match(/\(/g)?.length ?? 0) - (line.match(/\)/g)?.length ?? 0);
}
