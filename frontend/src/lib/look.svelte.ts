/**
 * How a session is looked at: the step that all others are compared with, the runs that are shown step by step, and
 * the branches with their names. Nothing of it is known to the server.
 */
import { namesByLeaf } from './branches';
import { keepName, namesIn, scenarioKey, type Named } from './branchNames';
import { stepName } from './format';
import type { History } from './history';
import { follow, moveOf, printMoves } from './schedule';
import type { Session } from './session.svelte';
import type { ProgramView } from './wire';

export class Look {
  /** The step that all others are compared with; it may lie on another branch. */
  pinned = $state<number | null>(null);
  /** First steps of the runs whose every step the timeline shows. */
  expanded = $state.raw<ReadonlySet<number>>(new Set());
  /** Ends of branches that the list leaves out until one goes there again. */
  hidden = $state.raw<ReadonlySet<number>>(new Set());
  /** The names of branches that the browser keeps for this variant of this scenario. */
  names = $state.raw<readonly Named[]>([]);
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** To another history, before the session has it: ids mean something else there. */
  moveTo(history: History, program: ProgramView): void {
    this.pinned = this.#foundAgain(history);
    this.expanded = new Set();
    this.hidden = new Set();
    this.#readNames(program);
  }

  // -- comparing --------------------------------------------------------------------------------

  /** From now on every step is compared with this one, or with another of the tree. */
  pin(id = this.#session.cursor): void {
    const { history } = this.#session;
    if (!history?.has(id)) return;
    this.pinned = id;
    this.#session.said = `Comparing from ${stepName(history.node(id).number)}.`;
  }

  unpin(): void {
    if (this.pinned === null) return;
    this.pinned = null;
    this.#session.said = 'No longer comparing.';
  }

  togglePin(): void {
    if (this.pinned === null) this.pin();
    else this.unpin();
  }

  /** The step of another history that the same moves lead to. */
  #foundAgain(history: History): number | null {
    if (this.pinned === null || !this.#session.history) return null;
    const moves = this.#session.history.path(this.pinned).slice(1).map(moveOf);
    const { node, complete } = follow(history, printMoves(moves));
    return complete ? node : null;
  }

  // -- runs -------------------------------------------------------------------------------------

  /** Shows each step of the run that a step is in (left out: the cursor), or the run as one block again. */
  toggleRun(number = this.#session.node?.number ?? 0): void {
    const at = Math.max(1, number);
    const run = this.#session.runs.find(({ first, last }) => first <= at && at <= last);
    const first = run && this.#session.path[run.first]?.id;
    if (first === undefined) return;
    const expanded = new Set(this.expanded);
    if (!expanded.delete(first)) expanded.add(first);
    this.expanded = expanded;
  }

  // -- branches ---------------------------------------------------------------------------------

  /** Leaves a branch out of the list. Its steps stay possible, and so does going there. */
  hide(leaf: number): void {
    if (leaf !== this.#session.tip) this.hidden = new Set([...this.hidden, leaf]);
  }

  show(leaf: number): void {
    if (this.hidden.has(leaf)) this.hidden = new Set([...this.hidden].filter((id) => id !== leaf));
  }

  /** The branch keeps its name as long as its schedule leads there. Whether the browser keeps it. */
  nameBranch(leaf: number, name: string): boolean {
    const { history, program, bundle } = this.#session;
    const schedule = this.#session.scheduleTo(leaf);
    if (!program || !history || schedule === null) return false;
    const before = namesByLeaf(history, this.names).get(leaf);
    if (before) keepName({ ...before, name: '' });
    const scenario = scenarioKey(program.scenario.id, bundle);
    const kept = keepName({ scenario, variant: program.variant, schedule, name });
    this.#readNames(program);
    return kept;
  }

  /** The branches stay, as far as there are any. */
  forgetNames(names: readonly Named[]): void {
    for (const named of names) keepName({ ...named, name: '' });
    if (this.#session.program) this.#readNames(this.#session.program);
  }

  #readNames({ scenario, variant }: ProgramView): void {
    this.names = namesIn(scenarioKey(scenario.id, this.#session.bundle), variant);
  }
}
