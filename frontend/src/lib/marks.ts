/** What the timeline marks above its lanes: what went wrong, what the author says, and the pinned step. */
import { kindWords, stepName } from './format';
import { clusters } from './trace';
import type { NodeView } from './wire';

export type MarkKind = 'violation' | 'warning' | 'note' | 'pin';

export interface Mark {
  kind: MarkKind;
  node: NodeView;
  text: string;
}

export interface MarkGroup {
  /** The gravest of what stands here: its icon is shown, and a click goes to it. */
  chief: Mark;
  marks: [Mark, ...Mark[]];
}

const GRAVITY: MarkKind[] = ['violation', 'warning', 'pin', 'note'];
/** Of a step that is done again and again the note is told so often. */
const MOST_NOTES = 500;

export function marksOn(
  path: readonly NodeView[],
  pinned: number | null,
  notesOn: (node: NodeView) => readonly string[],
): Mark[] {
  const marks: Mark[] = [];
  let notes = 0;
  for (const node of path) {
    for (const warning of [false, true]) {
      const found = node.findings.filter((finding) => finding.warning === warning);
      if (found.length === 0) continue;
      const kinds = new Set(found.map((finding) => kindWords(finding.kind)));
      const text = `${[...kinds].join(', ')} at ${stepName(node.number)}`;
      marks.push({ kind: warning ? 'warning' : 'violation', node, text });
    }
    if (node.id === pinned) marks.push({ kind: 'pin', node, text: `Compared from ${stepName(node.number)}` });
    const says = notes < MOST_NOTES ? notesOn(node) : [];
    notes += says.length;
    for (const say of says)
      marks.push({ kind: 'note', node, text: `Note on ${stepName(node.number)}: ${say}` });
  }
  return marks;
}

export function groupsOf(marks: readonly Mark[], at: (mark: Mark) => number, room: number): MarkGroup[] {
  return clusters(marks, at, room).map((group) => ({
    marks: group,
    chief: group.reduce((a, b) => (GRAVITY.indexOf(b.kind) < GRAVITY.indexOf(a.kind) ? b : a)),
  }));
}
