/** An analysis that a tool has asked for: how far it is, what it gave, or why it gave nothing. */
import { analyse, AnalysisFailed, type Told } from './analysis';
import { textName } from './format';
import { untrack } from 'svelte';
import { printMoves } from './schedule';
import type { Session } from './session.svelte';
import type { AnalysisRequest } from './wire';

export interface Question {
  analysis: string;
  schedule?: string;
  options?: AnalysisRequest['options'];
}

/** What an answer is about: a text under its name. */
interface Subject {
  scenario: string;
  variant: string;
  /** Both in words. */
  name: string;
  hash: string;
}

/** Made by a component that is being set up: what nobody waits for any more is ended, on the server too. */
export class Asking<T> {
  progress = $state.raw<Told | null>(null);
  result = $state.raw<T | null>(null);
  problem = $state<string | null>(null);
  stopped = $state(false);
  readonly running = $derived(this.progress !== null);
  #about = $state.raw<Subject | null>(null);
  readonly #open = $derived.by(() => subjectOf(this.#session));
  /** In words, what was asked about, where another text is open by now: then the answer says nothing of that one. */
  readonly elsewhere = $derived(this.#about && this.#open ? differing(this.#about, this.#open) : null);
  readonly #session: Session;
  readonly #parse: (told: Told) => T;
  #running: AbortController | null = null;

  constructor(session: Session, parse: (told: Told) => T) {
    this.#session = session;
    this.#parse = parse;
    $effect(() => {
      if (this.elsewhere !== null) untrack(() => this.stop());
    });
  }

  /** Of the variant that is open. A question that is still open is dropped. Null where there is no answer. */
  async ask({ analysis, schedule = '', options = {} }: Question): Promise<T | null> {
    this.#running?.abort();
    const mine = (this.#running = new AbortController());
    [this.progress, this.problem, this.stopped] = [{}, null, false];
    this.#about = subjectOf(this.#session);
    const request: AnalysisRequest = {
      scenario: this.#session.program?.scenario.id ?? '',
      variant: this.#session.program?.variant ?? null,
      bundle: this.#session.bundle,
      analysis,
      schedule,
      options,
      without: [],
    };
    try {
      const tell = (told: Told): void => void (mine.signal.aborted || (this.progress = told));
      const told = await analyse(document.baseURI, request, tell, mine.signal);
      if (mine.signal.aborted) return null;
      const result = this.#parse(told);
      [this.result, this.progress] = [result, null];
      return result;
    } catch (error) {
      if (mine.signal.aborted) return null;
      [this.progress, this.result] = [null, null];
      this.problem = error instanceof AnalysisFailed ? error.message : said(error);
      return null;
    }
  }

  /** Ends the work, on the server too. */
  stop(): void {
    this.#running?.abort();
    if (this.running) this.stopped = true;
    this.progress = null;
  }
}

function subjectOf({ program }: Session): Subject | null {
  return (
    program && {
      scenario: program.scenario.id,
      variant: program.variant,
      name: textName(program),
      hash: program.model_hash,
    }
  );
}

function differing(asked: Subject, open: Subject): string | null {
  if (asked.scenario !== open.scenario) return asked.name;
  if (asked.variant !== open.variant) return asked.variant;
  return asked.hash === open.hash ? null : 'the text before';
}

function said(error: unknown): string {
  return error instanceof TypeError
    ? 'The server cannot be reached; everything here stays as it is.'
    : `The answer of the server is not what this page expects: ${error instanceof Error ? error.message : 'unknown'}. Load the page again.`;
}

/** The run that is open, whole, as the text of a schedule. */
export function wholeRun(session: Session): string {
  return printMoves(session.path.slice(1).map(({ actor, choice }) => ({ actor: actor ?? '', choice })));
}
