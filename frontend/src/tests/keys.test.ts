import { describe, expect, test } from 'vitest';
import { commandFor, keyIsFree, type KeyPress } from '../lib/keys';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more };
}

function inside(html: string, selector: string): Element | null {
  document.body.replaceChildren(document.createRange().createContextualFragment(html));
  return document.querySelector(selector);
}

describe('a key', () => {
  test('means its command', () => {
    expect(commandFor(press('1'))).toEqual({ do: 'step', index: 0 });
    expect(commandFor(press(' '))).toEqual({ do: 'again' });
    expect(commandFor(press('ArrowLeft', { shiftKey: true }))).toEqual({ do: 'switch-back' });
    expect(commandFor(press('Z', { shiftKey: true }))).toEqual({ do: 'redo' });
    expect(commandFor(press('F', { shiftKey: true }))).toEqual({ do: 'find-here' });
    expect(commandFor(press('O', { shiftKey: true }))).toEqual({ do: 'out' });
    expect(['n', 'o', 'c', 'e'].map((key) => commandFor(press(key))?.do)).toEqual([
      'line',
      'over',
      'pin',
      'expand',
    ]);
    expect(commandFor(press('?', { shiftKey: true }))).toEqual({ do: 'help' });
  });

  test('with another modifier is the browser’s, and so are Tab and all that is not listed', () => {
    expect(commandFor(press('s', { ctrlKey: true }))).toBeNull();
    expect(commandFor(press('ArrowLeft', { altKey: true }))).toBeNull();
    expect(commandFor(press('z', { metaKey: true }))).toBeNull();
    expect(commandFor(press('Tab'))).toBeNull();
    expect(commandFor(press('0'))).toBeNull();
  });
});

describe('the page acts on a key', () => {
  test('anywhere on the page', () => {
    expect(keyIsFree(inside('<p>text</p>', 'p'), press('1'))).toBe(true);
    expect(keyIsFree(inside('<button>Step</button>', 'button'), press('1'))).toBe(true);
  });

  test('but not while somebody types or has a dialog open', () => {
    expect(keyIsFree(inside('<input type="text">', 'input'), press('1'))).toBe(false);
    expect(keyIsFree(inside('<textarea></textarea>', 'textarea'), press('f'))).toBe(false);
    expect(keyIsFree(inside('<select></select>', 'select'), press('f'))).toBe(false);
    expect(keyIsFree(inside('<dialog><button>x</button></dialog>', 'button'), press('f'))).toBe(false);
  });

  test('and not where the focused element uses the key itself', () => {
    expect(keyIsFree(inside('<button>Step</button>', 'button'), press(' '))).toBe(false);
    expect(keyIsFree(inside('<input type="range">', 'input'), press('ArrowLeft'))).toBe(false);
    expect(keyIsFree(inside('<input type="range">', 'input'), press('1'))).toBe(true);
    expect(keyIsFree(inside('<input type="radio">', 'input'), press('ArrowRight'))).toBe(false);
    expect(keyIsFree(inside('<div data-scrolls tabindex="0">x</div>', 'div'), press('End'))).toBe(false);
    expect(keyIsFree(inside('<div data-scrolls tabindex="0">x</div>', 'div'), press('1'))).toBe(true);
  });
});
