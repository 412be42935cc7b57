/**
 * Which kept text the editor is asked for, where that is not the one on the screen: a text with errors cannot run, and
 * has to be edited all the same.
 */
export interface Asked {
  /** Of a text in `mine`. */
  id: string;
  /** The scenario on the screen when it was asked for: with another one on the screen the wish is over. */
  over: string | null;
}

class Desk {
  asked = $state.raw<Asked | null>(null);
}

export const desk = new Desk();
