/** The challenge that one is at: what it is, how far one has come, and what the run is worth. */
import { untrack } from 'svelte';
import type { Address } from './address.svelte';
import { analyse } from './analysis';
import type { Catalog } from './catalog.svelte';
import {
  challengesIn,
  challengesOf,
  keepScore,
  recallScores,
  scoreOf,
  type Best,
  type Task,
} from './challenge';
import type { Way } from './hint';
import type { Hints } from './hints.svelte';
import type { Session } from './session.svelte';
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
  #hints = $state.raw<[number, number, number]>([0, 0, 0]);
  #begun = $state(false);
  /** What was shown when it was chosen: the challenge begins once something else is. */
  #before: ProgramView | null = null;
  #running: AbortController | null = null;
  readonly #session: Session;
  readonly #catalog: Catalog;
  readonly #address: Address;
  readonly #hinting: Hints;

  constructor(session: Session, catalog: Catalog, address: Address, hints: Hints) {
    this.#session = session;
    this.#catalog = catalog;
    this.#address = address;
    this.#hinting = hints;
    hints.gave = (degree) => {
      if (this.hides)
        this.#hints = this.#hints.map((n, i) => n + Number(i === degree - 1)) as [number, number, number];
    };
  }

  readonly #shipped = $derived.by(() => challengesOf(this.#catalog.scenarios));

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

  readonly played = $derived.by(() => {
    const end = this.met ?? this.#session.node;
    const runs = runsOf(this.#session.path.slice(0, (end?.number ?? 0) + 1));
    return { steps: end?.number ?? 0, switches: Math.max(0, runs.length - 1), hints: this.#hints };
  });

  readonly score = $derived(this.met && !this.gaveUp && this.judged ? scoreOf(this.played, this.best) : null);

  /** What would give it away is not shown. */
  readonly hides = $derived(this.task !== null && !this.met && !this.gaveUp);

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
    this.task = task;
    this.gaveUp = false;
    this.#begun = false;
    this.#hints = [0, 0, 0];
    this.best = null;
    this.judged = false;
    this.#before = this.#session.program;
    const own = this.#shipped.every((one) => one.id !== task.id);
    const bundle = own ? this.#session.bundle : null;
    if (own) this.#session.restart(task.variant);
    else this.#address.choose(task.scenario, task.variant);
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
    this.task = null;
    this.#hinting.close();
  }

  /** Keeps what is known of it current; call it where effects may run. */
  keep(): void {
    $effect(() => {
      this.#session.lights.hide(this.hides);
    });
    $effect(() => {
      const { program } = this.#session;
      if (!this.task || !program) return;
      if (!this.#begun && program === this.#before) return;
      const there = program.scenario.id === this.task.scenario && program.variant === this.task.variant;
      if (there) this.#begun = true;
      else if (this.#begun) {
        this.leave();
        untrack(() => this.#session.say('The challenge ended: you left it.'));
      }
    });
    $effect(() => {
      const { task, score, played } = this;
      if (!task || !score) return;
      this.kept = keepScore(task.id, {
        points: score.points,
        steps: played.steps,
        switches: played.switches,
      });
      this.#session.said = `Solved: ${score.points} of 100 points. ${score.because.join(', ')}`;
    });
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
      this.best = best.length > 0 ? best : null;
    } catch {
      if (running.signal.aborted) return;
    }
    this.judged = true;
  }
}
