/** The run on the screen, for another text: its moves alone, since the checks of its labels are those of this text. */
import { movesOf, printMoves } from './schedule';
import type { Request } from './request';
import type { Session } from './session.svelte';

export type Rerun = Omit<Request, 'bundle'>;

export function rerunOf({ link }: Session): Rerun | null {
  if (!link) return null;
  const { scenario, variant, schedule, cursor } = link;
  return { scenario, variant, schedule: printMoves(movesOf(schedule) ?? []), cursor };
}
