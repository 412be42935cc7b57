/**
 * The tree of what was stepped, and the world at any of its nodes.
 *
 * The server sends the world once, at the root, and then for each node what it changed. A node's
 * world is the root's with the changes on the way to it laid over; so scrubbing needs no server.
 * A History is a value: `with` gives a new one and leaves the old one as it was.
 */
import type { NodeView } from './wire';
import type { World } from './values';

export type Change = 'added' | 'changed' | 'deleted';

export class History {
  readonly rootId: number;
  readonly #nodes: Map<number, NodeView>;
  readonly #children = new Map<number, number[]>();
  readonly #worlds: Map<number, World>;

  private constructor(nodes: Map<number, NodeView>, worlds: Map<number, World>, rootId: number) {
    this.rootId = rootId;
    this.#nodes = nodes;
    this.#worlds = worlds;
    for (const node of nodes.values()) {
      if (node.parent === null) continue;
      const siblings = this.#children.get(node.parent);
      if (siblings) siblings.push(node.id);
      else this.#children.set(node.parent, [node.id]);
    }
  }

  /** `nodes` has the root first and parents before children, as the server sends them. */
  static from(world: World, nodes: readonly NodeView[]): History {
    const root = nodes.find((node) => node.parent === null);
    if (!root) throw new Error('the history came without its root');
    return new History(new Map(nodes.map((node) => [node.id, node])), new Map([[root.id, world]]), root.id);
  }

  with(nodes: readonly NodeView[]): History {
    const fresh = nodes.filter((node) => !this.#nodes.has(node.id));
    if (fresh.length === 0) return this;
    const all = new Map(this.#nodes);
    for (const node of fresh) all.set(node.id, node);
    return new History(all, this.#worlds, this.rootId);
  }

  has(id: number): boolean {
    return this.#nodes.has(id);
  }

  node(id: number): NodeView {
    const node = this.#nodes.get(id);
    if (!node) throw new Error(`the history has no node ${id}`);
    return node;
  }

  get size(): number {
    return this.#nodes.size;
  }

  children(id: number): readonly number[] {
    return this.#children.get(id) ?? [];
  }

  /** Nodes that nothing was stepped from, in the order in which they came. */
  leaves(): number[] {
    return [...this.#nodes.keys()].filter((id) => this.children(id).length === 0);
  }

  /** The end of the branch that was stepped last from a node. */
  leafBelow(id: number): number {
    let leaf = id;
    for (let next = this.children(leaf).at(-1); next !== undefined; next = this.children(leaf).at(-1))
      leaf = next;
    return leaf;
  }

  /** From the root to the node, both included: index i is step number i. */
  path(id: number): NodeView[] {
    const path: NodeView[] = [];
    for (let at: number | null = id; at !== null; at = this.node(at).parent) path.push(this.node(at));
    return path.reverse();
  }

  /** Whether `ancestor` lies on the way from the root to `id` (a node lies on the way to itself). */
  leadsTo(ancestor: number, id: number): boolean {
    const depth = this.node(ancestor).number;
    let at = this.node(id);
    while (at.number > depth && at.parent !== null) at = this.node(at.parent);
    return at.id === ancestor;
  }

  /** The world at a node. Worlds are kept once made: a node's world never changes. */
  world(id: number): World {
    const missing: NodeView[] = [];
    let at = id;
    let world = this.#worlds.get(at);
    while (!world) {
      const node = this.node(at);
      if (node.parent === null) throw new Error('the root has no world');
      missing.push(node);
      at = node.parent;
      world = this.#worlds.get(at);
    }
    for (const node of missing.reverse()) {
      world = { ...world, ...node.delta };
      this.#worlds.set(node.id, world);
    }
    return world;
  }

  /** What the step to this node changed, from the two worlds and never from what the step says of itself. */
  changes(id: number): ReadonlyMap<string, Change> {
    const { parent } = this.node(id);
    return parent === null ? new Map() : compare(this.world(parent), this.world(id));
  }
}

/** Which keys differ between two worlds. An object that came to life is added, one that was freed is deleted. */
export function compare(before: World, after: World): Map<string, Change> {
  const changes = new Map<string, Change>();
  for (const key of Object.keys(after)) {
    if (!(key in before)) changes.set(key, 'added');
    else if (!same(before[key], after[key])) changes.set(key, kindOf(key, after[key]));
  }
  for (const key of Object.keys(before)) if (!(key in after)) changes.set(key, 'deleted');
  return changes;
}

function kindOf(key: string, value: unknown): Change {
  if (!key.startsWith('object:')) return 'changed';
  return value === 'live' ? 'added' : value === 'freed' ? 'deleted' : 'changed';
}

/** Equality of JSON values; key order does not count. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
    );
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => key in right && same(left[key], right[key]))
  );
}
