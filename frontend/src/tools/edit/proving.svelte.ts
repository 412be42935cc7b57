/** "Check my fix": the text before and after the edit, both proved by the server, with progress and an end at any time. */
import { analyse, AnalysisFailed } from '../../lib/analysis';
import type { Editing } from '../../lib/editing.svelte';
import type { Bundle } from '../../lib/wire';
import { proofIn, progressOf, type Proof } from './fix';

export interface Proved {
  proof: Proof;
  /** The text that was proved, and the version: later changes are not in it. */
  bundle: Bundle;
  variant: string | null;
}

export class Proving {
  running = $state(false);
  progress = $state('');
  problem = $state<string | null>(null);
  done = $state.raw<Proved | null>(null);
  #control: AbortController | null = null;

  async start(base: string, editing: Editing): Promise<void> {
    const control = (this.#control = new AbortController());
    [this.running, this.progress, this.problem, this.done] = [true, '', null, null];
    const { bundle, scenario, original } = editing;
    const variant = editing.checking.variant;
    const options: Record<string, unknown> = original
      ? { original: Object.fromEntries(original.files.map(({ path, text }) => [path, text])) }
      : {};
    try {
      const request = {
        analysis: 'prove-both',
        scenario,
        bundle,
        variant,
        schedule: '',
        without: [],
        options,
      };
      const result = await analyse(
        base,
        request as Parameters<typeof analyse>[1],
        (told) => (this.progress = progressOf(told)),
        control.signal,
      );
      this.done = { proof: proofIn(result), bundle, variant };
    } catch (error) {
      if (!control.signal.aborted) {
        this.problem = error instanceof AnalysisFailed ? error.message : 'The server cannot be reached.';
      }
    }
    if (this.#control === control) this.running = false;
  }

  stop(): void {
    this.#control?.abort();
    this.running = false;
  }

  dismiss(): void {
    this.done = null;
    this.problem = null;
  }
}
