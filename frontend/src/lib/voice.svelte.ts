/** What is said to those who see the page and to those who hear it. The same said twice is heard twice. */
export class Voice {
  /** Why a run ended, or why a verb was refused. */
  remark = $state<string | null>(null);
  /** Who was asked to step and could not: its lane says why. */
  refused = $state<string | null>(null);
  /** For a violation, which interrupts. */
  alarm = $state('');
  #said = $state.raw('');
  /** A live region is read when its text changes: what is said again ends with a space that nobody hears. */
  #spoken = $state.raw('');
  /** The same as `#spoken`, for the setter, which must not make an effect that says something wait for itself. */
  #last = '';

  get said(): string {
    return this.#said;
  }

  set said(text: string) {
    this.#said = text;
    this.#last = text !== '' && text === this.#last ? `${text}\u00a0` : text;
    this.#spoken = this.#last;
  }

  get spoken(): string {
    return this.#spoken;
  }

  /** What was said of the step before is over; what is on the screen instead is said elsewhere. */
  hush(remark: string | null = null): void {
    this.remark = remark;
    this.refused = null;
  }

  /** A word to the reader, on the screen and for the ear. */
  say(text: string): void {
    this.remark = text;
    this.said = text;
  }
}
