import { describe, expect, test } from 'vitest';
import { glossaryOf, linked, termOf } from '../lib/glossary';
import type { GlossaryTerm } from '../lib/wire';

function term(word: string, more: Partial<GlossaryTerm> = {}): GlossaryTerm {
  return {
    term: word,
    also: [],
    say: '',
    kernel: null,
    elsewhere: null,
    quiet: false,
    scenarios: [],
    ...more,
  };
}

const GLOSSARY = glossaryOf([
  term('VMA'),
  term('VMA lock'),
  term('page table', { also: ['PTE table'] }),
  term('pte_free_defer', { also: ['pte_free_defer()'] }),
  term('step', { quiet: true }),
]);

/** The words that are links, and what they mean. */
function words(text: string): string[] {
  return linked(text, GLOSSARY)
    .filter((piece) => piece.term)
    .map((piece) =>
      piece.text === piece.term?.term ? piece.text : `${piece.text}: ${piece.term?.term ?? ''}`,
    );
}

describe('the words of the glossary in a text', () => {
  test('are found where they stand alone, with a capital or an s, and the longest counts', () => {
    expect(words('The VMA lock of one of the VMAs, not vma or VMA_X.')).toEqual(['VMA lock', 'VMAs: VMA']);
    expect(words('Page\n tables go.')).toEqual(['Page\n tables: page table']);
    expect(words('pte_free_defer() frees')).toEqual(['pte_free_defer(): pte_free_defer']);
    expect(words('my_pte_free_defer')).toEqual([]);
  });

  test('are links once in a paragraph, by whichever spelling', () => {
    expect(words('A page table, a PTE table, a page table.')).toEqual(['page table']);
  });

  test('are not pointed out when they are too common, but known', () => {
    expect(words('a step')).toEqual([]);
    expect(termOf('Steps', GLOSSARY)?.term).toBe('step');
  });

  test('leave the text as it is', () => {
    const text = ' A VMA, and a page  table. ';
    expect(
      linked(text, GLOSSARY)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
    expect(linked(text, glossaryOf([]))).toEqual([{ text, term: null }]);
    expect(linked('', GLOSSARY)).toEqual([]);
  });
});
