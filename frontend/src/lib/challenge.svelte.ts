/** The challenge that one is at: what it is, how far one has come, and what the run is worth. */
import { untrack } from 'svelte';
import type { Address } from './address.svelte';
import { analyse } from './analysis';
import { cameAgain } from './arrival';
import type { Catalog } from './catalog.svelte';
import {
  bestOf,
  challengesIn,
  challengesOf,
  keepScore,
  recallScores,
  recallUnderway,
  rememberUnderway,
  scoreOf,
  type Best,
  type Played,
  type Task,
} from './challenge';
import type { Guide } from './guide.svelte';
import type { Way } from './hint';
import type { Hints } from './hints.svelte';
import type { Session } from './session.svelte';
import { hearOthers } from './storage';
import { runsOf } from './trace';
import type { Bundle, ProgramView } from './wire';

export class Challenge {
  task = $state.raw<Task | null>(null);
  gaveUp = $state(false);
  /** Null while it is looked for, or where nobody knows. */
  best = $state.raw<Best[] | null>(null);
  /** The best is known, or nobody knows it. */
  judged = $state(false);
  kept = $state.raw(recallScores());
  /** Whoever leads the reader along ends that. */
  begins: () => void = () => undefined;
  /** The run that did it first: what one looks at afterwards is worth nothing. */
  #done = $state.raw<Played | null>(null);
  #hints = $state.raw<readonly [number, number, number]>([0, 0, 0]);
  #begun = $state(false);
  /** What the address had opened then: what it opens later brings steps of somebody else. */
  #opened = 0;
  /** The one whose score was said: not again after a reload. */
  #told: Task | null = null;
  /** What was shown when it was chosen: the challenge begins once something else is. */
  #before: ProgramView | null = null;
  #running: AbortController | null = null;
  readonly #session: Session;
  readonly #catalog: Catalog;
  readonly #address: Address;
  readonly #hinting: Hints;
  readonly #guide: Guide;
  /** What was under way before the page was loaded again; a link that is opened brings steps of somebody else. */
  #kept = $state.raw(cameAgain ? recallUnderway() : null);

  constructor(session: Session, catalog: Catalog, address: Address, hints: Hints, guide: Guide) {
    this.#session = session;
    this.#catalog = catalog;
    this.#address = address;
    this.#hinting = hints;
    this.#guide = guide;
    hints.gave = (degree) => {
      if (this.hides)
        this.#hints = this.#hints.map((n, i) => n + Number(i === degree - 1)) as [number, number, number];
    };
  }

  readonly #shipped = $derived.by(() => challengesOf(this.#catalog.scenarios, this.#guide.levels));

