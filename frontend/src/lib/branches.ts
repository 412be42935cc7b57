/**
 * The tree of what was tried, as branches: the oldest is the trunk, each other leaves one before it.
 */
import type { Named } from './branchNames';
import type { History } from './history';
import { follow } from './schedule';
import type { NodeView } from './wire';

export interface Branch {
  leaf: number;
  /** The last step that it has in common with the branch that it leaves; the root for the trunk. */
  fork: NodeView;
  /** How deep it stands in the tree: 0 for the trunk. */
  depth: number;
  /** The steps after the fork. */
  own: NodeView[];
  steps: number;
  /** Kinds of what goes wrong on the whole of it, each once. */
  findings: string[];
  named: Named | null;
}

/** `hidden` are leaves to leave out. A branch stands below the one that it leaves. */
export function branchesOf(history: History, names: readonly Named[], hidden: ReadonlySet<number>): Branch[] {
  const given = namesByLeaf(history, names);
  const branches: Branch[] = [];
  const visit = (root: number, fork: NodeView, depth: number): void => {
    // The trunk of a subtree follows the oldest child; what leaves it is visited below it, deepest fork last.
    const spine: number[] = [];
    for (let at: number | undefined = root; at !== undefined; at = history.children(at)[0]) spine.push(at);
    const leaf = spine.at(-1) ?? root;
    const path = history.path(leaf);
    const shown = !hidden.has(leaf) && path.length > 1;
    if (shown) {
      branches.push({
        leaf,
        fork,
        depth,
        own: path.slice(fork.number + 1),
        steps: path.length - 1,
        findings: kindsOn(path),
        named: given.get(leaf) ?? null,
      });
    }
    for (const id of spine) {
      for (const child of history.children(id).slice(1))
        visit(child, history.node(id), depth + (shown ? 1 : 0));
    }
  };
  visit(history.rootId, history.node(history.rootId), 0);
  return branches;
}

/** Names whose schedules lead nowhere in this tree: the text has changed since. */
export function namesWithoutBranch(history: History, names: readonly Named[]): Named[] {
  return names.filter(({ schedule }) => !follow(history, schedule).complete);
}

/** A branch that was stepped on keeps its name; where it split, the oldest one does. */
export function namesByLeaf(history: History, names: readonly Named[]): Map<number, Named> {
  const given = new Map<number, Named>();
  for (const named of names) {
    const { node, complete } = follow(history, named.schedule);
    if (!complete) continue;
    let leaf = node;
    for (let next: number | undefined = node; next !== undefined; next = history.children(next)[0])
      leaf = next;
    if (!given.has(leaf) || leaf === node) given.set(leaf, named);
  }
  return given;
}

function kindsOn(path: readonly NodeView[]): string[] {
  return [
    ...new Set(
      path.flatMap((node) => node.findings.filter((f) => !f.warning).map((finding) => finding.kind)),
    ),
  ];
}
