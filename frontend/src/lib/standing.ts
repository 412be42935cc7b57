/** How an actor stands at a node, in words: what a lane, a slide and a handout say of it. */
import type { History } from './history';
import { actorState } from './values';
import type { ActorState, ActorView, StepView } from './wire';

export interface Standing {
  state: ActorState;
  /** The step that it is about to do; for who has nothing before it, the one that it did last. */
  step: StepView | null;
  /** `step` lies behind it. */
  done: boolean;
  words: string;
}

export function standingOf(actor: ActorView, history: History, cursor: number): Standing | null {
  const state = actorState(history.world(cursor), actor.letter);
  if (!state) return null;
  const next = state.step === null ? null : (actor.steps[state.step] ?? null);
  const last = history.path(cursor).findLast((node) => node.actor === actor.letter);
  const step = next ?? (last?.step == null ? null : (actor.steps[last.step] ?? null));
  return { state, step, done: next === null, words: standingWords(state, next) };
}

export function standingWords(state: ActorState, next: StepView | null): string {
  if (state.status === 'ready') return next?.words ?? 'ready';
  if (state.why) return state.why;
  if (state.status === 'finished') return 'has run to its end';
  return state.status === 'resting' ? 'has nothing to do now' : 'cannot go on';
}
