import { expect, test } from 'vitest';
import { namesIn } from '../lib/names';
import { tokenAt, tokenize } from '../lib/tokens';

const TEXT = `
#define LOCKED	false
struct item { u8 data; struct item *next[2]; };
typedef struct { enum color c; } word_t;
enum color { RED, GREEN = 5 };
spinlock_t lock;
u8 counter = 1, other;
/* void hidden(void) { } */
static int increment(struct item *item,
		     u8 by)
{
	return 0;
}
CPU(0, "first") { increment(NULL, 1); }
`;

test('the names of a text are found with what they are', () => {
  const kinds = Object.fromEntries(namesIn([TEXT]).map(({ name, kind }) => [name, kind]));

  expect(kinds).toMatchObject({
    LOCKED: 'macro',
    item: 'type',
    word_t: 'type',
    data: 'field',
    next: 'field',
    GREEN: 'constant',
    lock: 'lock',
    counter: 'variable',
    increment: 'function',
  });
  expect(kinds).not.toHaveProperty('hidden');
});

test('a function comes with its parameters, also those of the next line', () => {
  const found = namesIn([TEXT]).find((name) => name.name === 'increment');

  expect(found?.detail).toBe('(struct item *item, u8 by)');
});

test('a line is cut into the tokens of the whole text', () => {
  const line = '	if (READ_ONCE(x) == 3) return "a"; /* why';
  const tokens = [];
  for (let at = 0; at < line.length; at += tokens.at(-1)?.text.length ?? 1) tokens.push(tokenAt(line, at));

  expect(tokens).toEqual(tokenize(line));
});
