/**
 * Where the keyboard goes when what it was on is no longer on the page: a browser drops it to the page's beginning,
 * silently. It goes back to what opened the part that is gone, else to the nearest part of the page that is still there.
 */
const PARTS =
  'main, section, fieldset, dialog[open], [role="region"], [role="group"], [role="tabpanel"], [popover]';

/** What had the focus when a part of the page was opened. */
const openers = new WeakMap<Element, HTMLElement>();

/** Attach it to a part that is opened by something; closed, it gives the focus back. */
export function opened(part: HTMLElement): void {
  const opener = document.activeElement;
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
  /** What has the focus, and all that it stands in, from the inside. */
  let held: Element[] = [];

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
    rescue(lost);
  });

  observer.observe(document.body, { childList: true, subtree: true });
  document.addEventListener('focusin', focused);
  document.addEventListener('focusout', blurred);
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', focused);
    document.removeEventListener('focusout', blurred);
  };
}

function rescue(lost: readonly Element[]): void {
  const opener = lost
    .map((part) => (part.isConnected ? undefined : openers.get(part)))
    .findLast((one) => one?.isConnected && one.checkVisibility());
  if (opener) return opener.focus({ preventScroll: true }); // the body: nothing had it, and nothing gets it
  const part = lost.find((one) => one.isConnected && one.matches(PARTS)) ?? document.querySelector('main');
  if (!(part instanceof HTMLElement)) return;
  if (!part.hasAttribute('tabindex')) part.tabIndex = -1;
  part.focus({ preventScroll: true });
}
