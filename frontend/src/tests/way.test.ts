import { describe, expect, test } from 'vitest';
import { History } from '../lib/history';
import { standing } from '../lib/way';
import type { Leg } from '../lib/wire';
import { opened } from './lostPage';

const { program, world, nodes } = opened(1, 7);
const HISTORY = History.from(world, nodes);
/** Labels of the two actors' steps, in their order. */
const [RETRACT = [], FILL = []] = program.actors.map((actor) => actor.steps.map((step) => step.label));

function leg(actor: string, more: Partial<Leg>): Leg {
  return { actor, before: null, after: null, choices: [], ...more };
}

/** How far the run a b b b b a a, up to a step, has gone. */
function after(steps: number, legs: Leg[]) {
  return standing(program, HISTORY, HISTORY.path(steps), legs);
}

describe('how far a run has gone along a way', () => {
  const way = [
    leg('khugepaged', { before: RETRACT[1] ?? '' }),
    leg('CPU 1', { before: FILL[1] ?? '' }),
    leg('monitor', { before: FILL[3] ?? '' }),
  ];

  test('is read off the run, by names and by titles of actors', () => {
    expect(after(0, way)).toEqual({ ends: [], astray: null });
    expect(after(1, way)).toEqual({ ends: [1], astray: null });
    expect(after(2, way)).toEqual({ ends: [1, 2], astray: null });
    expect(after(4, way)).toEqual({ ends: [1, 2, 4], astray: null });
  });

  test('ends where somebody else moves, and does not mind what comes after the last leg', () => {
    expect(after(2, [leg('khugepaged', { before: RETRACT[2] ?? '' })])).toEqual({ ends: [], astray: 2 });
    expect(after(7, way)).toEqual({ ends: [1, 2, 4], astray: null });
  });

  test('ends where another choice is made than the way has', () => {
    const chose = HISTORY.path(3).map((node) => (node.actor === 'b' ? { ...node, choice: 1 } : node));
    const fill = leg('monitor', { before: FILL[2] ?? '' });
    const gone = (choices: number[]) =>
      standing(program, HISTORY, chose, [way[0] ?? fill, { ...fill, choices }]);

    expect(gone([])).toEqual({ ends: [1, 3], astray: null });
    expect(gone([1, 1])).toEqual({ ends: [1, 3], astray: null });
    expect(gone([1, 0])).toEqual({ ends: [1], astray: 3 });
  });

  test('goes nowhere for an actor that is not there', () => {
    expect(after(4, [leg('reclaim', { before: 'x' })])).toEqual({ ends: [], astray: null });
  });
});
