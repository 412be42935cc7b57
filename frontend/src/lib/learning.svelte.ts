/** All that teaches: the guide, the tour, the way to a step that somebody speaks of, and what was learnt so far. */
import { untrack } from 'svelte';
import type { Address } from './address.svelte';
import { hasViolation } from './findings';
import { Guide } from './guide.svelte';
import { Progress } from './progress.svelte';
import type { Session } from './session.svelte';
import { recall, remember } from './storage';
import { Tour } from './tour.svelte';
import { Walker } from './walker.svelte';
import { actorState } from './values';
import type { Leg } from './wire';

export class Learning {
  readonly guide = new Guide();
  readonly walker: Walker;
  readonly tour: Tour;
  readonly progress: Progress;
  /** Who comes for the first time, and not by a link, is greeted. */
  greets = $state(recall('welcome') === null && location.hash.length <= 1);
  readonly #session: Session;
  readonly #address: Address;

  constructor(session: Session, address: Address) {
    this.#session = session;
    this.#address = address;
    this.walker = new Walker(session);
    this.tour = new Tour(session, address, this.guide, this.walker);
    this.progress = new Progress(session, this.walker);
  }

  /** Call it where effects may run. */
  keep(): void {
    this.walker.keep();
    this.tour.keep();
    this.progress.keep();
    $effect(() => {
      if (this.greets && this.#hasBegun) untrack(() => this.welcomed());
    });
  }

  /** Who has searched, or stepped until something went wrong or no CPU could go on, needs no greeting. */
  get #hasBegun(): boolean {
    const { search, node, world, program } = this.#session;
    if (search.state !== 'none') return true;
    if (!program || !node || node.number === 0) return false;
    const cpus = program.actors.filter((actor) => actor.kind === 'cpu'); // RCU may always have something to do
    return hasViolation([node]) || cpus.every(({ letter }) => actorState(world, letter)?.status !== 'ready');
  }

  welcomed(): void {
    this.greets = false;
    remember('welcome', 'seen');
  }

  /** Opens a scenario and goes to a step of it. */
  lead(scenario: string, variant: string, way: readonly Leg[]): void {
    this.walker.go(way, this.#session.openings + 1);
    this.#address.choose(scenario, variant);
  }
}
