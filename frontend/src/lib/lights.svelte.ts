/**
 * The lights of the moves: asked of the server wherever one is, one question at a time, and kept by the node that they
 * are about, so that an answer that comes late is never shown at another place. Stepping does not wait for them.
 */
import { hadAt, lightOf, lightsSaid, type Light } from './outlook';
import { recall, remember } from './storage';
import type { NodeView, OutlookAnswer, Problem, ProgramView } from './wire';

/** What the lights need of the session. */
interface Around {
  readonly cursor: number;
  readonly node: NodeView | null;
  readonly path: readonly NodeView[];
  readonly program: ProgramView | null;
  readonly about: string | null;
  /** The seq of the question; null when it could not be sent. */
  ask(kind: string | null): number | null;
}

export class Lights {
  /** The switch. Off at first, for lights give the race away. */
  on = $state(recall('lights') === 'on');
  /** Something else forbids them, such as a challenge. */
  hidden = $state(false);
  /** For the live region. */
  said = $state('');
  #answers = $state.raw<ReadonlyMap<number, OutlookAnswer>>(new Map());
  #refused = $state.raw<{ node: number; message: string } | null>(null);
  #asked: number | null = null;
  readonly #around: Around;

  constructor(around: Around) {
    this.#around = around;
  }

  get active(): boolean {
    return this.on && !this.hidden;
  }

  /** What is known of where one is. */
  get answer(): OutlookAnswer | null {
    return this.active ? (this.#answers.get(this.#around.cursor) ?? null) : null;
  }

  /** Why there is nothing to know. */
  get problem(): string | null {
    return this.active && this.#refused?.node === this.#around.cursor ? this.#refused.message : null;
  }

  /** Number of the step that had it already. */
  get had(): number | null {
    const { path, node } = this.#around;
    return this.answer && hadAt(this.answer, path.slice(0, (node?.number ?? 0) + 1));
  }

  get looking(): boolean {
    return this.active && this.answer === null && this.problem === null;
  }

  of(actor: string, choice: number | null = null): Light | null {
    return lightOf(this.answer, actor, choice);
  }

  set(on: boolean): void {
    this.on = on;
    remember('lights', on ? 'on' : 'off');
    if (!on) this.said = '';
    this.#tell();
    this.look();
  }

  hide(hidden: boolean): void {
    if (hidden === this.hidden) return;
    this.hidden = hidden;
    if (hidden) this.said = '';
    this.#tell();
    this.look();
  }

  /** Another run, variant or question: nothing of what was known holds. */
  reset(): void {
    this.#answers = new Map();
    this.#refused = null;
    this.#asked = null;
    this.said = '';
    this.look();
  }

  /** The connection is gone, and with it the question. */
  lost(): void {
    this.#asked = null;
  }

  /** One has moved. */
  moved(): void {
    this.#refused = null;
    this.#tell();
    this.look();
  }

  /** Asks about where one is, unless that is known or another question is under way. */
  look(): void {
    if (!this.looking || this.#asked !== null || !this.#around.program) return;
    this.#asked = this.#around.ask(this.#around.about);
  }

  told(answer: OutlookAnswer): void {
    if (answer.seq !== this.#asked) return;
    this.#asked = null;
    this.#answers = new Map(this.#answers).set(answer.node, answer);
    this.#tell();
    this.look();
  }

  /** Whether it was our question that failed. */
  failed(seq: number, problem: Problem): boolean {
    if (seq !== this.#asked) return false;
    this.#asked = null;
    // Who stepped on meanwhile has asked about a place where the run has ended: that says nothing of here.
    if (problem.code !== 'cancelled') {
      this.#refused = { node: this.#around.cursor, message: problem.message };
      this.said = this.active ? problem.message : '';
    } else this.look();
    return true;
  }

  #tell(): void {
    const { program } = this.#around;
    if (program && this.answer) this.said = lightsSaid(program, this.answer, this.had);
  }
}
