/** What is said to those who hear the page. The same said twice is heard twice. */
export class Voice {
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
}
