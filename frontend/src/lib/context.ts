/** How components find what they draw and whom they call. */
import { createContext } from 'svelte';
import type { Address } from './address.svelte';
import type { Catalog } from './catalog.svelte';
import type { Page } from './page.svelte';
import type { Session } from './session.svelte';
import type { Sight } from './sight.svelte';

export interface App {
  session: Session;
  page: Page;
  catalog: Catalog;
  address: Address;
  sight: Sight;
}

export const [getApp, setApp] = createContext<App>();
