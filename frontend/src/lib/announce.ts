/** What a step or a run did, for those who hear the page: the step, and who is blocked or free since. */
import { count, sentence, stepSentence } from './format';
import type { History } from './history';
import { actorState } from './values';
import type { ProgramView } from './wire';

/** Several steps at once, from which node on, and why no more were done. */
interface Ran {
  from: number;
  stopped: string;
}

export function announcement(
  program: ProgramView,
  history: History,
  id: number,
  ran: Ran | null = null,
): string {
  const node = history.node(id);
  if (node.parent === null) return 'At the start.';
  const from = ran && history.leadsTo(ran.from, id) ? ran.from : node.parent;
  const steps = node.number - history.node(from).number;
  const told = turns(program, history, from, id);
  const why = ran ? sentence(ran.stopped) : '';
  // A finding is the alarm's to say.
  if (why && !alarm(history, id) && !told.includes(why)) told.push(why);
  const step = `Step ${node.number}: ${stepSentence(program, node)}.`;
  return [...(steps > 1 ? [`${count(steps, 'step')}, the last:`] : []), step, ...told].join(' ');
}

/** Who is blocked, has finished, or can go again since. */
function turns(program: ProgramView, history: History, from: number, to: number): string[] {
  const [before, after] = [history.world(from), history.world(to)];
  return program.actors.flatMap(({ letter, title }) => {
    const was = actorState(before, letter)?.status;
    const is = actorState(after, letter);
    if (!is || was === is.status) return [];
    if (is.status === 'blocked') return [sentence(`${title} is blocked: ${is.why ?? 'it cannot go'}`)];
    if (is.status === 'finished') return [`${title} has finished.`];
    return was === 'blocked' && is.status === 'ready' ? [`${title} can go.`] : [];
  });
}

/** Only for a violation: said at once. */
export function alarm(history: History, id: number): string {
  return history
    .node(id)
    .findings.filter((finding) => !finding.warning)
    .map((finding) => finding.message)
    .join(' ');
}
