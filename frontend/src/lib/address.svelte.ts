/**
 * The address bar: it always holds the link to what is on the screen, and what is put into it is opened.
 *
 * Steps replace the address, so that Back leads to the scenario or variant before and not to the step before.
 */
import { untrack } from 'svelte';
import { amended, unreadable } from './amend';
import { AnalysisFailed } from './analysis';
import { OURS } from './arrival';
import { Budget } from './budget';
import { carriedText, packText } from './carried';
import { startingScenario, startingVariant, type Catalog } from './catalog.svelte';
import { decodeLink, encodeLink, type Link } from './link';
import { printView, readView } from './linkView';
import type { Page } from './page.svelte';
import type { Request } from './request';
import type { Session } from './session.svelte';
import { lengthen, MOST_CHARS, shortId } from './shortLink';
import type { Bundle } from './wire';

const DEBOUNCE_MS = 150;

/** Scenario and version: while another one is about to be opened, the address is ahead of the screen. */
function textIn(fragment: string): string {
  return fragment.split('~', 3).join();
}

export class Address {
  /** The link that was opened, for noticing that the model has changed since. */
  #linked = $state.raw<Link | null>(null);
  /** It was in the address bar, and not made here for what was chosen on the page. */
  #given = false;
  /** How often the session had been opened before: until it is once more, it shows something else. */
  #openings = 0;
  #catalog: Catalog | null = null;
  readonly #session: Session;
  readonly #page: Page;
  /** Texts as links carry them; which one is open, the session knows. */
  readonly #packs = new WeakMap<Bundle, string>();
  /** The fragment as it was last read or written here: only another one is news. */
  #known = '';
  /** A browser refuses more than 100 in 30 seconds. */
  readonly #writes = new Budget(30, 500);
  /** The address that is about to be written. */
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** What the opened link asked for and did not get. */
  problem = $state<string | null>(null);
  /** How often something was opened from here: what was begun before is about something else. */
  opened = $state(0);
  /** How long the link was that was copied last, if some programs would cut it. */
  copiedLong = $state<number | null>(null);

  constructor(session: Session, page: Page) {
    this.#session = session;
    this.#page = page;
  }

  /** Opens what the address says, else the first scenario. */
  async start(catalog: Catalog): Promise<void> {
    this.#catalog = catalog;
    return this.#arrive();
  }

