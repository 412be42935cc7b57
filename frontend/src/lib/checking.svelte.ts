/** What the compiler says of a text that is being edited: asked when one stops typing, the answer to an older text is dropped. */
import { AnalysisFailed } from './analysis';
import { compile } from './compiling';
import type { Bundle, Compiled } from './wire';

const QUIET_MS = 500;
const PAUSE_MS = 15_000; // after the server had enough

export class Checking {
  answer = $state.raw<Compiled | null>(null);
  busy = $state(false);
  /** Why there is no answer. */
  problem = $state<string | null>(null);
  /** The one that was compiled: what was asked for, or the first where the text has it no more. */
  variant = $state<string | null>(null);

  readonly #base: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | null = null;

  constructor(base: string) {
    this.#base = base;
  }

  get ok(): boolean {
    return this.answer?.ok ?? false;
  }

  /** Soon, unless there is another text before. */
  later(bundle: Bundle, variant: string | null, wait = QUIET_MS): void {
    this.stop();
    this.busy = true;
    this.#timer = setTimeout(() => void this.now(bundle, variant), wait);
  }

  /** Whether it compiles; false too where that could not be found out, or another text came meanwhile. */
  async now(bundle: Bundle, variant: string | null): Promise<boolean> {
    this.stop();
    const mine = (this.#running = new AbortController());
    this.busy = true;
    try {
      let used = variant;
      let answer = await compile(this.#base, { ...bundle, variant }, mine.signal);
      if (answer.diagnostics.some((one) => one.code === 'unknown-variant')) {
        used = null;
        answer = await compile(this.#base, { ...bundle, variant: null }, mine.signal);
      }
      if (mine.signal.aborted) return false;
      [this.answer, this.variant, this.problem, this.busy] = [answer, used, null, false];
      return answer.ok;
    } catch (error) {
      if (mine.signal.aborted) return false;
      this.busy = false;
      this.problem =
        error instanceof AnalysisFailed
          ? error.message
          : 'The server cannot be reached; the text stays here.';
      if (error instanceof AnalysisFailed && error.problem.code === 'too-many') {
        this.later(bundle, variant, PAUSE_MS);
        this.busy = false;
      }
      return false;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
    this.busy = false;
  }
}
