/** Predict, then reveal: before a step is done one is asked which cells it will change. Off by default. */
import { allRight, changedCells, compareGuess, comparedWords, type Compared } from './predict';
import type { Page } from './page.svelte';
import type { Session } from './session.svelte';
import { recall, remember } from './storage';
import { whySentences } from './why';

interface Question {
  actor: string;
  choice: number | null;
  node: number;
  /** The run that it is asked about; nodes of another one have the same numbers. */
  opening: number;
}

const TALLY = /^(\d{1,6})\/(\d{1,6})$/;

export class Predict {
  on = $state(recall('predict') === 'on');
  tally = $state.raw(recallTally());
  #question = $state.raw<Question | null>(null);
  /** The answer that waits for its step. */
  #answer = $state.raw<(Question & { guess: string[] }) | null>(null);
  readonly #session: Session;
  /** Whether somebody is to find the race by himself, and must not be told. */
  hides: () => boolean = () => false;
  /** What had the focus when the question came, for giving it back. */
  #focus: HTMLElement | null = null;

  constructor(session: Session, page: Page) {
    this.#session = session;
    session.instead = (actor, choice) => {
      if (!this.on || page.tool === 'present') return false; // slides ask nothing
      if (this.question?.actor === actor && this.question.choice === choice) return true;
      if (document.activeElement instanceof HTMLElement && !this.question)
        this.#focus = document.activeElement;
      this.#question = { actor, choice, node: session.cursor, opening: session.openings };
      this.#answer = null;
      return true;
    };
  }

  /** What is asked: about a step from where one is. */
  get question(): Question | null {
    const { cursor, openings } = this.#session;
    const asked = this.#question?.node === cursor && this.#question.opening === openings;
    return this.on && asked ? this.#question : null;
  }

  /** The comparison, at the step that was predicted. */
  readonly revealed = $derived.by<Compared | null>(() => {
    const answer = this.#answer;
    const { history, node, cursor, openings } = this.#session;
    if (
      !this.on ||
      answer?.opening !== openings ||
      !history ||
      node?.parent !== answer.node ||
      node.actor !== answer.actor
    )
      return null;
    const truth = changedCells(history.changes(cursor), history.world(answer.node), history.world(cursor));
    return compareGuess(answer.guess, truth);
  });

  readonly words = $derived(this.revealed && comparedWords(this.revealed));

  /** Why what was not predicted changed, and what was predicted did not. */
  readonly why = $derived.by<string[]>(() => {
    const { history, program, cursor } = this.#session;
    return this.revealed && history && program
      ? whySentences(program, history, cursor, this.revealed, { tellsStale: !this.hides() })
      : [];
  });

  set(on: boolean): void {
    this.on = on;
    this.#question = null;
    remember('predict', on ? 'on' : 'off');
  }

  /** Does the step; the comparison comes with it. */
  answer(guess: string[]): void {
    const question = this.question;
    if (!question) return;
    this.#question = null;
    this.#answer = { ...question, guess };
    this.#session.play([{ actor: question.actor, choice: question.choice }]);
    this.#return();
  }

  /** Does the step without an answer. */
  skip(): void {
    const question = this.question;
    if (!question) return;
    this.dismiss();
    this.#session.play([{ actor: question.actor, choice: question.choice }]);
  }

  dismiss(): void {
    this.#question = null;
    this.#return();
  }

  forgetTally(): void {
    this.tally = { right: 0, asked: 0 };
    remember('predictions', '0/0');
  }

  /** Counts and says what was revealed; call it where effects may run. */
  keep(): void {
    $effect(() => {
      const { revealed, words, why } = this;
      if (!revealed || !this.#answer || this.#counted === this.#answer) return;
      this.#counted = this.#answer;
      const { right, asked } = recallTally();
      this.tally = { right: right + Number(allRight(revealed)), asked: asked + 1 };
      remember('predictions', `${this.tally.right}/${this.tally.asked}`);
      this.#session.said = [words ?? '', ...why].join(' ');
    });
  }

  #counted: object | null = null;

  #return(): void {
    this.#focus?.focus();
    this.#focus = null;
  }
}

function recallTally(): { right: number; asked: number } {
  const [, right, asked] = TALLY.exec(recall('predictions') ?? '') ?? [];
  return { right: Number(right ?? 0), asked: Number(asked ?? 0) };
}
