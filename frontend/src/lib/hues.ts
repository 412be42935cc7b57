/** One hue per CPU, in order; all other actors share a neutral one and carry an icon. */
import type { ActorView } from './wire';

const HUES = ['a', 'b', 'c', 'd', 'e', 'f'];

export function hueOf(actors: readonly ActorView[], letter: string | null): string {
  const cpus = actors.filter((actor) => actor.kind === 'cpu');
  const index = cpus.findIndex((actor) => actor.letter === letter);
  return `var(--actor-${index < 0 ? 'other' : HUES[index % HUES.length]})`;
}
