/**
 * The moves in a schedule text, for finding the node of the tree that it leads to.
 *
 * The text belongs to the server, which writes it and checks it; here it is only matched with nodes,
 * so the two-letter checks are skipped over. `1.a6KQb12XRc-2AA` is six moves of a, twelve of b, and one
 * of c with choice 2.
 */
import type { History } from './history';

export interface Move {
  actor: string;
  choice: number | null;
}

const RUN = /([a-z])(?:-(\d{1,9})|([1-9]\d{0,8}))(?:[A-Z]{2})?/y;
const MOST_MOVES = 20_000;

/** Null for a text that does not read. */
export function movesOf(schedule: string): Move[] | null {
  if (schedule === '') return [];
  if (!schedule.startsWith('1.')) return null;
  const moves: Move[] = [];
  RUN.lastIndex = 2;
  while (RUN.lastIndex < schedule.length) {
    const run = RUN.exec(schedule);
    if (!run?.[1]) return null;
    const choice = run[2] === undefined ? null : Number(run[2]);
    const count = run[3] === undefined ? 1 : Number(run[3]);
    if (moves.length + count > MOST_MOVES) return null;
    for (let i = 0; i < count; i++) moves.push({ actor: run[1], choice });
  }
  return moves;
}

/** The text of some moves, without checks: the server reads it as the text of a schedule. */
export function printMoves(moves: readonly Move[]): string {
  let text = '1.';
  let count = 0;
  moves.forEach((move, index) => {
    if (move.choice !== null) {
      text += `${move.actor}-${move.choice}`;
      return;
    }
    count += 1;
    const next = moves[index + 1];
    if (next?.actor === move.actor && next.choice === null) return;
    text += `${move.actor}${count}`;
    count = 0;
  });
  return moves.length === 0 ? '' : text;
}

/** The node that the schedule leads to, or the last one on its way that the tree has. */
export function follow(history: History, schedule: string): { node: number; complete: boolean } {
  let node = history.rootId;
  for (const move of movesOf(schedule) ?? []) {
    const next = history
      .children(node)
      .find((id) => history.node(id).actor === move.actor && history.node(id).choice === move.choice);
    if (next === undefined) return { node, complete: false };
    node = next;
  }
  return { node, complete: true };
}
