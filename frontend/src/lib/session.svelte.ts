/**
 * One run being looked at: the snapshot, and the verbs that move it.
 *
 * The server steps; this class keeps what it sent (the program, the history tree, the cursor) and is
 * the only one that talks to the socket. Travelling in time happens here at once, since any world of
 * the history can be made here, and the server is told. After a lost connection the session is opened
 * again from what is kept, and goes on where it was.
 */
import { alarm, announcement } from './announce';
import { hasViolation } from './findings';
import { actorByLetter, namedReason, onlyRecordedWords, statementWords } from './format';
import { compare, History } from './history';
import { Lights } from './lights.svelte';
import type { Link } from './link';
import { Look } from './look.svelte';
import type { Request } from './request';
import { checkedSchedule, follow, type Move } from './schedule';
import { findMessage, resumed, type Ask, type Search } from './search';
import { overSocket, type Connect, type Connection } from './socket';
import { runsOf, switchAfter, switchBefore } from './trace';
import { branchesFor } from './tried.svelte';
import { actorState, type World } from './values';
import { Voice } from './voice.svelte';
import type {
  Bundle,
  ClientMessage,
  Followed,
  Leg,
  Moved,
  Opened,
  Problem,
  ProgramView,
  ReplayNote,
  Run,
  SearchDone,
  ServerMessage,
} from './wire';

const NOTHING: World = {};

export class Session extends Voice {
  program = $state.raw<ProgramView | null>(null);
  history = $state.raw<History | null>(null);
  cursor = $state(0);
  /** The end of the current branch: what travelling forward leads to. */
  tip = $state(0);
  schedule = $state('');
  connection = $state<'connecting' | 'open' | 'lost'>('connecting');
  replay = $state.raw<ReplayNote | null>(null);
  problem = $state.raw<Problem | null>(null);
  search = $state.raw<Search>({ state: 'none' });
  /** What was searched for last; the next search has the same order. */
  asked = $state.raw<Ask>({ order: 'steps', from: 'root', prove: false, preemptions: null });
  /** The kind of finding that searches, lights and hints are about; null is the scenario's own question. */
  about = $state<string | null>(null);
  /** What the server tells of the future of where one is. */
  readonly lights: Lights;
  /** Asked before a step: whether it is somebody else's to do, such as a prediction's. */
  instead: ((letter: string, choice: number | null) => boolean) | null = null;
  /** How many steps of a run with findings another variant followed without any. */
  harmless = $state<number | null>(null);
  /** The end of the user's own run, once one walks through a found one. */
  own = $state<number | null>(null);
  /** How often a program was opened here: what waits for the next one can tell it from this one. */
  openings = $state(0);
  /** Seq of the last verb that was answered by a move, or that failed. */
  heard = $state(0);
  /** Who was stepped last: the one whom "again" means. */
  actor = $state<string | null>(null);
  /** The text of one's own that was opened; null: a shipped one. */
  bundle = $state.raw<Bundle | null>(null);
  /** The same of what was asked for last; where that cannot be opened, what was open stays. */
  wantedBundle = $state.raw<Bundle | null>(null);
  readonly look = new Look(this);

  readonly node = $derived(this.history?.node(this.cursor) ?? null);
  readonly world = $derived(this.history?.world(this.cursor) ?? NOTHING);
  /** The world that this one is compared with, for saying what a changed cell was: one step earlier, or pinned. */
  readonly before = $derived(
    this.history?.world(this.look.pinned ?? this.node?.parent ?? this.cursor) ?? NOTHING,
  );
  readonly changes = $derived(compare(this.before, this.world));
  /** From the root through the cursor to the tip. */
  readonly path = $derived(this.history?.path(this.tip) ?? []);
  readonly runs = $derived(runsOf(this.path));
  /** Ends of the other branches. */
  readonly branches = $derived(
    this.history?.leaves().filter((leaf) => leaf !== this.tip && !this.look.hidden.has(leaf)) ?? [],
  );

  readonly #connection: Connection;
  #request: Request | null = null;
  #opening = false; // what was asked for is not answered yet
  #wasLost = false;
  #seq = 0;
  #openSeq = 0;
  #findSeq = 0;
  /** Where the last schedule that was asked to be followed is to be shown. */
  #wanted: { seq: number; number: number | null } = { seq: 0, number: null };
  /** The run that variants are compared by has had a finding in one of them. */
  #hadFinding = false;
  /** Answers to verbs before this one no longer move the cursor: it was moved here since. */
  #movedHere = 0;
  /** Schedule texts by the leaf that they lead to, for opening the branches again. */
  #schedules = new Map<number, string>();
  /** Texts whose leaves are known once the session is open. */
  #sentBranches: string[] = [];

