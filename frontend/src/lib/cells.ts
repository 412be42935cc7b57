/**
 * The cells of a card or table as one stop of the Tab key: arrow keys go from cell to cell, and whoever looks at one,
 * with the pointer, the focus or a finger, is told.
 *
 * What is a cell has `data-cell`. What of it can have the focus has `data-stop`, the role of a link, for Enter leads
 * somewhere, and a tabindex of -1, which one of them loses here.
 */
import type { Attachment } from 'svelte/attachments';

export interface Watcher {
  /** `soon`: only if it is looked at for a moment. */
  show: (element: HTMLElement, cell: string, soon: boolean) => void;
  hide: () => void;
  dismiss: () => boolean;
  go: (cell: string) => void;
}

const STOP = '[data-stop]';

export function watchCells(watcher: Watcher): Attachment<HTMLElement> {
  return (root) => {
    let touched = false;
    let quiet = false;
    const stops = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(STOP)];

    /** One of the stops, the one that has or had the focus, is reached by Tab. */
    function settle(chosen?: HTMLElement): void {
      const all = stops();
      const stop = chosen ?? all.find((one) => one.tabIndex === 0) ?? all[0];
      for (const one of all)
        if (one.tabIndex !== (one === stop ? 0 : -1)) one.tabIndex = one === stop ? 0 : -1;
    }

    function cellAt(event: Event): HTMLElement | null {
      const at = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-cell]') : null;
      return at && root.contains(at) && !at.closest('[popover]') ? at : null;
    }

    function over(event: PointerEvent): void {
      const at = cellAt(event);
      if (at?.dataset.cell && event.pointerType === 'mouse') watcher.show(at, at.dataset.cell, true);
    }

    function out(event: PointerEvent): void {
      const to = event.relatedTarget;
      if (cellAt(event) && !(to instanceof Element && cellAt(event)?.contains(to))) watcher.hide();
    }

    function stopAt(event: Event): HTMLElement | null {
      return cellAt(event) && event.target instanceof HTMLElement && event.target.matches(STOP)
        ? event.target
        : null;
    }

    function focused(event: FocusEvent): void {
      const stop = stopAt(event);
      const cell = cellAt(event)?.dataset.cell;
      if (!stop || !cell) return;
      settle(stop);
      if (!quiet && stop.matches(':focus-visible')) watcher.show(stop, cell, false);
    }

    function left(event: FocusEvent): void {
      if (!(event.relatedTarget instanceof Node && root.contains(event.relatedTarget))) watcher.hide();
    }

    function click(event: MouseEvent): void {
      const at = cellAt(event);
      if (!at?.dataset.cell || getSelection()?.isCollapsed === false) return;
      if ((event.target as Element).closest('button, a')) return;
      if (touched) watcher.show(at, at.dataset.cell, false);
      else watcher.go(at.dataset.cell);
    }

    function press(event: KeyboardEvent): void {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === 'Escape' && watcher.dismiss()) {
        // What is closed here does not open again because the focus comes back.
        quiet = true;
        if (event.target instanceof Element && event.target.closest('[popover]'))
          stops()
            .find((one) => one.tabIndex === 0)
            ?.focus();
        quiet = false;
        event.preventDefault();
        return;
      }
      const stop = stopAt(event);
      const cell = cellAt(event)?.dataset.cell;
      if (!stop || !cell || event.shiftKey) return;
      if (event.key === 'Enter') watcher.go(cell);
      else if (event.key.startsWith('Arrow')) neighbour(stop, event.key, stops())?.focus();
      else return;
      event.preventDefault();
    }

    const down = (event: PointerEvent): void => {
      touched = event.pointerType !== 'mouse';
    };
    const observer = new MutationObserver(() => settle());
    settle();
    observer.observe(root, { childList: true, subtree: true });
    const handlers: [string, (event: never) => void][] = [
      ['pointerover', over],
      ['pointerout', out],
      ['pointerdown', down],
      ['focusin', focused],
      ['focusout', left],
      ['click', click],
      ['keydown', press],
    ];
    for (const [name, handler] of handlers) root.addEventListener(name, handler as EventListener);
    return () => {
      observer.disconnect();
      for (const [name, handler] of handlers) root.removeEventListener(name, handler as EventListener);
    };
  };
}

/** Left and right in the order of the text; up and down to the nearest one of the next row. */
function neighbour(from: HTMLElement, key: string, all: HTMLElement[]): HTMLElement | undefined {
  const index = all.indexOf(from);
  if (key === 'ArrowLeft') return all[index - 1];
  if (key === 'ArrowRight') return all[index + 1];
  const here = from.getBoundingClientRect();
  const sign = key === 'ArrowDown' ? 1 : -1;
  const rows = all
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
    .filter(({ box }) => (box.top - here.top) * sign > here.height / 2);
  const score = (box: DOMRect): number =>
    Math.abs(box.top - here.top) * 1000 + Math.abs(middle(box) - middle(here));
  return rows.sort((a, b) => score(a.box) - score(b.box))[0]?.one;
}

function middle(box: DOMRect): number {
  return box.left + box.width / 2;
}

/** Outlines the cells that are touched, and the objects that come or go. Reads `cells` again whenever it changes. */
export function outlineCells(cells: () => ReadonlyMap<string, string>): Attachment<HTMLElement> {
  return (root) => {
    const wanted = cells();
    function draw(): void {
      for (const one of root.querySelectorAll<HTMLElement>('[data-cell], [data-object]')) {
        const touch = wanted.get(one.dataset.cell ?? '') ?? wanted.get(one.dataset.object ?? '');
        if (touch) one.dataset.aimed = touch;
        else if (one.dataset.aimed) delete one.dataset.aimed;
      }
    }
    draw();
    if (wanted.size === 0) return;
    const observer = new MutationObserver(draw);
    observer.observe(root, { childList: true, subtree: true });
    return () => {
      observer.disconnect();
      for (const one of root.querySelectorAll<HTMLElement>('[data-aimed]')) delete one.dataset.aimed;
    };
  };
}
