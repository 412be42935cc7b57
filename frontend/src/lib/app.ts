/** Makes what every component can reach, for the whole page and for its smaller forms: a frame and a file. */
import type { Address } from './address.svelte';
import type { Catalog } from './catalog.svelte';
import { Challenge } from './challenge.svelte';
import type { App } from './context';
import { Hints } from './hints.svelte';
import { Learning } from './learning.svelte';
import type { Page } from './page.svelte';
import { Predict } from './predict.svelte';
import type { Session } from './session.svelte';
import { Sight } from './sight.svelte';

/** `only`: nothing but the run is shown, so that nothing that was switched on elsewhere may come between. */
export function appWith(
  session: Session,
  page: Page,
  catalog: Catalog,
  address: Address,
  only: 'run' | null = null,
): App {
  const hints = new Hints(session);
  const learning = new Learning(session, address);
  const challenge = new Challenge(session, catalog, address, hints, learning.guide);
  const predict = new Predict(session, page);
  predict.hides = () => challenge.hides;
  if (only) {
    predict.on = false;
    session.lights.on = false;
  }
  // A tour would do a challenge, and be paid for it.
  challenge.begins = () => {
    learning.walker.stop();
    if (learning.tour.on) learning.tour.leave();
  };
  // It speaks of the world, and a tool would stand over that.
  learning.tour.begins = () => {
    challenge.leave();
    page.tool = null;
  };
  const sight = new Sight(session, () => predict.on);
  return { session, page, catalog, address, sight, hints, challenge, predict, learning };
}
