/** How one came to the page: by a link, or once more, by a reload or the browser's Back. */

/** Marks the entries of the browser's history that were written by the page. */
export const OURS = 'racewalk';

/** Read while the page is loaded: later the entry is marked in any case. A link that is opened has an entry without a mark. */
export const cameAgain = globalThis.history?.state === OURS;
