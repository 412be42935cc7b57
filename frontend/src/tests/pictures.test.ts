import { describe, expect, test } from 'vitest';
import { constantsOf, flagNames, rssName } from '../kernel/constants';
import { lastTables } from '../kernel/lineage';
import { mappingsOf, picturesOf } from '../kernel/pictures';
import { History } from '../lib/history';
import { NODES, OBJECTS, pointer, TEXT, WORLD } from './lostPage';

const history = History.from(WORLD, NODES);

describe('the pictures', () => {
  test('an mm has its VMAs, and its PMD entries lead to tables', () => {
    const { mms, unlinked } = picturesOf(OBJECTS, history.world(0));

    expect(mms.map((mm) => mm.object.id)).toEqual(['A']);
    expect(mms[0]?.vmas.map((vma) => vma.id)).toEqual(['VA']);
    expect(mms[0]?.pmds[0]?.table?.id).toBe('T0');
    expect(unlinked.map((table) => [table.object.id, table.life])).toEqual([['T1', 'unused']]);
  });

  test('a stored page is an anonymous one behind its slot', () => {
    const { tables } = picturesOf(OBJECTS, history.world(4));

    expect(tables.get('T0')?.slots.map((slot) => [slot.look, slot.page?.id])).toEqual([
      ['none', undefined],
      ['anon', 'P0'],
    ]);
    expect(tables.get('T0')?.slots[1]?.bits).toEqual(['write']);
  });

  test('a table that was taken away is still shown, with the page that is lost in it', () => {
    const pictures = picturesOf(OBJECTS, history.world(7));
    const page = OBJECTS.find((object) => object.id === 'P0');

    expect(pictures.mms[0]?.pmds[0]).toMatchObject({ table: null, page: null, kind: 'PMD_NONE' });
    expect(pictures.unlinked.map((table) => table.object.id)).toEqual(['T0', 'T1']);
    expect(page && mappingsOf(page, pictures)).toEqual([{ words: 'T0 slot 1', linked: false }]);
  });

  test('a table that was taken away is known by the entry on which it hung', () => {
    const at = (id: number) => [...lastTables(picturesOf(OBJECTS, history.world(id)), history, id)];

    expect(at(6)).toEqual([]);
    expect(at(7).map(([pmd, table]) => [pmd, table.object.id])).toEqual([['A.pmd[0]', 'T0']]);
  });

  test('a slot whose page was freed is stale', () => {
    const world = {
      ...history.world(4),
      'T0.pte[1]': { fields: { kind: 'PTE_PRESENT', page: pointer('P0', true) } },
    };

    expect(picturesOf(OBJECTS, world).tables.get('T0')?.slots[1]?.look).toBe('stale');
  });

  test('what has no picture is in the rest, so that nothing is missing', () => {
    const { rest } = picturesOf(OBJECTS, history.world(0));

    expect(rest.map((object) => object.id)).toEqual(['seen']);
  });

  test('an mm_struct without page tables falls to the rest', () => {
    const users = { id: 'X.mm_users', name: 'mm_users', type: 'u8', role: 'value' as const, children: [] };
    const strange = { id: 'X', type: 'mm_struct', pool: null, ghost: false, cells: [users] };

    const pictures = picturesOf([strange], {});

    expect(pictures.mms).toEqual([]);
    expect(pictures.rest).toEqual([strange]);
  });
});

describe('the names of numbers', () => {
  const constants = constantsOf([{ path: 'a.c', text: TEXT }]);

  test('flags are read from the text', () => {
    expect(flagNames(3, constants)).toEqual(['shared', 'uffd missing']);
    expect(flagNames(0, constants)).toEqual(['private']);
    expect(flagNames(9, constants)).toEqual(['shared', '0x8']);
    expect(flagNames(0, constantsOf([]))).toEqual([]);
    const answer = constantsOf([{ path: 'b.h', text: '#define VM_FAULT_RETRY\t1\n' }]);
    expect(flagNames(1, answer)).toEqual(['0x1']);
  });

  test('so are the rss counters; without a text they are numbers', () => {
    expect([0, 1].map((i) => rssName(i, constants))).toEqual(['file', 'anon']);
    expect(rssName(1, constantsOf([]))).toBe('1');
  });
});
