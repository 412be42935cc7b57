/**
 * CodeMirror, with one state for each file: each keeps its own undo, selection and place.
 *
 * It stands in a shadow tree: there its styles are style sheets made by script, which the page's policy allows.
 */
import { acceptCompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Text, type Extension } from '@codemirror/state';
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Name } from '../../lib/names';
import type { DiagnosticView } from '../../lib/wire';
import { changeSigns, changesShown, firstChange } from './changes';
import { completion } from './completion';
import { dialect } from './dialect';
import { theme } from './theme';

export interface Heard {
  changed: (path: string, text: string) => void;
  run: () => void;
  names: () => readonly Name[];
}

export interface Shown {
  path: string;
  text: string;
  original: string;
}

const TAB = 4;
const LEAVING_MS = 2_000;

export class Pane {
  readonly #view: EditorView;
  readonly #heard: Heard;
  readonly #states = new Map<string, EditorState>();
  readonly #diff = new Compartment();
  #path = '';
  #original = '';
  #withChanges = false;

  constructor(host: HTMLElement, heard: Heard) {
    this.#heard = heard;
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    this.#view = new EditorView({ parent: root, root });
  }

  /** Shows a file; one that was changed elsewhere (reverted, say) gets the new text as an edit that can be undone. */
  show({ path, text, original }: Shown): void {
    if (path !== this.#path) {
      if (this.#path) this.#states.set(this.#path, this.#view.state);
      this.#path = path;
      this.#original = original;
      this.#view.setState(this.#states.get(path) ?? this.#stateOf(path, text, original));
      this.#showDiff();
    }
    const { state } = this.#view;
    if (state.doc.toString() !== text) {
      this.#view.dispatch({ changes: { from: 0, to: state.doc.length, insert: textOf(text) } });
    }
  }

  /** Those of the shown file. */
  diagnose(found: readonly DiagnosticView[]): void {
    const { state } = this.#view;
    const own = found.filter((one) => one.place?.file === this.#path);
    this.#view.dispatch(
      setDiagnostics(
        state,
        own.map((one) => diagnosticOf(one, state.doc)),
      ),
    );
  }

  showChanges(on: boolean): void {
    this.#withChanges = on;
    this.#showDiff();
  }

  goTo(line: number, column: number, focus: boolean): void {
    const { doc } = this.#view.state;
    const at = offset(doc, line, column);
    if (!focus) {
      this.#view.dispatch({ selection: { anchor: at } });
      this.#centerCursor();
      return;
    }
    this.#view.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: 'center' }),
    });
    this.#view.focus();
  }

  /**
   * Scrolls the text alone, never what it stands in: nobody asked for the place.
   * Until the view measures, somebody may have typed or chosen another file.
   */
  #centerCursor(): void {
    const path = this.#path;
    this.#view.requestMeasure({
      read: (view) => (path === this.#path ? view.lineBlockAt(view.state.selection.main.head) : null),
      write: (line, { scrollDOM }) => {
        if (line) scrollDOM.scrollTop = line.top - (scrollDOM.clientHeight - line.height) / 2;
      },
    });
  }

  goToFirstChange(focus: boolean): void {
    const { doc } = this.#view.state;
    const at = firstChange(this.#original, doc);
    if (at !== null) this.goTo(doc.lineAt(Math.min(at, doc.length)).number, 1, focus);
  }

  /** For a moment, also where Escape has closed a list or a panel. */
  letTabLeave(): void {
    this.#view.setTabFocusMode(LEAVING_MS);
  }

  destroy(): void {
    this.#view.destroy();
  }

  #showDiff(): void {
    const content = this.#withChanges ? changesShown(this.#original) : [];
    this.#view.dispatch({ effects: this.#diff.reconfigure(content) });
  }

  #stateOf(path: string, text: string, original: string): EditorState {
    const said: Extension = EditorView.contentAttributes.of({
      'aria-label': `Text of ${path}. Escape, then Tab, leaves it`,
      tabindex: '0',
      spellcheck: 'false',
      autocapitalize: 'off',
    });
    return EditorState.create({
      doc: textOf(text),
      extensions: [
        lineNumbers(),
        changeSigns(original),
        lintGutter(),
        history(),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        completion(this.#heard.names),
        dialect,
        theme,
        said,
        this.#diff.of([]),
        EditorState.tabSize.of(TAB),
        indentUnit.of('\t'),
        keymap.of([
          { key: 'Mod-Enter', run: () => (this.#heard.run(), true) },
          { key: 'Tab', run: acceptCompletion },
          ...completionKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...lintKeymap,
          ...defaultKeymap,
          indentWithTab,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.#heard.changed(path, update.state.doc.toString());
        }),
      ],
    });
  }
}

function diagnosticOf({ place, severity, message, hint }: DiagnosticView, doc: Text): Diagnostic {
  const from = place ? offset(doc, place.line, place.column) : 0;
  const to = place ? offset(doc, place.end_line, place.end_column) : 0;
  return { from, to: Math.max(from, to), severity, message: hint ? `${message}\n${hint}` : message };
}

/** Lines and columns from 1; columns are letters, which may be two units of a string each. */
function offset(doc: Text, line: number, column: number): number {
  const { from, text } = doc.line(Math.max(1, Math.min(line, doc.lines)));
  return from + [...text].slice(0, column - 1).join('').length;
}

function textOf(text: string): Text {
  return Text.of(text.split('\n'));
}
