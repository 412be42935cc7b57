/** What a step did, for those who hear the page: the step, and who is blocked or free since. */
import { stepSentence } from './format';
import type { History } from './history';
import { actorState } from './values';
import type { ProgramView } from './wire';

export function announcement(program: ProgramView, history: History, id: number): string {
  const node = history.node(id);
  if (node.parent === null) return 'At the start.';
  const before = history.world(node.parent);
  const after = history.world(id);
  const sentences = [`Step ${node.number}: ${stepSentence(program, node)}.`];
  for (const { letter, title } of program.actors) {
    const was = actorState(before, letter)?.status;
    const is = actorState(after, letter);
    if (!is || was === is.status) continue;
    if (is.status === 'blocked') sentences.push(`${title} is blocked: ${is.why ?? 'it cannot go'}`);
    else if (is.status === 'finished') sentences.push(`${title} has finished.`);
    else if (was === 'blocked' && is.status === 'ready') sentences.push(`${title} can go.`);
  }
  return sentences.join(' ');
}

/** Only for a violation: said at once. */
export function alarm(history: History, id: number): string {
  return history
    .node(id)
    .findings.filter((finding) => !finding.warning)
    .map((finding) => finding.message)
    .join(' ');
}
