/** Goes a way by itself, one step after the other, as the user would by the Step buttons. */
import { untrack } from 'svelte';
import type { Session } from './session.svelte';
import { actorState } from './values';
import { nextLabel, walkerOf } from './way';
import type { Leg } from './wire';

const MOST_STEPS = 500;

export class Walker {
  /** What is left of the way. */
  #legs = $state.raw<readonly Leg[]>([]);
  /** The session must have been opened so often before the first step. */
  #opening = 0;
  /** Where the leg began: `after` is not fulfilled by what was done before. */
  #begun: number | null = null;
  /** Where the last step was asked for: it is asked for once. */
  #asked: number | null = null;
  #steps = 0;
  /** How many choices of the leg were taken. */
  #chosen = 0;
  /** The nodes that it went to, of the run of that opening. */
  #led = { opening: 0, nodes: new Set<number>() };
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  get walking(): boolean {
    return this.#legs.length > 0;
  }

  /** From where the run stands, or, with `opening`, from where the session stands once it has been opened that often. */
  go(legs: readonly Leg[], opening = 0): void {
    this.#opening = opening;
    this.#steps = this.#chosen = 0;
    this.#begun = this.#asked = null;
    this.#legs = legs;
  }

  /** Whether a node was reached by being led there. */
  led(node: number): boolean {
    return this.#led.opening === this.#session.openings && this.#led.nodes.has(node);
  }

  stop(): void {
    this.#legs = [];
  }

  #note(node: number): void {
    const { openings } = this.#session;
    if (this.#led.opening !== openings) this.#led = { opening: openings, nodes: new Set() };
    this.#led.nodes.add(node);
  }

  /** Call it where effects may run: it waits for each step to be done. */
  keep(): void {
    $effect(() => {
      const { program, node, history, openings } = this.#session;
      if (!this.walking || openings < this.#opening || !program || !node || !history) return;
      untrack(() => this.#onward(node.id));
    });
  }

  #onward(at: number): void {
    const { program, history, node, connection } = this.#session;
    const leg = this.#legs[0];
    if (!leg || !program || !history || at === this.#asked) return;
    const letter = walkerOf(program, leg);
    if (letter === null || connection !== 'open' || this.#steps >= MOST_STEPS) return this.stop();
    this.#begun ??= at;
    if (this.#asked !== null) this.#note(at);
    const arrived =
      (leg.before !== null && nextLabel(program, history, at, letter) === leg.before) ||
      (leg.after !== null && at !== this.#begun && node?.actor === letter && node.label === leg.after);
    if (arrived) {
      this.#begun = null;
      this.#chosen = 0;
      this.#legs = this.#legs.slice(1);
      if (this.walking) this.#onward(at);
      return;
    }
    this.#asked = at;
    this.#steps += 1;
    const state = actorState(this.#session.world, letter);
    // Not step(), which a prediction would hold up: what is led to is nobody's to predict.
    if (state?.status === 'ready') {
      const first = state.choices[0]?.choice ?? null;
      const choice = first === null ? null : (leg.choices[this.#chosen++] ?? first);
      return this.#session.play([{ actor: letter, choice }]);
    }
    this.#session.step(letter); // says why not
    this.stop();
  }
}
