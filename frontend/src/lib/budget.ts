/** How often something may be done at once: so many times, and again one for each time that has passed. */
export class Budget {
  readonly #most: number;
  readonly #each: number;
  #left: number;
  #at = 0;

  /** `each`: milliseconds until there is one more. */
  constructor(most: number, each: number) {
    this.#most = most;
    this.#each = each;
    this.#left = most;
  }

  /** Takes one, if there is one. */
  take(now: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) / this.#each);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