  /** `source`: the address of a server's socket, or what makes another connection. */
  constructor(source: string | Connect) {
    super();
    this.lights = new Lights(this);
    const connect = typeof source === 'string' ? overSocket(source) : source;
    this.#connection = connect({
      opened: () => this.#connected(),
      message: (message) => this.#receive(message),
      lost: () => this.#lost(),
    });
  }

  close(): void {
    this.#connection.close();
  }

  /** There is no server: nothing can be stepped but what was recorded. */
  get recorded(): boolean {
    return this.#connection.recorded;
  }

  /** Whether a step of this actor can be had from here: always, but in a recorded run only where it was made. */
  offers(letter: string, choice: number | null = null): boolean {
    if (!this.recorded || !this.history) return true;
    return this.history
      .children(this.cursor)
      .map((id) => this.history?.node(id))
      .some((node) => node?.actor === letter && (choice === null || node.choice === choice));
  }

  // -- opening ----------------------------------------------------------------------------------

  open(request: Request): void {
    if (this.#request?.scenario !== request.scenario) this.about = null;
    [this.#request, this.#opening] = [request, true];
    this.#schedules.clear();
    this.dismissSearch();
    this.dismissReplay();
    this.problem = null;
    this.#hadFinding = false;
    this.actor = null;
    this.look.pinned = null;
    this.#sendOpen(branchesFor(request, this.openings === 0));
  }

  /** The same text again, in one of its variants, from its beginning. */
  restart(variant: string): void {
    const scenario = this.program?.scenario.id;
    if (scenario) this.open({ scenario, variant, schedule: '', cursor: null, bundle: this.bundle });
  }

  /** What a link to here says. Null before anything was opened. */
  get link(): Omit<Link, 'view' | 'bundle'> | null {
    if (!this.program || !this.node) return null;
    return {
      scenario: this.program.scenario.id,
      variant: this.program.variant,
      schedule: checkedSchedule(this.program, this.path),
      cursor: this.cursor === this.tip ? null : this.node.number,
      modelHash: this.program.model_hash,
    };
  }

  #connected(): void {
    this.connection = 'open';
    const link = this.link;
    if (!link || !this.node || this.#opening) {
      if (this.#request) this.open(this.#request);
      return;
    }
    // Back after a loss: the same run again, with all its branches.
    const branches = this.branches
      .map((leaf) => this.#schedules.get(leaf))
      .filter((text) => text !== undefined);
    const { scenario, variant } = link;
    const schedule = this.schedule;
    this.#request = { scenario, variant, schedule, cursor: this.node.number, bundle: this.bundle };
    this.#sendOpen(branches);
  }

  #lost(): void {
    if (this.connection === 'open')
      this.said = 'The connection is lost; everything stays, and the page tries again.';
    this.connection = 'lost';
    this.#wasLost = true;
    this.lights.lost();
  }

  #sendOpen(branches: string[]): void {
    const request = this.#request;
    if (!request) return;
    this.#sentBranches = branches;
    this.wantedBundle = request.bundle;
    this.#openSeq = this.#seq + 1;
    this.#connection.send({ type: 'open', seq: this.#next(), ...request, branches });
  }

  // -- verbs ------------------------------------------------------------------------------------

  /** Without a choice, the first one that there is. */
  step(letter: string, choice: number | null = null): void {
    const state = actorState(this.world, letter);
    const who = this.program && actorByLetter(this.program, letter);
    if (!state || !who) return;
    if (this.offers(letter, choice)) this.actor = letter;
    if (state.status !== 'ready') {
      this.refused = letter;
      this.say(namedReason(who, state.why));
    } else if (!this.offers(letter, choice)) {
      this.say(onlyRecordedWords(this.program, this.path[(this.node?.number ?? 0) + 1]));
    } else {
      const taken = choice ?? (this.recorded ? null : (state.choices[0]?.choice ?? null));
      if (this.instead?.(letter, taken)) return;
      this.play([{ actor: letter, choice: taken }]);
    }
  }

  /** Steps that are known to be possible, one after the other. */
  play(moves: readonly Move[]): void {
    this.#hadFinding = false;
    for (const { actor, choice } of moves) {
      this.actor = actor;
      if (!this.#act({ type: 'step', seq: this.#next(), actor, choice })) return;
    }
  }

  run(letter: string, until: Run['until']): void {
    this.actor = letter;
    this.#hadFinding = false;
    this.#act({ type: 'run', seq: this.#next(), actor: letter, until });
  }

  /** Goes a way in one go; gives its seq, and null where that cannot be asked for. */
  walk(legs: Leg[]): number | null {
    const seq = this.#next();
    return this.#act({ type: 'go', seq, legs }) ? seq : null;
  }

  /** The text of the schedule that leads to the end of a branch; null while the server has not told it. */
  scheduleTo(leaf: number): string | null {
    return leaf === this.tip ? this.schedule : (this.#schedules.get(leaf) ?? null);
  }

  undo(): void {
    this.#act({ type: 'undo', seq: this.#next() });
  }

  redo(): void {
    this.#act({ type: 'redo', seq: this.#next() });
  }

  /** Goes to any node at once; the world there is made here. */
  seek(id: number): void {
    const history = this.history;
    if (!history?.has(id)) return;
    if (!history.leadsTo(id, this.tip)) {
      this.tip = history.leafBelow(id);
      this.look.show(this.tip);
      this.schedule = this.#schedules.get(this.tip) ?? this.schedule;
    }
    const seq = this.#next();
    this.#movedHere = seq;
    this.#connection.send({ type: 'seek', seq, node: id });
    this.#moveTo(id);
  }

  /** Goes to a step of the current branch by its number. */
  goTo(number: number): void {
    const target = this.path[Math.max(0, Math.min(number, this.path.length - 1))];
    if (target && target.id !== this.cursor) this.seek(target.id);
  }

  back(): void {
    this.goTo((this.node?.number ?? 0) - 1);
  }

  forward(): void {
    this.goTo((this.node?.number ?? 0) + 1);
  }

  switchBack(): void {
    this.goTo(switchBefore(this.runs, this.node?.number ?? 0));
  }

  switchForward(): void {
    this.goTo(switchAfter(this.runs, this.node?.number ?? 0));
  }

  /** Makes a branch of a schedule and goes to one of its steps; without a number, to its end. */
  follow(schedule: string, number: number | null = null): void {
    this.#wanted = { seq: this.#seq + 1, number };
    this.#act({ type: 'follow', seq: this.#next(), schedule });
  }

  setVariant(variant: string): void {
    if (variant === this.program?.variant) return;
    this.dismissSearch();
    this.#hadFinding ||= hasViolation(this.path);
    this.#openSeq = this.#seq + 1;
    [this.#sentBranches, this.wantedBundle] = [[], this.bundle];
    this.#act({ type: 'variant', seq: this.#next(), variant });
  }

  /** What searches, lights and hints are about. */
  setAbout(kind: string | null): void {
    this.about = kind;
    this.lights.reset();
  }

  find(
    order: Ask['order'] = this.asked.order,
    from: Ask['from'] = 'root',
    preemptions: number | null = null,
  ): void {
    this.#search({ order, from, prove: false, preemptions });
  }

  /** Looks at all schedules. */
  prove(from: Ask['from'] = 'root'): void {
    this.#search({ ...this.asked, from, prove: true });
  }

  #search(ask: Ask): void {
    if (this.search.state === 'running') return;
    this.#findSeq = this.#seq + 1;
    const here = this.cursor !== this.history?.rootId;
    const sent = this.#act(findMessage(this.#next(), ask, this.about, here));
    if (!sent) return;
    this.asked = ask;
    this.search = { state: 'running', progress: null };
  }

  cancel(): void {
    this.#act({ type: 'cancel', seq: this.#next() });
  }

  /** What a search that still runs may answer is of no interest any more. */
  dismissSearch(): void {
    this.search = { state: 'none' };
    this.#findSeq = 0;
  }

  dismissReplay(): void {
    this.replay = null;
    this.harmless = null;
  }

  /** To where the search began, with the steps of the found schedule lying ahead. */
  walkThrough(): void {
    if (this.search.state !== 'done' || this.search.result.tip === null || !this.history) return;
    if (this.tip !== this.search.result.tip) this.own = this.tip;
    const { tip, start } = this.search.result;
    this.seek(tip);
    this.seek(start);
  }

  /** A question about the future of where the server is then; gives its seq. */
  ask(kind: string | null): number | null {
    const seq = this.#next();
    return this.#connection.send({ type: 'outlook', seq, kind }) ? seq : null;
  }

  // -- answers ----------------------------------------------------------------------------------

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'opened':
        return this.#opened(message);
      case 'moved':
        return this.#moved(message);
      case 'followed':
        return this.#followed(message);
      case 'progress':
        if (message.seq === this.#findSeq && this.search.state === 'running') {
          this.search = { state: 'running', progress: message };
        }
        return;
      case 'found':
        return this.#found(message);
      case 'outlook':
        return this.lights.told(message);
      case 'failed':
        if (this.lights.failed(message.seq, message.problem)) return;
        this.heard = message.seq;
        if (message.seq === this.#openSeq) this.#opening = false;
        if (message.seq === this.#findSeq) this.search = { state: 'none' };
        if (message.seq === this.#openSeq || message.problem.hint !== null) this.problem = message.problem;
        this.say(message.problem.message);
    }
  }

  #opened(message: Opened): void {
    if (message.seq < this.#openSeq) return;
    this.bundle = this.wantedBundle;
    const sameRun = this.program?.model_hash === message.program.model_hash && this.search.state !== 'none';
    const began = this.search.state === 'done' ? this.history?.node(this.search.result.start)?.number : 0;
    const history = History.from(message.world, message.nodes);
    this.look.moveTo(history, message.program);
    const main = follow(history, message.schedule).node;
    const tip = history.leadsTo(message.cursor, main) ? main : message.cursor;
    this.#schedules.clear();
    for (const text of [...this.#sentBranches, ...message.branches, message.schedule]) {
      this.#schedules.set(follow(history, text).node, text);
    }
    this.openings += 1;
    this.program = message.program;
    this.history = history;
    this.tip = tip;
    this.cursor = message.cursor;
    this.schedule = message.schedule;
    this.replay = message.replay;
    this.problem = null;
    this.hush();
    this.own = null;
    this.harmless =
      this.#hadFinding && !message.replay && !hasViolation(this.path) ? this.path.length - 1 : null;
    if (this.#wasLost) this.said = 'Connected again.';
    this.#wasLost = this.#opening = false;
    this.lights.reset();
    this.#resumeSearch(sameRun, began ?? 0);
  }

  /** A search that the connection took with it is asked for again; node ids of an old result mean nothing now. */
  #resumeSearch(sameRun: boolean, began: number): void {
    if (this.search.state === 'running' && this.#findSeq > this.#openSeq) return; // asked since, of what is open now
    const wasRunning = this.search.state === 'running';
    const result = this.search.state === 'done' ? this.search.result : null;
    if (sameRun && result && this.history) {
      this.search = { state: 'done', result: resumed(result, this.history, began) };
      return;
    }
    this.search = { state: 'none' };
    if (sameRun && wasRunning) this.#search(this.asked);
  }

  #moved(message: Moved): void {
    if (!this.history || message.seq < this.#openSeq) return;
    this.heard = message.seq;
    this.history = this.history.with(message.nodes);
    this.#schedules.set(message.tip, message.schedule);
    if (message.seq < this.#movedHere) return;
    this.tip = message.tip;
    this.look.show(message.tip);
    this.schedule = message.schedule;
    if (message.cursor !== this.cursor) this.#moveTo(message.cursor, message.stopped);
    else if (message.stopped) this.say(message.stopped);
  }

  #followed(message: Followed): void {
    if (!this.history || message.seq < this.#openSeq) return;
    this.history = this.history.with(message.nodes);
    this.#schedules.set(message.tip, message.schedule);
    if (message.seq !== this.#wanted.seq) return;
    const { number } = this.#wanted;
    const before = this.tip;
    this.seek(message.tip);
    if (this.tip !== before) this.own = before;
    if (number !== null) this.goTo(Math.min(number, this.history.node(message.tip).number));
    if (message.replay) this.say(`Step ${message.replay.at} of it is impossible: ${message.replay.message}`);
  }

  #found(message: SearchDone): void {
    if (!this.history || message.seq !== this.#findSeq) return;
    this.history = this.history.with(message.nodes);
    if (message.tip !== null && message.schedule) this.#schedules.set(message.tip, message.schedule);
    this.search = { state: 'done', result: message };
    this.said = statementWords(message);
  }

  // -- small things -----------------------------------------------------------------------------

  #moveTo(id: number, stopped: string | null = null): void {
    const from = this.cursor;
    this.cursor = id;
    this.hush(stopped);
    this.lights.moved();
    if (!this.program || !this.history) return;
    this.said = announcement(this.program, this.history, id, stopped ? { from, stopped } : null);
    this.alarm = alarm(this.history, id);
  }

  /** For verbs that only the server can do. */
  #act(message: ClientMessage): boolean {
    const sent = this.#connection.send(message);
    if (!sent) this.say('The server cannot be reached at the moment; what is here stays.');
    return sent;
  }

  #next(): number {
    return ++this.#seq;
  }
}
