/**
 * The branches that nobody gave a name, kept by the tab, so that a reload does not lose what was tried. A link that is opened
 * in the same tab begins with its own run only.
 *
 * Those of what is open now, and no others: whoever comes back another day finds only what has a name. Bounded.
 */
import { cameAgain } from './arrival';
import { keptSchedules, MOST_OPENED, scenarioKey } from './branchNames';
import type { Request } from './request';
import { printMoves } from './schedule';
import type { Session } from './session.svelte';
import { recallHere, rememberHere } from './storage';

const KEY = 'tried';
const MOST = 32;
const MOST_CHARS = 100_000;

/** Call it where effects may run. */
export function keepTried(session: Session): void {
  $effect(() => {
    const { program, history, branches } = session;
    if (!program || !history) return;
    const schedules: string[] = [];
    let chars = 0;
    for (const leaf of branches.slice(-MOST)) {
      const path = history.path(leaf).slice(1);
      const text = printMoves(path.map(({ actor, choice }) => ({ actor: actor ?? '', choice })));
      if ((chars += text.length) > MOST_CHARS) break;
      schedules.push(text);
    }
    const of = scenarioKey(program.scenario.id, session.bundle);
    rememberHere(KEY, JSON.stringify({ of, variant: program.variant, schedules }));
  });
}

/** What to open along with a run: what has names, and with the first one after a reload what was tried before it. */
export function branchesFor({ scenario, variant, bundle }: Request, first: boolean): string[] {
  const named = keptSchedules(scenario, variant, bundle);
  const tried = first && cameAgain ? triedBefore({ scenario, variant, bundle }) : [];
  return [...new Set([...named, ...tried])].slice(0, MOST_OPENED);
}

type Text = Pick<Request, 'scenario' | 'variant' | 'bundle'>;

function triedBefore({ scenario, variant, bundle }: Text): string[] {
  try {
    const kept: unknown = JSON.parse(recallHere(KEY) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return [];
    const { of, variant: its, schedules } = kept as Record<string, unknown>;
    if (of !== scenarioKey(scenario, bundle) || its !== variant || !Array.isArray(schedules)) return [];
    return schedules
      .filter((text): text is string => typeof text === 'string' && text.length <= MOST_CHARS)
      .slice(0, MOST);
  } catch {
    return [];
  }
}
