/**
 * A text being edited: the files of a version, what was changed in them, and where that is kept.
 *
 * Every change is written to the browser's storage a moment later, and at once when the page is left. It is written
 * only over what was read: when another tab has saved the same text meanwhile, this one becomes a text of its own.
 */
import { Checking } from './checking.svelte';
import { sourcesOf } from './compiling';
import { allMine, bundleOf, eraseMine, loadMine, newMine, saveMine, type Kept, type Mine } from './mine';
import { namesIn, type Name } from './names';
import { sameText } from './oneFile';
import type { Bundle, SourceEdit, SourceView, WordView } from './wire';

export interface EditedFile {
  path: string;
  /** The text that it is compared with; empty for a file that was not there. */
  original: string;
  /** Nothing is shipped under this path. */
  own: boolean;
  /** What the version replaces in it when it runs. */
  edits: SourceEdit[];
}

/** What is to be edited. */
export interface About {
  scenario: string;
  /** Whether Racewalk ships a scenario of this name. */
  shipped: boolean;
  variant: string | null;
  /** The text on the screen; null: the shipped one. */
  bundle: Bundle | null;
  /** A kept text that was asked for. */
  mine: Mine | null;
}

const SAVE_MS = 300;

export class Editing {
  files = $state.raw<EditedFile[]>([]);
  texts = $state.raw<Record<string, string>>({});
  current = $state('');
  variant = $state<string | null>(null);
  problem = $state<string | null>(null);
  /** Null: nothing to keep yet. */
  kept = $state<Kept | null>(null);
  /** Another tab had it, so it became another text. */
  parted = $state(false);
  mine = $state.raw<Mine | null>(null);
  readonly checking: Checking;

  readonly #base: string;
  readonly #about: About;
  /** Of a text of one's own: what it is compared with. */
  readonly #original: Bundle | null;
  #words: Name[] = [];
  #names: { of: Record<string, string>; all: Name[] } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dirty = false;

  constructor(base: string, about: About) {
    this.#base = base;
    this.#about = about;
    this.checking = new Checking(base);
    this.mine = about.mine ?? keptFor(about);
    this.variant = about.variant ?? this.mine?.variant ?? null;
    const own = this.mine?.original ? { files: this.mine.original } : null;
    this.#original = about.shipped ? null : (own ?? about.bundle);
    this.kept = this.mine ? 'kept' : null;
  }

  get scenario(): string {
    return this.#about.scenario;
  }

  get shipped(): boolean {
    return this.#about.shipped;
  }

  /** The scenario first, its own files, and those of the library that were changed; what a session is given. */
  readonly bundle: Bundle = $derived({
    files: this.files
      .filter((file, i) => i === 0 || file.own || this.isChanged(file))
      .map(({ path }) => ({ path, text: this.texts[path] ?? '' })),
  });

  readonly changed: EditedFile[] = $derived(this.files.filter((file) => this.isChanged(file)));

  /** What a session is opened with: null where it is the shipped text after all. */
  get runs(): Bundle | null {
    return this.shipped && this.changed.length === 0 ? null : this.bundle;
  }

  get file(): EditedFile | undefined {
    return this.files.find((file) => file.path === this.current);
  }

  /** What the proof of an edit compares with; null: the shipped text. */
  get original(): Bundle | null {
    return this.#original;
  }

  isChanged({ path, original }: EditedFile): boolean {
    return (this.texts[path] ?? '') !== original;
  }

  // -- verbs ------------------------------------------------------------------------------------

  /** Fetches the files of a version. What is edited already stays. */
  async load(variant: string | null, show: string | null = null): Promise<void> {
    const known = this.files.length > 0 ? this.bundle : this.#begin();
    try {
      const request = { scenario: this.#about.scenario, bundle: known, variant };
      const { files, words } = await sourcesOf(this.#base, request);
      this.#take(files, words);
      this.variant = variant;
      this.problem = null;
      const paths = this.files.map((file) => file.path);
      if (!paths.includes(this.current)) {
        const first = this.changed[0]?.path ?? paths[0] ?? '';
        this.current = show && paths.includes(show) ? show : first;
      }
      this.checking.later(this.bundle, variant, 0);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  type(path: string, text: string): void {
    if (this.texts[path] === text) return;
    this.texts = { ...this.texts, [path]: text };
    this.#dirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), SAVE_MS);
    this.checking.later(this.bundle, this.variant);
  }

  revert(path: string): void {
    const file = this.files.find((one) => one.path === path);
    if (file) this.type(path, file.original);
  }

  revertAll(): void {
    for (const file of this.changed) this.type(file.path, file.original);
  }

  /** Writes what was changed since the last time. */
  save(): void {
    clearTimeout(this.#timer);
    if (!this.#dirty || this.files.length === 0) return;
    this.#dirty = false;
    if (this.shipped && this.changed.length === 0) {
      this.#letGo();
      return;
    }
    const { scenario, shipped } = this.#about;
    const about = {
      name: shipped ? `${scenario}, edited` : scenario,
      scenario,
      variant: this.variant,
      files: this.bundle.files,
      original: this.#original?.files ?? null,
    };
    const next = this.mine
      ? { ...this.mine, variant: about.variant, files: about.files, original: about.original }
      : newMine(about);
    this.kept = saveMine(next);
    if (this.kept === 'elsewhere') {
      const other = newMine({ ...about, name: `${next.name} (another tab)` });
      this.kept = saveMine(other);
      this.parted = true;
      this.mine = other;
    } else {
      this.mine = next;
    }
  }

  close(): void {
    this.save();
    this.checking.stop();
  }

  /** The names that can be typed, of the text as it is now. */
  names(): readonly Name[] {
    if (this.#names?.of !== this.texts) {
      this.#names = { of: this.texts, all: [...this.#words, ...namesIn(Object.values(this.texts))] };
    }
    return this.#names.all;
  }

  // -- small things -----------------------------------------------------------------------------

  #begin(): Bundle | null {
    return this.mine ? bundleOf(this.mine) : this.#about.bundle;
  }

  #take(sources: readonly SourceView[], words: readonly WordView[]): void {
    const texts = { ...this.texts };
    this.files = sources.map(({ path, text, origin, shipped, edits }) => {
      texts[path] ??= text;
      const own = origin === 'own';
      const before = own ? this.#original?.files.find((file) => file.path === path)?.text : (shipped ?? text);
      return { path, original: before ?? '', own, edits };
    });
    this.texts = texts;
    this.#words = words.map(({ name, takes }) => ({ name, kind: 'function', detail: `(${takes})` }));
  }

  /** An edit that was taken back wholly is not kept. */
  #letGo(): void {
    if (this.mine && loadMine(this.mine.id)?.revision === this.mine.revision) eraseMine(this.mine.id);
    this.mine = null;
    this.kept = null;
  }
}

/** The kept text that goes on with what is on the screen. */
function keptFor({ scenario, shipped, bundle }: About): Mine | null {
  const own = allMine().filter((mine) => mine.scenario === scenario && (mine.original === null) === shipped);
  return (bundle ? own.find((mine) => sameText(bundleOf(mine), bundle)) : own[0]) ?? null;
}
