/** Who counts as a reader of RCU, and why. */
import { actorState, type World } from './values';
import type { ActorView } from './wire';

/** Letters of those who are in a read section, or have their interrupts off, which holds up RCU as well. */
export function readersIn(world: World, actors: readonly ActorView[]): string[] {
  return actors
    .map((actor) => actor.letter)
    .filter((letter) => {
      const state = actorState(world, letter);
      return state !== null && (state.rcu_depth > 0 || state.irqs_off);
    });
}

/** Why a callback has to wait for somebody. Who is neither in a section nor has interrupts off cannot be preempted. */
export function whyReader(world: World, letter: string): string {
  const state = actorState(world, letter);
  if ((state?.rcu_depth ?? 0) > 0) return 'in a read section';
  return state?.irqs_off ? 'interrupts off' : 'holds a spinlock';
}

/** Readers that a callback does not wait for: they began after it was queued. */
export function othersThan(waitsFor: readonly string[], readers: readonly string[]): string[] {
  return readers.filter((reader) => !waitsFor.includes(reader));
}
