/**
 * The address bar: it always holds the link to what is on the screen, and what is put into it is opened.
 *
 * Steps replace the address, so that Back leads to the scenario before and not to the step before.
 */
import { startingScenario, startingVariant, type Catalog } from './catalog.svelte';
import { decodeLink, encodeLink, unpackBundle, type Link } from './link';
import type { Page, View } from './page.svelte';
import type { Session } from './session.svelte';

const DEBOUNCE_MS = 150;
const VIEWS: readonly string[] = ['code', 'world', 'log'];

export class Address {
  /** The model hash that the opened link was made with, to notice that the model has changed since. */
  linkedHash = $state<string | null>(null);
  readonly #session: Session;
  readonly #page: Page;
  #packed: string | null = null;
  /** The fragment as it was last read or written here: only another one is news. */
  #known = '';
  /** Text of a link that could not be read. */
  problem = $state<string | null>(null);

  constructor(session: Session, page: Page) {
    this.#session = session;
    this.#page = page;
  }

  /** Opens what the address says, else the first scenario. */
  async start(catalog: Catalog): Promise<void> {
    const link = decodeLink(location.hash);
    if (link) return this.#open(link);
    if (location.hash.startsWith('#v')) this.problem = 'The link in the address bar cannot be read.';
    const first = startingScenario(catalog.scenarios);
    if (first) this.choose(first.id, startingVariant(first), 'replace');
  }

  /** Another scenario: the browser's Back leads to the one before. */
  choose(scenario: string, variant: string | null, how: 'push' | 'replace' = 'push'): void {
    const link: Link = {
      scenario,
      variant,
      schedule: '',
      cursor: null,
      modelHash: null,
      view: null,
      bundle: null,
    };
    if (how === 'push') this.#write(`#${encodeLink(link)}`, 'pushState');
    void this.#open(link);
  }

  /** Copies the link to exactly what is on the screen. */
  share(): Promise<void> {
    const fragment = this.#fragment();
    if (fragment) this.#write(fragment, 'replaceState');
    return this.#page.copy(location.href);
  }

  /** Keeps the address bar current; call it where effects may run. */
  keep(): void {
    $effect(() => {
      const fragment = this.#fragment();
      if (!fragment) return;
      const timer = setTimeout(() => {
        if (location.hash !== fragment) this.#write(fragment, 'replaceState');
      }, DEBOUNCE_MS);
      return () => clearTimeout(timer);
    });
    $effect(() => {
      const follow = () => {
        const link = decodeLink(location.hash);
        if (link && location.hash !== this.#known) void this.#open(link);
      };
      window.addEventListener('hashchange', follow);
      return () => window.removeEventListener('hashchange', follow);
    });
  }

  #fragment(): string | null {
    const link = this.#session.link;
    if (!link) return null;
    const view = this.#page.narrow && this.#page.view !== 'code' ? this.#page.view : null;
    return `#${encodeLink({ ...link, view, bundle: this.#packed })}`;
  }

  #write(fragment: string, how: 'pushState' | 'replaceState'): void {
    this.#known = fragment;
    history[how](null, '', fragment);
  }

  async #open(link: Link): Promise<void> {
    this.#known = location.hash;
    this.#packed = link.bundle;
    this.linkedHash = link.modelHash;
    this.problem = null;
    if (link.view && VIEWS.includes(link.view)) this.#page.view = link.view as View;
    try {
      const bundle = link.bundle ? await unpackBundle(link.bundle) : null;
      const { scenario, variant, schedule, cursor } = link;
      this.#session.open({ scenario, variant, schedule, cursor, bundle });
    } catch (error) {
      this.problem = `The text in the link cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    }
  }
}
