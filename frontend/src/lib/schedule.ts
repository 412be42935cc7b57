/**
 * The moves in a schedule text, for finding the node of the tree that it leads to.
 *
 * The text belongs to the server, which writes it and checks it; here it is only matched with nodes,
 * so the two-letter checks are skipped over. `1.a6KQb12XRc-2AA` is six moves of a, twelve of b, and one
 * of c with choice 2. In a link the text is `2.aKQRCc-2AA`: a check of its own for every step, from the
 * program that the server has sent.
 */
import type { History } from './history';
import type { NodeView, ProgramView } from './wire';

export interface Move {
  actor: string;
  choice: number | null;
}

export interface CheckedMove extends Move {
  /** Two letters for the label of the step; null for a step that is not known. */
  check: string | null;
}

const RUN = /([a-z])(?:-(\d{1,9})|([1-9]\d{0,8}))(?:[A-Z]{2})?/y;
const LABELLED_RUN = /([a-z])(?:(?:-(\d{1,9})|([1-9]\d{0,8}))(?:[A-Z]{2})?|((?:[A-Z]{2})+))/y;
const MOST_MOVES = 20_000;
/** A longer run has one check for all the steps of an actor in a row: the link shall not grow without need. */
const MOST_CHECKED = 400;

/** Null for a text that does not read. */
export function movesOf(schedule: string): Move[] | null {
  if (schedule === '') return [];
  const pattern = schedule.startsWith('1.') ? RUN : schedule.startsWith('2.') ? LABELLED_RUN : null;
  if (!pattern) return null;
  const moves: Move[] = [];
  pattern.lastIndex = 2;
  while (pattern.lastIndex < schedule.length) {
    const run = pattern.exec(schedule);
    if (!run?.[1]) return null;
    const choice = run[2] === undefined ? null : Number(run[2]);
    const count = run[4] === undefined ? Number(run[3] ?? 1) : run[4].length / 2;
    if (moves.length + count > MOST_MOVES) return null;
    for (let i = 0; i < count; i++) moves.push({ actor: run[1], choice });
  }
  return moves;
}

/** The move that a step of the tree was; the root is none. */
export function moveOf(node: NodeView): Move {
  return { actor: node.actor ?? '', choice: node.choice };
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

/** The text of some moves for a link: a replay of it stops before the first step that is another one. */
export function printChecked(moves: readonly CheckedMove[]): string {
  const each = moves.length <= MOST_CHECKED;
  let text = '2.';
  let open: string | null = null; // the actor to whom a further check would belong
  let count = 0;
  moves.forEach(({ actor, choice, check }, index) => {
    if (choice !== null) {
      text += `${actor}-${choice}${check ?? ''}`;
      open = null;
      return;
    }
    if (each && check !== null) {
      text += open === actor ? check : `${actor}${check}`;
      open = actor;
      return;
    }
    open = null;
    count += 1;
    const next = moves[index + 1];
    if (next?.actor === actor && next.choice === null && !(each && next.check !== null)) return;
    text += `${actor}${count}${check ?? ''}`;
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

/** The text of a run with a check for every step, so that a link notices the first one that is another. */
export function checkedSchedule(program: ProgramView, path: readonly NodeView[]): string {
  const steps = new Map(program.actors.map((actor) => [actor.letter, actor.steps]));
  return printChecked(
    path.slice(1).map(({ actor, choice, step }) => ({
      actor: actor ?? '',
      choice,
      check: steps.get(actor ?? '')?.[step ?? -1]?.check ?? null,
    })),
  );
}
