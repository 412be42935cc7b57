import { expect, test } from 'vitest';
import tokens from '../styles/tokens.css?raw';

const TEXT = 4.5;
const LINE = 3;

function colours(theme: 0 | 1): Map<string, string> {
  const found = [...tokens.matchAll(/--([a-z-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)];
  return new Map(found.map((match) => [match[1] ?? '', match[2 + theme] ?? '']));
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ['ground', 'surface', 'sunken', 'raised', 'here-line'];
const CODE = ['keyword', 'type', 'call', 'constant', 'string', 'comment'].map((kind) => `code-${kind}`);
const ACTORS = ['a', 'b', 'c', 'd', 'e', 'f', 'other'].map((hue) => `actor-${hue}`);

const READ: [ink: string, ground: string][] = [
  ...['ink', 'ink-soft', 'ink-faint', 'accent', 'danger', 'good', 'waiting', 'stale'].flatMap((ink) =>
    GROUNDS.map((ground): [string, string] => [ink, ground]),
  ),
  ...CODE.flatMap((ink) =>
    ['sunken', 'here-line', 'danger-ground', 'good-ground'].map((ground): [string, string] => [ink, ground]),
  ),
  ...['held-write', 'held-read', 'waiting', 'stale', 'danger', 'good'].flatMap(
    (state): [string, string][] => [
      [state, `${state}-ground`],
      ['ink', `${state}-ground`],
      ['ink-soft', `${state}-ground`],
    ],
  ),
  ...ACTORS.map((hue): [string, string] => ['on-actor', hue]),
  ['ink', 'here'],
  ['ink', 'notice-ground'],
  ['ink-soft', 'notice-ground'],
  ['on-changed', 'changed'],
  ['on-accent', 'accent'],
];

const SEEN: [line: string, ground: string][] = ['edge', 'focus', ...ACTORS].flatMap((line) =>
  ['ground', 'surface'].map((ground): [string, string] => [line, ground]),
);

test.each(['light', 'dark'])('in the %s theme every text can be read and every line seen', (name) => {
  const theme = colours(name === 'light' ? 0 : 1);
  const ratio = (a: string, b: string) => contrast(theme.get(a) ?? '', theme.get(b) ?? '');

  const poor = [
    ...READ.filter(([ink, ground]) => !(ratio(ink, ground) >= TEXT)),
    ...SEEN.filter(([line, ground]) => !(ratio(line, ground) >= LINE)),
  ].map(([a, b]) => `${a} on ${b}: ${ratio(a, b).toFixed(2)}`);

  expect(poor).toEqual([]);
});
