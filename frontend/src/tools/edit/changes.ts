/** What differs from the original: a sign beside each changed line, and on request the lines that were there before. */
import { Chunk, unifiedMergeView } from '@codemirror/merge';
import { RangeSet, StateField, Text, type Extension, type Range } from '@codemirror/state';
import { gutter, GutterMarker } from '@codemirror/view';

/** Two texts that differ very much are compared only roughly: a person is waiting. */
const DIFF = { scanLimit: 2_000, timeout: 200 };

class Sign extends GutterMarker {
  constructor(
    readonly sign: string,
    override readonly elementClass: string,
  ) {
    super();
  }

  override eq(other: GutterMarker): boolean {
    return other instanceof Sign && other.sign === this.sign;
  }

  override toDOM(): Node {
    return document.createTextNode(this.sign);
  }
}

const ADDED = new Sign('+', 'cm-added');
const CHANGED = new Sign('~', 'cm-altered');
const REMOVED = new Sign('−', 'cm-removed');

/** Signs beside the lines that differ. */
export function changeSigns(original: string): Extension {
  const before = textOf(original);
  const chunks = StateField.define<readonly Chunk[]>({
    create: (state) => Chunk.build(before, state.doc, DIFF),
    update: (known, change) =>
      change.docChanged ? Chunk.updateB(known, before, change.newDoc, change.changes, DIFF) : known,
  });
  const signs = gutter({
    class: 'cm-changes',
    markers: (view) => signsOf(view.state.field(chunks), view.state.doc),
    initialSpacer: () => CHANGED,
  });
  return [chunks, signs];
}

/** The lines that were there before, each place with a button that brings it back. */
export function changesShown(original: string): Extension {
  return unifiedMergeView({
    original: textOf(original),
    gutter: false,
    syntaxHighlightDeletions: true,
    diffConfig: DIFF,
    mergeControls: (kind, revert) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'Revert this';
      button.hidden = kind === 'accept';
      button.onmousedown = revert;
      button.onclick = (event) => {
        if (event.detail === 0) revert(event); // by keyboard
      };
      return button;
    },
  });
}

/** Where the first difference begins in the text of now. */
export function firstChange(original: string, doc: Text): number | null {
  return Chunk.build(textOf(original), doc, DIFF)[0]?.fromB ?? null;
}

function signsOf(chunks: readonly Chunk[], doc: Text): RangeSet<GutterMarker> {
  const found: Range<GutterMarker>[] = [];
  for (const chunk of chunks) {
    const first = doc.lineAt(Math.min(chunk.fromB, doc.length));
    if (chunk.fromB === chunk.toB) {
      found.push(REMOVED.range(first.from));
      continue;
    }
    const sign = chunk.fromA === chunk.toA ? ADDED : CHANGED;
    const last = doc.lineAt(Math.min(chunk.endB, doc.length)).number;
    for (let line = first.number; line <= last; line++) found.push(sign.range(doc.line(line).from));
  }
  return RangeSet.of(found, true);
}

function textOf(text: string): Text {
  return Text.of(text.split('\n'));
}
