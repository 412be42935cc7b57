/** What a search of all schedules is asked for, and how it stands. */
import type { History } from './history';
import { follow } from './schedule';
import type { Find, SearchDone, SearchProgress } from './wire';

/** Which schedule a search is asked for, and where it begins. */
export interface Ask {
  order: 'steps' | 'switches';
  from: Find['from'];
  /** All schedules are looked at, and the answer is a verdict; else the search ends with the first that has it. */
  prove: boolean;
  /** Only schedules with at most so many preemptions. */
  preemptions: number | null;
}

export type Search =
  | { state: 'none' }
  | { state: 'running'; progress: SearchProgress | null }
  | { state: 'done'; result: SearchDone };

/** `about` is the kind of finding, null for the scenario's question; `here`: one is not at the start of the run. */
export function findMessage(seq: number, ask: Ask, about: string | null, here: boolean): Find {
  return {
    type: 'find',
    seq,
    kind: about,
    mode: ask.prove ? 'prove' : ask.order === 'switches' ? 'switches' : 'shortest',
    goal: null,
    from: here ? ask.from : 'root',
    bounds: { states: null, seconds: null, preemptions: ask.prove ? null : ask.preemptions },
    exact: null,
  };
}

/** A result in a history that was opened again, whose nodes have other ids; `began` is the step where it began. */
export function resumed(result: SearchDone, history: History, began: number): SearchDone {
  const found = result.schedule ? follow(history, result.schedule) : null;
  const tip = found?.complete ? found.node : null;
  const start = (found && history.path(found.node)[began]?.id) ?? history.rootId;
  return { ...result, tip, start };
}
