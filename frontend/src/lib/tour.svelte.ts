/**
 * The guided tour: where it stands is read off the run, so that stepping by hand, Next and travelling in time all count.
 *
 * Stops with a leg come one after the other; what follows the last leg is shown whatever the run does then.
 */
import { untrack } from 'svelte';
import type { Address } from './address.svelte';
import type { Guide } from './guide.svelte';
import { notesFor } from './notes';
import type { Session } from './session.svelte';
import { forget, recall, recallHere, remember, rememberHere } from './storage';
import { standing, walkerOf } from './way';
import type { Walker } from './walker.svelte';
import type { Leg, TourStop } from './wire';

const DONE = 'done';

export class Tour {
  on = $state(false);
  /** Whoever asks the reader to find the way alone ends that. */
  begins: () => void = () => undefined;
  /** Where the reader has been led to; the run may be before or beyond that. */
  #at = $state(0);
  /** What is kept from an earlier visit: the stop that was left, or that the tour was taken. */
  #kept = $state(recall('tour'));
  /** How often the session will have been opened once it shows what was asked for here. */
  #opening = $state(0);
  readonly #session: Session;
  readonly #address: Address;
  readonly #guide: Guide;
  readonly #walker: Walker;

  readonly stops: readonly TourStop[] = $derived.by(() => this.#guide.tour?.stops ?? []);
  readonly #legs = $derived(this.stops.flatMap((stop) => stop.leg ?? []));
  /** Index of the stop of each leg. */
  readonly #stopOf = $derived(this.stops.flatMap((stop, i) => (stop.leg ? [i] : [])));
  /** The page shows the scenario of the tour, in its variant. */
  readonly #athome = $derived.by(() => {
    const { program } = this.#session;
    const { tour } = this.#guide;
    return program?.scenario.id === tour?.scenario && program?.variant === tour?.variant;
  });
  readonly #standing = $derived.by(() => {
    const { program, history, path, node } = this.#session;
    if (!this.on || !this.#athome || !program || !history || !node) return { ends: [], astray: null };
    return standing(program, history, path.slice(0, node.number + 1), this.#legs);
  });
  /** Index of the stop that is shown. */
  readonly index = $derived.by(() => {
    const last = this.#stopOf.at(-1) ?? -1;
    if (this.#at > last || !this.#athome) return Math.min(this.#at, Math.max(0, this.stops.length - 1));
    const gone = this.#standing.ends.length;
    const led = this.#legsBefore(this.#at);
    if (gone < led) return this.#stopOf[gone] ?? 0;
    return gone > led ? (this.#stopOf[gone - 1] ?? 0) + 1 : this.#at;
  });
  readonly stop = $derived(this.on ? (this.stops[this.index] ?? null) : null);
  /** The page shows something else, or a step was taken that is not on the way. */
  readonly astray = $derived.by((): 'elsewhere' | 'off the way' | null => {
    const { program, openings } = this.#session;
    if (!program || openings < this.#opening) return null; // its run is still to come
    if (!this.stop || this.index > (this.#stopOf.at(-1) ?? -1)) return null;
    if (!this.#athome) return 'elsewhere';
    return this.#standing.astray === null ? null : 'off the way';
  });
  /** Letter of the actor that is to be stepped. */
  readonly actor = $derived.by(() => {
    const { program } = this.#session;
    return program && this.stop?.leg && !this.astray ? walkerOf(program, this.stop.leg) : null;
  });
  readonly zone = $derived(this.astray ? null : (this.stop?.zone ?? null));
  /** The words of the stop: its own, else the scenario's note on the step that it leads to. */
  readonly says = $derived.by(() => {
    const { program } = this.#session;
    const leg: Leg | null = this.stop?.leg ?? null;
    if (this.stop?.say || !program || !leg) return this.stop?.say ?? '';
    const notes = notesFor(program, walkerOf(program, leg) ?? '', leg.before ?? leg.after ?? '');
    return notes.map((note) => note.say).join(' ');
  });

  constructor(session: Session, address: Address, guide: Guide, walker: Walker) {
    this.#session = session;
    this.#address = address;
    this.#guide = guide;
    this.#walker = walker;
  }

  /** Keeps where it stands for the next visit, and for a reload; call it where effects may run. */
  keep(): void {
    $effect(() => {
      if (this.stops.length > 0 && recallHere('tour') !== null) untrack(() => this.#goOn());
    });
    $effect(() => {
      if (this.on && this.stops.length > 0 && this.index > 0) this.#remember(String(this.index));
    });
  }

  /** Until the guide is here it is taken to have a tour, so that the page does not jump. */
  get offered(): boolean {
    return this.stops.length > 0 || !this.#guide.asked;
  }

  get taken(): boolean {
    return this.#kept === DONE;
  }

  /** The stop that was left, to go on from. */
  get left(): number | null {
    const stop = Number(this.#kept ?? Number.NaN);
    return Number.isInteger(stop) && stop > 0 && stop < this.stops.length ? stop : null;
  }

  begin(): void {
    void this.#guide.loading.then(() => this.#goTo(0));
  }

  resume(): void {
    this.#goTo(this.left ?? 0);
  }

  /** Does what is to be done at the stop, else goes on to the next one. */
  next(): void {
    if (this.astray === 'elsewhere') return this.#goTo(this.index);
    if (this.astray) return this.#back(this.#standing.astray ?? 0);
    if (this.stop?.leg) return this.#walker.go([this.#rest(this.stop.leg)]);
    if (this.index >= this.stops.length - 1) return this.finish();
    this.#at = this.index + 1;
  }

  previous(): void {
    const to = this.index - 1;
    if (to < 0) return;
    this.#walker.stop();
    const before = this.#legsBefore(to);
    if (this.stops[to]?.leg && this.#athome)
      this.#session.goTo(before > 0 ? (this.#standing.ends[before - 1] ?? 0) : 0);
    this.#at = to;
  }

  leave(): void {
    this.#keep(String(this.index));
  }

  finish(): void {
    this.#keep(DONE);
  }

  #keep(what: string): void {
    this.#walker.stop();
    this.on = false;
    rememberHere('tour', null);
    this.#remember(what);
  }

  #remember(what: string): void {
    this.#kept = what;
    if (what === '0') forget('tour');
    else remember('tour', what);
  }

  /** After a reload, which the run outlives as well. */
  #goOn(): void {
    if (this.on) return;
    this.#at = this.left ?? 0;
    this.on = true;
  }

  #goTo(index: number): void {
    const { tour } = this.#guide;
    if (!tour) return;
    this.begins();
    const legs = this.#legs.slice(0, this.#legsBefore(index));
    const fresh = this.#athome && this.#session.path.length === 1 && legs.length === 0;
    if (!fresh) {
      this.#opening = this.#session.openings + 1;
      this.#walker.go(legs, this.#opening);
      this.#address.choose(tour.scenario, tour.variant);
    }
    this.#at = index;
    this.on = true;
    rememberHere('tour', 'on');
  }

  /** Before the step that is not on the way. */
  #back(astray: number): void {
    this.#session.goTo(astray - 1);
  }

  /** Of a leg that one has begun by hand, the choices that are still to make. */
  #rest(leg: Leg): Leg {
    const { path, node } = this.#session;
    const done = path.slice((this.#standing.ends.at(-1) ?? 0) + 1, (node?.number ?? 0) + 1);
    return { ...leg, choices: leg.choices.slice(done.filter(({ choice }) => choice !== null).length) };
  }

  #legsBefore(index: number): number {
    return this.#stopOf.filter((stop) => stop < index).length;
  }
}