  /** Those of a text of one's own, if one is open, then all that are shipped. */
  readonly all = $derived.by(() => {
    const own = this.#session.program?.scenario;
    const mine = own && this.#session.bundle ? challengesIn(own) : [];
    return [...mine.filter((one) => this.#shipped.every((other) => other.id !== one.id)), ...this.#shipped];
  });

  /** The step that did it, on the way to where one is. */
  readonly met = $derived.by(() => {
    const { task } = this;
    if (!task || !this.#begun) return null;
    const path = this.#session.path.slice(0, (this.#session.node?.number ?? 0) + 1);
    return path.find((node) => node.findings.some((finding) => finding.kind === task.kind)) ?? null;
  });

  /** The run that did it, else the one under way. */
  readonly played = $derived.by((): Played => {
    if (this.#done) return this.#done;
    const end = this.met ?? this.#session.node;
    const runs = runsOf(this.#session.path.slice(0, (end?.number ?? 0) + 1));
    return { steps: end?.number ?? 0, switches: Math.max(0, runs.length - 1), hints: this.#hints };
  });

  /** It was done, wherever one is now. */
  readonly done = $derived(this.task !== null && !this.gaveUp && (this.#done !== null || this.met !== null));

  readonly score = $derived(this.done && this.judged ? scoreOf(this.played, this.best) : null);

  /** What would give it away is not shown. */
  readonly hides = $derived(this.task !== null && !this.done && !this.gaveUp);

  /** The one to go on with: the next one in the list that was not solved yet. */
  readonly next = $derived.by(() => {
    const at = this.all.findIndex((one) => one.id === this.task?.id);
    const open = (one: Task): boolean => !this.kept.has(one.id) && one.id !== this.task?.id;
    return this.all.slice(at + 1).find(open) ?? this.all.find(open) ?? null;
  });

  start(task: Task): void {
    this.begins();
    this.#running?.abort();
    this.#hinting.close();
    this.#kept = null;
    this.task = task;
    this.gaveUp = false;
    this.#begun = false;
    this.#done = this.#told = null;
    this.#hints = [0, 0, 0];
    this.best = null;
    this.judged = false;
    this.#before = this.#session.program;
    const own = this.#isOwn(task);
    const bundle = own ? this.#session.bundle : null;
    if (own) this.#session.restart(task.variant);
    else this.#address.choose(task.scenario, task.variant);
    this.#opened = this.#address.opened;
    this.#session.setAbout(task.kind);
    void this.#judge(task, bundle);
  }

  giveUp(): void {
    this.gaveUp = true;
  }

  /** To who asks for what would give it away. */
  refuse(): void {
    this.#session.say('A challenge is under way: give up first, or ask for a hint.');
  }

  leave(): void {
    this.#running?.abort();
    this.#kept = null;
    this.task = null;
    this.#hinting.close();
  }

  /** Keeps what is known of it current; call it where effects may run. */
  keep(): void {
    $effect(() => hearOthers(() => (this.kept = recallScores())));
    $effect(() => {
      this.#session.lights.hide(this.hides);
    });
    $effect(() => {
      const { program } = this.#session;
      if (!program) return;
      if (this.#kept) return untrack(() => this.#goOn());
      if (!this.task) return;
      const another = this.#address.opened !== this.#opened;
      if (!this.#begun && !another && program === this.#before) return;
      if (this.#isHere(this.task) && !another) this.#begun = true;
      else if (this.#begun || another) {
        const over = untrack(() => this.done || this.gaveUp);
        this.leave();
        if (!over) untrack(() => this.#session.say('The challenge ended: you left it.'));
      }
    });
    $effect(() => {
      if (this.met && !this.gaveUp) this.#done ??= untrack(() => this.played);
    });
    $effect(() => {
      if (this.#kept) return;
      const { task, gaveUp } = this;
      rememberUnderway(task && { id: task.id, hints: this.#hints, gaveUp, done: this.#done });
    });
    $effect(() => {
      const { task, score, played } = this;
      if (!task || !score) return;
      this.kept = keepScore(task.id, {
        points: score.points,
        steps: played.steps,
        switches: played.switches,
      });
      if (this.#told === task) return;
      this.#told = task;
      this.#session.said = `Solved: ${score.points} of 100 points. ${score.because.join(', ')}`;
    });
  }

  /** After a reload, once the list of challenges and the run are there. */
  #goOn(): void {
    if (this.#catalog.scenarios.length === 0) return;
    const kept = this.#kept;
    const task = this.all.find((one) => one.id === kept?.id);
    this.#kept = null;
    if (!kept || !task || this.task || !this.#isHere(task)) return;
    this.task = task;
    this.gaveUp = kept.gaveUp;
    this.#done = kept.done;
    this.#told = kept.done && task;
    this.#hints = kept.hints;
    this.#begun = true;
    this.#opened = this.#address.opened;
    this.#session.setAbout(task.kind);
    void this.#judge(task, this.#session.bundle);
  }

  /** Of a text of one's own. */
  #isOwn(task: Task): boolean {
    return this.#shipped.every((one) => one.id !== task.id);
  }

  #isHere(task: Task): boolean {
    const { program } = this.#session;
    return program?.scenario.id === task.scenario && program.variant === task.variant;
  }

  async #judge(task: Task, bundle: Bundle | null): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    const ask = (order: string): Promise<unknown> =>
      analyse(
        document.baseURI,
        {
          analysis: 'hint',
          scenario: task.scenario,
          variant: task.variant,
          bundle,
          schedule: '',
          without: [],
          options: { kind: task.kind, order },
        },
        () => undefined,
        running.signal,
      );
    try {
      const ways = (await Promise.all([ask('steps'), ask('switches')])) as Way[];
      if (running.signal.aborted) return;
      const best = ways.flatMap(({ steps, switches }) =>
        steps === null || switches === null ? [] : [{ steps, switches }],
      );
      this.best = best.length > 0 ? bestOf(best) : null;
    } catch {
      if (running.signal.aborted) return;
    }
    this.judged = true;
  }
}
