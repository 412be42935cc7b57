/**
 * What a stop of the tour speaks of, brought to where it can be seen: on a narrow screen it may lie below the words of
 * the tour, or under the timeline.
 */

/** By the part of the page that is pointed at: what is looked for in it, best first. */
const PLACES: Partial<Record<string, readonly string[]>> = {
  code: ['main > .code .source'],
  world: [
    'main > .world section:not([aria-labelledby="locks-title"]) .changed',
    'main > .world .changed',
    'main > .world',
  ],
  locks: ['[aria-labelledby="locks-title"]'],
  finding: ['[aria-label^="Finding: "]'],
};

/** Of the code, the lane with this number is meant, from 0. */
export function bringIntoView(zone: string, lane: number): void {
  const page = document.querySelector<HTMLElement>('.page');
  // Where the words of the tour do not stay in view, they come first.
  const words = document.querySelector('.guidance');
  if (!page || !words || getComputedStyle(words).position !== 'sticky') return;
  if (zone === 'versions') return window.scrollTo({ top: 0 });
  const within = zone === 'code' ? (document.querySelectorAll('main > .code > *')[lane] ?? page) : page;
  const found = (PLACES[zone] ?? []).map((place) => within.querySelector(place)).find((one) => one !== null);
  // What may be larger than the room that is left begins at its top.
  found?.scrollIntoView({ block: found.clientHeight > innerHeight / 4 ? 'start' : 'center' });
}
