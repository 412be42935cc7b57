/** Which scenarios were stepped in this browser, and in which the user's own steps led to what is asked for. */
import { SvelteSet } from 'svelte/reactivity';
import type { History } from './history';
import type { Session } from './session.svelte';
import { goalName } from './solved';
import { hearOthers, remember, remembered } from './storage';
import type { Walker } from './walker.svelte';

const SEEN = 'seen.';
const SOLVED = 'solved.';

export class Progress {
  readonly seen = new SvelteSet(remembered(SEEN).map((key) => key.slice(SEEN.length)));
  /** Ids of scenarios, and names of their goals. */
  readonly solved = new SvelteSet(remembered(SOLVED).map((key) => key.slice(SOLVED.length)));
  readonly #session: Session;
  /** What came when the run was opened, by a link or after a reload, need not be the user's own work. */
  #given: { opening: number; history: History | null } = { opening: 0, history: null };
  /** Nor need what the page led to. */
  readonly #walker: Walker;

  constructor(session: Session, walker: Walker) {
    this.#session = session;
    this.#walker = walker;
  }

  /** Call it where effects may run. */
  keep(): void {
    $effect(() =>
      hearOthers(() => {
        for (const key of remembered(SEEN)) this.seen.add(key.slice(SEEN.length));
        for (const key of remembered(SOLVED)) this.solved.add(key.slice(SOLVED.length));
      }),
    );
    $effect(() => {
      const { program, bundle, cursor, history, node, openings, search, tip } = this.#session;
      if (openings !== this.#given.opening) this.#given = { opening: openings, history };
      // What the browser was given as text is nobody's question.
      if (!program || bundle || !node || node.number === 0) return;
      const { id, goals } = program.scenario;
      this.#add(this.seen, SEEN, id);
      const found = search.state === 'done' && (tip === search.result.tip || cursor === search.result.tip);
      const asked = goals.map((goal) => goal.find).concat(program.scenario.asks ?? []);
      const given = (this.#given.history?.has(node.id) ?? false) || this.#walker.led(node.id);
      if (found || given) return;
      for (const { kind, warning } of node.findings) {
        if (warning || !asked.includes(kind)) continue;
        this.#add(this.solved, SOLVED, id);
        this.#add(this.solved, SOLVED, goalName(id, kind));
      }
    });
  }

  #add(all: Set<string>, prefix: string, id: string): void {
    if (all.has(id)) return;
    all.add(id);
    remember(prefix + id, '1');
  }
}
