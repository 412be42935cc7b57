/**
 * Where the keyboard goes when what it was on is no longer on the page: a browser drops it to the page's beginning,
 * silently. It goes back to what opened the part that is gone, else to the nearest part of the page that is still there.
 */
const PARTS =
  'main, section, fieldset, dialog[open], [role="region"], [role="group"], [role="tabpanel"], [popover]';

/** What had the focus when a part of the page was opened. */
const openers = new WeakMap<Element, HTMLElement>();

/** What has the focus, and all that it stands in, from the inside. */
let held: Element[] = [];

/** Attach it to a part that is opened by something; closed, it gives the focus back. */
export function opened(part: HTMLElement): void {
  const opener = document.activeElement;
  if (held[0]?.isConnected === false) return; // what it was opened by has made room for it: there is no way back there
  if (opener instanceof HTMLElement) openers.set(part, opener);
}

/** The same, for a part of the page that takes the focus; of what a link opens nobody has asked for it. */
export function enters(part: HTMLElement): void {
  opened(part);
  if (openers.get(part) !== document.body) part.focus({ preventScroll: true });
}

/**
 * For a part that comes when somebody asks: by then, what was asked with may be gone. A reload brings it back unasked,
 * and then nobody has done anything on the page yet.
 */
export function takesFocus(part: HTMLElement): void {
  if (!navigator.userActivation.hasBeenActive) return;
  queueMicrotask(() => part.focus({ preventScroll: true }));
}

/** Watches over the focus; gives what ends that. */
export function keepFoothold(): () => void {
  const focused = (event: FocusEvent): void => {
    held = [];
    for (let at = event.target as Element | null; at; at = at.parentElement) held.push(at);
  };
  /** Who clicks beside everything has left by will. */
  const left = (): void => {
    if (held[0]?.isConnected && document.activeElement === document.body) held = [];
  };
  const blurred = (): void => queueMicrotask(left);
  const observer = new MutationObserver(() => {
    if (held.length === 0 || held[0]?.isConnected || document.activeElement !== document.body) return;
    const lost = held;
    held = [];
    if (!rescue(lost)) held = lost; // nothing is there yet: what comes next may be loading
  });

  observer.observe(document.body, { childList: true, subtree: true });
  document.addEventListener('focusin', focused);
  document.addEventListener('focusout', blurred);
  return () => {
    held = [];
    observer.disconnect();
    document.removeEventListener('focusin', focused);
    document.removeEventListener('focusout', blurred);
  };
}

/** False: there is no place for it on the page. */
function rescue(lost: readonly Element[]): boolean {
  const opener = lost
    .map((part) => (part.isConnected ? undefined : openers.get(part)))
    .findLast((one) => one?.isConnected && one.checkVisibility());
  // It may be the body: nothing had it, and nothing gets it.
  const place =
    opener ?? lost.find((one) => one.isConnected && one.matches(PARTS)) ?? document.querySelector('main');
  if (!(place instanceof HTMLElement)) return false;
  if (!opener && !place.hasAttribute('tabindex')) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  return true;
}
