/** How components find what they draw and whom they call. */
import { createContext } from 'svelte';
import type { Address } from './address.svelte';
import type { Catalog } from './catalog.svelte';
import type { Challenge } from './challenge.svelte';
import type { Hints } from './hints.svelte';
import type { Learning } from './learning.svelte';
import type { Page } from './page.svelte';
import type { Predict } from './predict.svelte';
import type { Session } from './session.svelte';
import type { Sight } from './sight.svelte';

export interface App {
  session: Session;
  page: Page;
  catalog: Catalog;
  address: Address;
  sight: Sight;
  hints: Hints;
  challenge: Challenge;
  predict: Predict;
  learning: Learning;
}

export const [getApp, setApp] = createContext<App>();
