/** What guides a reader: the levels of the questions, the tour, and the words of the glossary. */
import { glossaryOf } from './glossary';
import type { Guide as GuideView, GlossaryTerm, Level, Tour } from './wire';

export class Guide {
  levels = $state.raw<readonly Level[]>([]);
  tour = $state.raw<Tour | null>(null);
  terms = $state.raw<readonly GlossaryTerm[]>([]);
  /** Whether the server was heard: before that nobody knows what there is. */
  asked = $state(false);
  readonly glossary = $derived(glossaryOf(this.terms));

  /** Done when the server was heard. */
  loading: Promise<void> = Promise.resolve();

  load(base: string): Promise<void> {
    this.loading = this.#load(base);
    return this.loading;
  }

  /** Without a guide the page does all the same; so a failure is not told. */
  async #load(base: string): Promise<void> {
    try {
      const response = await fetch(new URL('api/guide', base));
      if (!response.ok) return;
      const { levels, tour, terms } = (await response.json()) as Partial<GuideView>;
      this.levels = levels ?? [];
      this.tour = tour ?? null;
      this.terms = terms ?? [];
    } catch {
      // see above
    } finally {
      this.asked = true;
    }
  }
}
