/** What the browser keeps from one visit to the next; where it may not keep anything, nothing is remembered. */

const PREFIX = 'racewalk.';

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Whether it is kept: storage may be forbidden, or full. */
export function remember(name: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}

export function forget(name: string): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // see recall
  }
}

/** What only this tab keeps, over a reload. */
export function recallHere(name: string): string | null {
  try {
    return sessionStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** With null it is forgotten. */
export function rememberHere(name: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(PREFIX + name);
    else sessionStorage.setItem(PREFIX + name, value);
  } catch {
    // storage may be forbidden, or full
  }
}

/** Tells when another tab has kept something; gives what ends that. */
export function hearOthers(heard: () => void): () => void {
  const listen = ({ key }: StorageEvent): void => {
    if (key?.startsWith(PREFIX)) heard();
  };
  window.addEventListener('storage', listen);
  return () => window.removeEventListener('storage', listen);
}

/** The names that begin so, sorted. */
export function remembered(beginning: string): string[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX + beginning))
      .map((key) => key.slice(PREFIX.length))
      .sort();
  } catch {
    return [];
  }
}
