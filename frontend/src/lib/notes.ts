/** The author's remarks on a step. */
import type { Note, ProgramView } from './wire';

export function notesFor(program: ProgramView, letter: string, label: string): Note[] {
  return program.notes.filter(
    (note) =>
      note.at === label &&
      (note.actor === null || note.actor === letter) &&
      (note.variants === null || note.variants.includes(program.variant)),
  );
}
