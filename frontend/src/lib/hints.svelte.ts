/** Hints in three degrees: whom to move, where to stop, and the steps themselves. Computed from where one is. */
import { analyse, AnalysisFailed } from './analysis';
import { taskOf } from './goals';
import { movesLeft, noWayWords, spotOn, stopWords, whomWords, type Spot, type Way } from './hint';
import { printMoves } from './schedule';
import type { Session } from './session.svelte';
import type { ProgramView } from './wire';

type Found =
  | { state: 'none' }
  | { state: 'looking' }
  | { state: 'told'; way: Way; node: number; program: ProgramView }
  | { state: 'failed'; message: string; node: number };

export type Degree = 1 | 2 | 3;

export class Hints {
  #found = $state.raw<Found>({ state: 'none' });
  /** What was given away so far, and of which leg of the way. */
  #given = $state.raw<{ leg: number; degree: Degree }>({ leg: 0, degree: 1 });
  #running: AbortController | null = null;
  readonly #session: Session;
  /** Whoever keeps count of hints hears of each. */
  gave: (degree: Degree) => void = () => undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  get looking(): boolean {
    return this.#found.state === 'looking';
  }

  readonly #spot = $derived.by<Spot | null>(() => {
    const found = this.#found;
    const { history, cursor } = this.#session;
    if (found.state !== 'told' || found.program !== this.#session.program) return null;
    if (!history?.has(found.node) || !history.leadsTo(found.node, cursor)) return null;
    return spotOn(found.way, history.path(cursor).slice(history.node(found.node).number + 1));
  });

  /** There is a way, and one is on it. */
  get onWay(): boolean {
    return this.#spot !== null;
  }

  /** What the hint says; null where none was asked for, or where one is no longer on its way. */
  readonly words = $derived.by<string | null>(() => {
    const found = this.#found;
    const { program, history, cursor, world } = this.#session;
    if (!program || !history || found.state === 'none') return null;
    if (found.state === 'looking') return 'Looking for a way from here…';
    if (found.state === 'failed') return found.node === cursor ? found.message : null;
    const { way, node } = found;
    if (found.program !== program) return null;
    if (way.answer !== 'reached')
      return node === cursor ? noWayWords(program, way, history.path(node)) : null;
    const spot = this.#spot;
    const leg = spot && way.runs[spot.leg];
    if (!leg) return null;
    if (spot.leg > this.#given.leg) return `That is the place to stop. Ask again for what comes next.`;
    return this.#given.degree === 1 ? whomWords(program, leg) : stopWords(program, way, spot, world);
  });

  /** What the next hint would be; the third are the steps themselves. */
  get next(): Degree {
    const spot = this.#spot;
    if (!spot || spot.leg > this.#given.leg) return 1;
    return this.#given.degree === 1 ? 2 : 3;
  }

  /** Step number to go back to, where the finding is out of reach. */
  get back(): number | null {
    const found = this.#found;
    return found.state === 'told' &&
      found.node === this.#session.cursor &&
      found.program === this.#session.program
      ? found.way.back
      : null;
  }

  /** The next degree; after the second the steps are done. */
  more(): void {
    if (this.looking) return;
    const spot = this.#spot;
    if (!spot) void this.#look();
    else if (spot.leg > this.#given.leg) this.#give({ leg: spot.leg, degree: 1 });
    else if (this.#given.degree === 1) this.#give({ leg: spot.leg, degree: 2 });
    else this.show();
  }

  /** Does the steps of this leg of the way, or all that are left. */
  show(whole = false): void {
    const spot = this.#spot;
    if (!spot || this.#found.state !== 'told') return;
    const { runs } = this.#found.way;
    const legs = whole ? runs.slice(spot.leg) : runs.slice(spot.leg, spot.leg + 1);
    this.gave(3);
    this.#session.play(legs.flatMap((leg, i) => movesLeft(leg, i === 0 ? spot.done : 0)));
  }

  close(): void {
    this.#running?.abort();
    this.#running = null;
    this.#found = { state: 'none' };
  }

  #give(given: { leg: number; degree: Degree }): void {
    this.#given = given;
    this.gave(given.degree);
    this.#session.said = this.words ?? '';
  }

  async #look(): Promise<void> {
    const session = this.#session;
    const { program, cursor, history } = session;
    if (!program || !history) return;
    const path = history.path(cursor);
    const kind = session.about ?? taskOf(program, path).kind ?? program.scenario.asks;
    const had = path.find((node) =>
      node.findings.some((finding) => (kind === null ? !finding.warning : finding.kind === kind)),
    );
    if (had) {
      this.#say({ state: 'failed', message: `It is there, since step ${had.number}.`, node: cursor });
      return;
    }
    const running = new AbortController();
    this.#running = running;
    this.#found = { state: 'looking' };
    const request = {
      analysis: 'hint',
      scenario: program.scenario.id,
      variant: program.variant,
      bundle: session.bundle,
      schedule: printMoves(path.slice(1).map(({ actor, choice }) => ({ actor: actor ?? '', choice }))),
      without: [],
      options: { kind, order: 'switches' },
    };
    try {
      const told = await analyse(document.baseURI, request, () => undefined, running.signal);
      if (running.signal.aborted || session.program !== program) return;
      this.#found = { state: 'told', way: told as unknown as Way, node: cursor, program };
      if (this.#spot) this.#give({ leg: 0, degree: 1 });
      else session.said = this.words ?? '';
    } catch (error) {
      if (running.signal.aborted) return;
      const message =
        error instanceof AnalysisFailed ? error.message : 'The server cannot be reached for a hint.';
      this.#say({ state: 'failed', message, node: cursor });
    }
  }

  #say(found: Found): void {
    this.#found = found;
    this.#session.said = this.words ?? '';
  }
}
