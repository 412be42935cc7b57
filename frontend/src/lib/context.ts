/** How components find what they draw and whom they call. */
import { createContext } from 'svelte';
import type { Address } from './address.svelte';
import type { Catalog } from './catalog.svelte';
import type { Learning } from './learning.svelte';
import type { Page } from './page.svelte';
import type { Session } from './session.svelte';

export interface App {
  session: Session;
  page: Page;
  catalog: Catalog;
  address: Address;
  learning: Learning;
}

export const [getApp, setApp] = createContext<App>();
