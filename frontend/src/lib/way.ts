/**
 * A way through a scenario, told by labels (see the server's `racewalk.scenario.way`): in each leg one actor goes until a
 * step comes next (`before`) or is done (`after`), and takes `choices` where its steps offer one.
 */
import type { History } from './history';
import { actorState } from './values';
import type { Leg, NodeView, ProgramView } from './wire';

/** Letter of the actor of a leg; null where the program has no such actor. */
export function walkerOf(program: ProgramView, leg: Leg): string | null {
  return program.actors.find(({ name, title }) => leg.actor === name || leg.actor === title)?.letter ?? null;
}

/** Label of the step that comes next for an actor at a node. */
export function nextLabel(
  program: ProgramView,
  history: History,
  node: number,
  letter: string,
): string | null {
  const step = actorState(history.world(node), letter)?.step ?? null;
  const actor = program.actors.find((one) => one.letter === letter);
  return (step === null ? null : actor?.steps[step]?.label) ?? null;
}

export interface Standing {
  /** For each leg that is gone, the number of the step that it ended at. */
  ends: number[];
  /** Number of the first step that is not on the way. */
  astray: number | null;
}

/** How far a run, from the root on, has gone along a way. What it does after the last leg is its own affair. */
export function standing(
  program: ProgramView,
  history: History,
  path: readonly NodeView[],
  legs: readonly Leg[],
): Standing {
  const ends: number[] = [];
  let at = 0;
  for (const leg of legs) {
    const letter = walkerOf(program, leg);
    if (letter === null) break;
    let chosen = 0;
    for (;;) {
      const here = path[at];
      if (here && leg.before !== null && nextLabel(program, history, here.id, letter) === leg.before) break;
      const next = path[at + 1];
      if (!next) return { ends, astray: null };
      const wanted = next.choice === null ? null : (leg.choices[chosen++] ?? null);
      if (next.actor !== letter || (wanted !== null && next.choice !== wanted))
        return { ends, astray: at + 1 };
      at += 1;
      if (leg.after !== null && next.label === leg.after) break;
    }
    ends.push(at);
  }
  return { ends, astray: null };
}
