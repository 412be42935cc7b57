import { describe, expect, test } from 'vitest';
import { foundBy, groupsOf, kindsOf, verdictLetter } from '../lib/scenarioSearch';
import type { ScenarioSummary, VariantView } from '../lib/wire';
import { SCENARIOS } from './lostPage';

function variant(id: string, more: Partial<VariantView> = {}): VariantView {
  return { id, summary: '', verdict: null, expect: {}, note: null, ...more };
}

function scenario(id: string, more: Partial<ScenarioSummary> = {}): ScenarioSummary {
  const [base] = SCENARIOS.scenarios;
  return { ...(base as ScenarioSummary), id, title: '', summary: '', asks: null, variants: [], ...more };
}

const ALL = [
  scenario('deadlock', { title: 'Who waits for whom?', group: 'First steps' }),
  scenario('uffd-copy', {
    title: 'Can a page disappear?',
    summary: 'khugepaged removes a table.',
    group: 'The mail',
    asks: 'lost-pte',
    variants: [
      variant('v6.4', { verdict: 'never' }),
      variant('patch-v1', {
        verdict: 'sometimes',
        expect: { 'lost-pte': 'sometimes', 'stale-tlb': 'never' },
      }),
    ],
  }),
];

describe('the search among the scenarios', () => {
  const ids = (query: string) => foundBy(query, ALL).map((found) => found.id);

  test('finds by the question, the summary, the id and the version, whatever the case', () => {
    for (const query of ['DISAPPEAR', 'khugepaged', 'uffd', 'patch-v1', 'the mail'])
      expect(ids(query)).toEqual(['uffd-copy']);
  });

  test('finds by what can go wrong, in the words of the code and of the page, and not by what cannot', () => {
    expect(ids('lost-pte')).toEqual(['uffd-copy']);
    expect(ids('lost PTE')).toEqual(['uffd-copy']);
    expect(ids('stale-tlb')).toEqual([]);
  });

  test('wants every word, and with no word finds all', () => {
    expect(ids('page disappear')).toEqual(['uffd-copy']);
    expect(ids('page waits')).toEqual([]);
    expect(ids('  ')).toHaveLength(2);
  });
});

test('groups and what is in them come in the order of the guide, the rest behind', () => {
  const level = { group: 'The mail', level: 'One patch', say: '', first: ['uffd-copy', 'collapse'] };
  const all = [scenario('a', { group: 'The mail' }), scenario('collapse', { group: 'The mail' }), ...ALL];

  const groups = groupsOf(all, [level]);

  expect(groups.map(({ name, level: told }) => [name, told?.level])).toEqual([
    ['The mail', 'One patch'],
    ['First steps', undefined],
  ]);
  expect(groups[0]?.scenarios.map(({ id }) => id)).toEqual(['uffd-copy', 'collapse', 'a']);
  expect(groupsOf(ALL, []).map(({ name }) => name)).toEqual(['First steps', 'The mail']);
});

test('a scenario is about what it asks for and what can happen in it', () => {
  expect(ALL.map(kindsOf)).toEqual([[], ['lost-pte']]);
});

test('a version has the letter of its verdict, or none', () => {
  expect(verdictLetter(variant('a', { verdict: 'sometimes' }))).toEqual({ letter: 'S', words: 'sometimes' });
  expect(verdictLetter(variant('a', { verdict: 'never' }))?.letter).toBe('N');
  expect(verdictLetter(variant('a'))).toBeNull();
});
