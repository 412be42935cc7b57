/** What belongs to the page and not to the run: theme, keys, what is shown on a narrow screen. */
import { MediaQuery } from 'svelte/reactivity';
import { recall, remember } from './storage';

export type Theme = 'system' | 'light' | 'dark';
export type HelpPart = 'keys' | 'glossary' | 'dialect' | 'authors-guide';
export type View = 'code' | 'world' | 'log';

const THEMES: Theme[] = ['system', 'light', 'dark'];

export class Page {
  theme = $state<Theme>('system');
  keysOn = $state(true);
  view = $state<View>('code');
  help = $state(false);
  helpPart = $state<HelpPart>('keys');
  /** Of that part: a term of the glossary, or a heading of a document. */
  helpAnchor = $state<string | null>(null);
  /** The home page, with all scenarios, is open. */
  list = $state(false);
  /** Id of the tool that is open (see `tools`). */
  tool = $state<string | null>(null);
  /** A short word of success, such as "Link copied". */
  toast = $state<string | null>(null);
  readonly #tall = new MediaQuery('min-height: 900px', true);
  readonly #roomy = new MediaQuery('min-height: 1100px', true);
  readonly #wide = new MediaQuery('min-width: 900px', true);

  constructor() {
    const theme = recall('theme');
    if (theme === 'light' || theme === 'dark') this.theme = theme;
    this.keysOn = recall('keys') !== 'off';
    this.#paint();
  }

  /** Room enough in height to open at once what could stay folded. */
  get tall(): boolean {
    return this.#tall.current;
  }

  /** Room enough in height for the source of every actor, whether or not it can move. */
  get roomy(): boolean {
    return this.#roomy.current;
  }

  get narrow(): boolean {
    return !this.#wide.current;
  }

  nextTheme(): void {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? 'system';
    remember('theme', this.theme);
    this.#paint();
  }

  showHelp(part: HelpPart, anchor: string | null = null): void {
    this.helpPart = part;
    this.helpAnchor = anchor;
    this.help = true;
  }

  closeHelp(): void {
    this.help = false;
    this.helpPart = 'keys';
    this.helpAnchor = null;
  }

  setKeys(on: boolean): void {
    this.keysOn = on;
    remember('keys', on ? 'on' : 'off');
  }

  /** Whether the text is on the clipboard is said in a short word. */
  async copy(text: string, done = 'Link copied', instead = 'The address bar holds the link'): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.say(done);
    } catch {
      this.say(instead);
    }
  }

  /** A short word in the header, for a moment. */
  say(text: string): void {
    this.toast = text;
    setTimeout(() => (this.toast = null), 2500);
  }

  #paint(): void {
    document.documentElement.dataset.theme = this.theme;
  }
}