  /** Whether the model is another one than when the link to this variant was made. */
  get modelChanged(): boolean {
    const { program } = this.#session;
    const link = this.#linked;
    if (!program || this.#session.openings <= this.#openings) return false;
    if (!link?.modelHash || link.scenario !== program.scenario.id) return false;
    return (link.variant ?? program.variant) === program.variant && link.modelHash !== program.model_hash;
  }

  /** The link was made with this very model; so a check that does not fit was altered on the way. */
  get modelIsTheSame(): boolean {
    const { program } = this.#session;
    return !!program && this.#linked?.modelHash === program.model_hash;
  }

  /** The link that was opened brought its own text. */
  get carriesText(): boolean {
    return (this.#linked?.bundle ?? null) !== null && this.#given;
  }

  /** The link to exactly what is on the screen. */
  get url(): string {
    return new URL(this.#fragment() ?? '#', location.href).href;
  }

  get tooLong(): boolean {
    return this.url.length > MOST_CHARS;
  }

  dismissChange(): void {
    this.#linked = null;
  }

  /** Opens what the address asks for; what it asks for in vain is said, and the default is shown. */
  async #arrive(): Promise<void> {
    const scenarios = this.#catalog?.scenarios ?? [];
    const gone = await this.#followShort();
    const link = decodeLink(location.hash);
    if (!link) {
      const first = startingScenario(scenarios);
      if (!first) return;
      const problem = gone ? `${gone} Shown is ${first.id}.` : unreadable(location.hash, first);
      this.choose(first.id, startingVariant(first), 'replace');
      this.problem = problem;
      return;
    }
    // Without the list nobody knows what there is; then the server says it.
    const { link: possible, problem } =
      scenarios.length > 0 ? amended(link, scenarios) : { link, problem: null };
    await this.#open(possible, true);
    this.problem ??= problem;
  }

  /** Puts the long link in the place of a short one. What stands in the way is told. */
  async #followShort(): Promise<string | null> {
    const id = shortId(location.hash);
    if (id === null) return null;
    try {
      this.#write(`#${await lengthen(document.baseURI, id)}`, 'replaceState');
      return null;
    } catch (error) {
      return error instanceof AnalysisFailed
        ? [error.message, error.problem.hint].filter(Boolean).join(' ')
        : 'The server could not be asked for the short link.';
    }
  }

  /** Another variant of the same run: Back leads to the one before. */
  chooseVariant(variant: string): void {
    const { link, program } = this.#session;
    if (!link || variant === program?.variant) return;
    const fragment = encodeLink({ ...link, variant, modelHash: null, view: null, bundle: this.#packed });
    this.#write(`#${fragment}`, 'pushState');
    this.problem = null;
    this.#session.setVariant(variant);
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

  /** An edited text, or with null the shipped one, and a run that it follows as far as it can. */
  async chooseText(run: Omit<Request, 'bundle'>, bundle: Bundle | null): Promise<void> {
    const packed = bundle ? await this.#pack(run.scenario, bundle) : null;
    const link: Link = { ...run, modelHash: null, view: null, bundle: packed };
    this.#write(`#${encodeLink(link)}`, 'pushState');
    await this.#open(link);
  }

  /** Copies the link to exactly what is on the screen. */
  share(): Promise<void> {
    const fragment = this.#fragment();
    if (fragment) this.#write(fragment, 'replaceState');
    this.copiedLong = location.href.length > MOST_CHARS ? location.href.length : null;
    return this.#page.copy(location.href);
  }

  /** Keeps the address bar current; call it where effects may run. */
  keep(): void {
    $effect(() => {
      const fragment = this.#fragment();
      if (!fragment) return;
      const write = () => location.hash !== fragment && this.#write(fragment, 'replaceState');
      // Steps are there at once, for who reloads right after one; of very many in a row only the last.
      if (textIn(fragment) === textIn(this.#known) && this.#writes.take(performance.now())) write();
      else this.#waiting = setTimeout(write, DEBOUNCE_MS);
      return () => clearTimeout(this.#waiting);
    });
    $effect(() => {
      const follow = () => {
        if (location.hash.length <= 1 || location.hash === this.#known) return;
        clearTimeout(this.#waiting);
        if (!this.#returned()) void this.#arrive();
      };
      window.addEventListener('hashchange', follow);
      return () => window.removeEventListener('hashchange', follow);
    });
  }

  /** The text that is open, packed; null: a shipped one. */
  get #packed(): string | null {
    const { bundle } = this.#session;
    return bundle && (this.#packs.get(bundle) ?? null);
  }

  #pack(scenario: string, bundle: Bundle): Promise<string> {
    return packText(document.baseURI, scenario, bundle, this.#catalog?.find(scenario) !== undefined);
  }

  #fragment(): string | null {
    const link = this.#session.link;
    if (!link) return null;
    const { narrow, view: zone, tool } = this.#page;
    const view = printView(narrow ? zone : 'code', tool);
    return `#${encodeLink({ ...link, view, bundle: this.#packed })}`;
  }

  /** Back or forward to another variant of what is shown: the run stays, with all its branches. */
  #returned(): boolean {
    const link = decodeLink(location.hash);
    const { program } = this.#session;
    if (history.state !== OURS || !program || !link?.variant) return false;
    if (link.scenario !== program.scenario.id || link.variant === program.variant) return false;
    if (link.bundle !== this.#packed) return false;
    this.#known = location.hash;
    this.problem = null;
    this.#session.setVariant(link.variant);
    return true;
  }

  #write(fragment: string, how: 'pushState' | 'replaceState'): void {
    clearTimeout(this.#waiting);
    const left = how === 'pushState' ? this.#fragment() : null;
    if (left) history.replaceState(OURS, '', left); // Back leads to the last step, too
    this.#known = fragment;
    history[how](OURS, '', fragment);
  }

  async #open(link: Link, given = false): Promise<void> {
    this.opened = untrack(() => this.opened) + 1;
    this.#known = location.hash;
    this.#given = given;
    this.#openings = this.#session.openings;
    this.#linked = link;
    this.problem = null;
    const view = readView(link.view);
    if (view.zone) this.#page.view = view.zone;
    if (view.tool) this.#page.tool = view.tool;
    const { scenario, variant, schedule, cursor } = link;
    try {
      const bundle = link.bundle ? await carriedText(document.baseURI, scenario, link.bundle) : null;
      if (this.#linked !== link) return; // another one was opened meanwhile
      if (bundle && link.bundle) this.#packs.set(bundle, link.bundle);
      this.#session.open({ scenario, variant, schedule, cursor, bundle });
    } catch (error) {
      const why =
        error instanceof AnalysisFailed
          ? `The link carries only what was edited, and the server did not give the rest: ${error.message}`
          : 'The text that the link carries cannot be decoded.';
      const known = this.#catalog?.find(scenario) ?? startingScenario(this.#catalog?.scenarios ?? []);
      if (known) this.choose(known.id, startingVariant(known), 'replace');
      this.problem = `${why}${known ? ` Shown is ${known.id} as it is on this server.` : ''}`;
    }
  }
}
