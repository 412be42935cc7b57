/** Goes a way by itself: the server takes its steps in one go, however many they are. */
import { untrack } from 'svelte';
import type { Session } from './session.svelte';
import type { Leg } from './wire';

export class Walker {
  /** The way, until it is gone. */
  #legs = $state.raw<Leg[]>([]);
  /** The session must have been opened so often before it is gone. */
  #opening = 0;
  /** What was asked for, when and from where; lost with the connection, it is asked for again. */
  #asked: { seq: number; opening: number; from: number } | null = null;
  /** The nodes that it led to, of the run of that opening. */
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
    this.#asked = null;
    this.#legs = [...legs];
  }

  /** Whether a node was reached by being led there. */
  led(node: number): boolean {
    return this.#led.opening === this.#session.openings && this.#led.nodes.has(node);
  }

  stop(): void {
    this.#legs = [];
  }

  /** Call it where effects may run. */
  keep(): void {
    $effect(() => {
      const { openings, connection, heard } = this.#session;
      if (!this.walking || connection !== 'open' || openings < this.#opening) return;
      untrack(() => this.#onward(openings, heard));
    });
  }

  #onward(opening: number, heard: number): void {
    if (this.#asked?.opening !== opening) {
      const from = this.#session.node?.number ?? 0;
      // Not by steps, which a prediction would hold up: what is led to is nobody's to predict.
      const seq = this.#session.walk(this.#legs);
      if (seq === null) return this.stop();
      this.#asked = { seq, opening, from };
    } else if (heard >= this.#asked.seq) {
      this.#note(opening, this.#asked.from);
      this.stop();
    }
  }

  /** What is on the way from there. */
  #note(opening: number, from: number): void {
    if (this.#led.opening !== opening) this.#led = { opening, nodes: new Set() };
    const { path, node } = this.#session;
    for (const { id } of path.slice(from + 1, (node?.number ?? 0) + 1)) this.#led.nodes.add(id);
  }
}
