/** What is being looked at: a cell of the world, or a step or a line of source. Each outlines the other. */
import { lineCells, linesOf, nextCells, type Line, type LineTouch, type Touch } from './aim';
import { actorByLetter } from './format';
import type { Session } from './session.svelte';
import { isStaleAt, readingsOf, type Reading } from './stale';
import type { NodeView } from './wire';

/** An actor's next step, or a line of its source. */
export interface Aim {
  letter: string;
  line: Line | null;
}

export class Sight {
  /** The cell under the pointer or the focus. */
  cell = $state<string | null>(null);
  aim = $state.raw<Aim | null>(null);

  readonly #session: Session;
  readonly #guessing: () => boolean;

  /** `guessing`: what the next step touches is asked for, and not to be shown. */
  constructor(session: Session, guessing: () => boolean = () => false) {
    this.#session = session;
    this.#guessing = guessing;
  }

  /** The path up to where the run stands. */
  readonly done = $derived.by((): readonly NodeView[] => {
    const number = this.#session.node?.number ?? 0;
    return this.#session.path.slice(0, number + 1);
  });

  /** Cells to outline, and objects that would come to life or go. */
  readonly outlined = $derived.by((): ReadonlyMap<string, Touch> => {
    const { program, world } = this.#session;
    const actor = program && this.aim && actorByLetter(program, this.aim.letter);
    if (!actor || !this.aim) return new Map();
    const ahead = !this.#guessing();
    if (this.aim.line) return lineCells(actor, this.done, world, this.aim.line, ahead);
    return ahead ? nextCells(world, this.aim.letter) : new Map();
  });

  readonly readings = $derived.by((): readonly Reading[] =>
    this.#session.history ? readingsOf(this.#session.history, this.#session.path) : [],
  );

  /** Those that are stale where the run stands. */
  readonly stale = $derived.by((): readonly Reading[] =>
    this.readings.filter((reading) => isStaleAt(reading, this.#session.node?.number ?? 0)),
  );

  /** Where an actor touched the cell that is looked at. */
  linesOf(letter: string): LineTouch[] {
    const { program } = this.#session;
    const actor = program && actorByLetter(program, letter);
    return actor && this.cell !== null ? linesOf(actor, this.done, this.cell) : [];
  }
}
