/**
 * Where a delay goes, as an excerpt of the source with the line put in: what somebody copies into a real tree.
 *
 * After a whole statement it goes right behind it. After a part of one (a condition) it goes before the statement that
 * the actor does next, where that is in the same function: anything between the two is the same place.
 */
import type { ProgramView, StepView } from '../../lib/wire';
import type { Opening } from './told';

export interface Line {
  sign: ' ' | '+';
  text: string;
}

const AROUND = 3;
const MOST_LINES = 8;
/** What only the model says: the kernel has no such line. */
const REMARK = /^\s*cover\(.*\);\s*$/;
const COMMENT = /\s*\/\*[^*]*\*\/\s*$/;

export function excerptOf(program: ProgramView, opening: Opening): Line[] {
  const { delay } = opening;
  const lines = program.files.find((file) => file.path === delay.file)?.text.split('\n');
  if (!lines) return [];
  const { before, like } = placeIn(lines, program, opening);
  const indent = /^\s*/.exec(lines[like - 1] ?? '')?.[0] ?? '\t';
  const last = delay.until;
  const who = program.actors.find((actor) => actor.letter === last.actor)?.title ?? last.actor;
  const put: Line = {
    sign: '+',
    text: `${indent}mdelay(100);\t/* until ${who} has done ${plain(last.text)} */`,
  };
  const from = Math.max(1, Math.min(before - AROUND, delay.line));
  const first = before - from > MOST_LINES ? before - AROUND : from;
  const context = (line: number): Line => ({ sign: ' ', text: lines[line - 1] ?? '' });
  const shown: Line[] = [];
  if (first > delay.line) shown.push(context(delay.line), { sign: ' ', text: `${indent}...` });
  for (let line = first; line < before; line++) shown.push(context(line));
  shown.push(put);
  for (let line = before; line < Math.min(before + AROUND, lines.length + 1); line++)
    shown.push(context(line));
  return shown.filter(({ text }) => !REMARK.test(text));
}

/** As a text to be copied, with its head. */
export function excerptText(lines: readonly Line[], head: string): string {
  return [head, ...lines.map(({ sign, text }) => sign + text)].join('\n') + '\n';
}

/** The line that the delay is put before, and the one that it is indented like. */
function placeIn(
  lines: readonly string[],
  program: ProgramView,
  { actor, places, first, delay }: Opening,
): { before: number; like: number } {
  if (!delay.after) {
    const begin = beginOf(lines, delay.line);
    return { before: begin, like: begin };
  }
  const begin = beginOf(lines, delay.line);
  if (isPlain(lines, begin)) {
    const end = endOf(lines, delay.line);
    return { before: end + 1, like: begin };
  }
  const steps = program.actors.find((one) => one.letter === actor)?.steps ?? [];
  const next = steps[places[first]?.next ?? -1];
  const line = next && lineIn(next, delay.function, delay.file);
  if (line && line > delay.line) {
    const there = beginOf(lines, line);
    if (there > delay.line) return { before: there, like: there };
  }
  const end = endOf(lines, delay.line);
  return { before: end + 1, like: begin };
}

/** Where a step is in a function: its own line, or that of the call that leads to it. */
function lineIn(step: StepView, name: string, file: string): number | null {
  if (step.function === name && step.place.file === file) return step.place.line;
  const frame = step.stack.find((one) => one.function === name && one.place.file === file);
  return frame?.place.line ?? null;
}

function bare(text: string): string {
  return text.replace(COMMENT, '').trimEnd();
}

/** The first line of the statement that a line is part of. */
function beginOf(lines: readonly string[], line: number): number {
  let begin = line;
  while (
    begin > 1 &&
    line - begin < MOST_LINES &&
    !/(^|[;{}:]|\*\/)$/.test(bare(lines[begin - 2] ?? '').trim())
  ) {
    // `if (...)` over a single statement: a line put between would take its place.
    begin--;
  }
  return begin;
}

function endOf(lines: readonly string[], line: number): number {
  let end = line;
  while (end < lines.length && end - line < MOST_LINES && !/[;{}]$/.test(bare(lines[end - 1] ?? ''))) end++;
  return end;
}

/** A statement that goes on with the next one, whatever it finds. */
function isPlain(lines: readonly string[], begin: number): boolean {
  return !/^\s*(if|else|while|for|do|switch|return|goto|break|continue|case)\b|^\s*[})]|^\w/.test(
    lines[begin - 1] ?? '',
  );
}

function plain(text: string): string {
  return text.replaceAll('*/', '* /');
}
