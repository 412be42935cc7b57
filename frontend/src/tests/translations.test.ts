import { describe, expect, test } from 'vitest';
import { cacheOf } from '../kernel/files';
import { elementsOf, targetOf } from '../kernel/objects';
import { picturesOf, rememberedOf } from '../kernel/pictures';
import { othersThan, readersIn, whyReader } from '../lib/rcu';
import { actor, pmd, pointer, pte } from './lostPage';
import { OBJECTS, WORLD } from './secondary';

function drawn(changes: Record<string, unknown>, objects = OBJECTS) {
  const { translations } = picturesOf(objects, { ...WORLD, ...changes });
  return new Map(translations.map((picture) => [picture.object.id, picture]));
}

/** What is wrong with the entries that lead to pages and to tables. */
function wrong(id: string, changes: Record<string, unknown>) {
  const picture = drawn(changes).get(id);
  const entries = [...(picture?.leaves.flatMap((group) => group.slots) ?? []), ...(picture?.uppers ?? [])];
  return entries.flatMap((entry) => (entry.why ? [`${entry.cell.id}: ${entry.why}`] : []));
}

const READ_ONLY = { fields: { kind: 'PTE_PRESENT', page: pointer('P0'), write: false } };

describe('what is remembered of page tables', () => {
  test('an array of TLBs is one picture for each CPU', () => {
    const pictures = drawn({});

    expect([...pictures.values()].map((picture) => picture.title)).toEqual([
      'TLB of CPU 0',
      'TLB of CPU 1',
      'IOMMU',
      'KVM',
    ]);
    expect(pictures.get('tlb[1]')?.leaves.map((group) => group.slots.length)).toEqual([2]);
  });

  test('an entry that agrees with the page tables is not stale', () => {
    const agreeing = {
      'tlb[0].leaf[1]': pte('P0'),
      'tlb[0].upper[0]': pointer('T0'),
      'smmu.iotlb[1]': READ_ONLY,
      'smmu.walk_cache[0]': pointer('T0'),
      'smmu.walking': pointer('T0'),
      'vm.spte[1]': pointer('P0'),
    };

    for (const id of ['tlb[0]', 'smmu', 'vm']) expect(wrong(id, agreeing)).toEqual([]);
  });

  test('an entry of a TLB that disagrees with the page tables is stale, and says in what', () => {
    expect(wrong('tlb[0]', { 'tlb[0].leaf[0]': pte('P1') })).toEqual([
      'tlb[0].leaf[0]: the tables map nothing',
    ]);
    expect(wrong('tlb[0]', { 'tlb[0].leaf[1]': pte('P1') })).toEqual(['tlb[0].leaf[1]: the tables map P0']);
    expect(wrong('tlb[0]', { 'tlb[0].leaf[1]': pte('P0'), 'T0.pte[1]': READ_ONLY })).toEqual([
      'tlb[0].leaf[1]: the tables do not allow to write',
    ]);
    expect(wrong('tlb[0]', { 'tlb[0].leaf[1]': pte('P0'), 'object:P0': 'freed' })).toEqual([
      'tlb[0].leaf[1]: the page was freed',
    ]);
  });

  test('an entry that leads to a table is stale once the table is taken away, freed, or given to somebody else', () => {
    const cached = { 'smmu.walk_cache[0]': pointer('T0') };
    const none = { 'A.pmd[0]': pmd(null) };

    expect(wrong('smmu', { ...cached, ...none })).toEqual([
      'smmu.walk_cache[0]: no PMD entry leads there now',
    ]);
    expect(wrong('smmu', { 'smmu.walking': pointer('T0', true), ...none, 'object:T0': 'freed' })).toEqual([
      'smmu.walking: the table was freed',
    ]);
    expect(
      wrong('smmu', { 'smmu.walk_cache[0]': pointer('T0', true), ...none, 'T0.kind': 'PT_DATA' }),
    ).toEqual(['smmu.walk_cache[0]: the page is in use for something else']);
  });

  test('a huge page stands behind every address that its PMD entry covers', () => {
    const huge = { fields: { kind: 'PMD_HUGE', table: pointer(null), huge: pointer('P1'), write: false } };

    expect(
      wrong('vm', { 'A.pmd[0]': huge, 'vm.spte[0]': pointer('P1'), 'vm.spte[1]': pointer('P0') }),
    ).toEqual(['vm.spte[1]: the tables map P1']);
  });

  test('a shadow entry is stale when the mm does not map its page, and a count says that a range changes', () => {
    const picture = drawn({ 'vm.spte[0]': pointer('P0'), 'vm.mmu_invalidate_in_progress': 1 }).get('vm');

    expect(picture).toMatchObject({ mm: 'A', inProgress: 1, stale: 1 });
    expect(picture?.values.map((cell) => cell.name)).toEqual(['mmu_invalidate_seq']);
    expect(picture?.progress.map((cell) => cell.name)).toEqual(['mmu_invalidate_in_progress']);
  });

  test('members that nobody knew of are still shown, and missing ones are not missed', () => {
    const tiny = {
      id: 'smmu',
      type: 'iommu',
      pool: null,
      ghost: false,
      cells: OBJECTS.find((o) => o.id === 'smmu')?.cells.slice(4) ?? [],
    };

    const picture = drawn({}, [tiny]).get('smmu');

    expect(picture).toMatchObject({ mm: null, leaves: [], uppers: [], inProgress: null });
    expect(picture?.values.map((cell) => cell.name)).toEqual(['page_request']);
  });

  test('a page says who can still reach it', () => {
    const pictures = picturesOf(OBJECTS, {
      ...WORLD,
      'tlb[1].leaf[1]': pte('P0'),
      'vm.spte[0]': pointer('P0'),
    });
    const page = pictures.pages[0];

    expect(page && rememberedOf(page, pictures)).toEqual([
      { words: 'TLB of CPU 1 [1]', stale: false },
      { words: 'KVM [0]', stale: true },
    ]);
  });

  test('none of them is taken for a page table or left to the rest', () => {
    const { tables, rest } = picturesOf(OBJECTS, WORLD);

    expect([...tables.keys()]).toEqual(['T0', 'T1']);
    expect(rest).toEqual([]);
  });
});

describe('a page table that was freed', () => {
  test('and is used for something else holds data and no entries', () => {
    const table = picturesOf(OBJECTS, { ...WORLD, 'A.pmd[0]': pmd(null), 'T0.kind': 'PT_DATA' }).tables.get(
      'T0',
    );

    expect(table?.data).toBe(true);
    expect(table?.slots.map((slot) => slot.look)).toEqual(['none', 'data']);
  });
});

describe('an anon_vma', () => {
  test('has a tree of VMAs, the VMAs in which it is set, and its pages', () => {
    const [picture] = picturesOf(OBJECTS, WORLD).anonVmas;

    expect(picture?.tree?.map((cell) => cell.id)).toEqual(['AV0.rb_root[0]', 'AV0.rb_root[1]']);
    expect(picture?.vmas.map((vma) => vma.id)).toEqual(['VA']);
    expect(picture?.pages.map((page) => page.id)).toEqual(['P0']);
  });
});

describe('the page cache of a file', () => {
  const file = OBJECTS.find((object) => object.id === 'file');
  const places = (world: Record<string, unknown>) =>
    (file ? cacheOf(file, { ...WORLD, ...world }) : []).map((place) => `${place.where} ${place.says}`);

  test('a page that stands in several places is one', () => {
    expect(places({})).toEqual(['0–1 P1', '2 hole', '3 P0']);
  });

  test('an entry that tells a reader to look again is no hole, whether it is a word, a mark or a pointer', () => {
    const word = { fields: { kind: 'XA_RETRY_ENTRY', page: pointer(null) } };
    const mark = { fields: { retry: true, page: pointer(null) } };

    expect(
      places({
        'file.i_pages[0]': word,
        'file.i_pages[1]': mark,
        'file.i_pages[2]': pointer('XA_RETRY_ENTRY'),
      }),
    ).toEqual(['0 retry', '1 retry', '2 retry', '3 P0']);
  });
});

describe('objects', () => {
  test('an array of plain values stays whole', () => {
    const numbers = {
      id: 'seen',
      type: 'u8[2]',
      pool: null,
      ghost: false,
      cells: [
        {
          id: 'seen',
          name: 'seen',
          type: 'u8[2]',
          role: 'group' as const,
          children: [{ id: 'seen[0]', name: 'seen[0]', type: 'u8', role: 'value' as const, children: [] }],
        },
      ],
    };

    expect(elementsOf(numbers)).toEqual([numbers]);
  });

  test('a pointer into an object leads to the object', () => {
    const objects = new Map(OBJECTS.map((object) => [object.id, object]));

    expect(targetOf('T0.pte[1]', objects)?.id).toBe('T0');
    expect(targetOf('tlb[1].leaf[0]', objects)?.id).toBe('tlb');
    expect(targetOf('nowhere', objects)).toBeNull();
  });
});

describe('readers of RCU', () => {
  const world = {
    'actor:a': actor(0, { rcu_depth: 1 }),
    'actor:b': actor(0, { irqs_off: true }),
    'actor:c': actor(0),
  };
  const actors = ['a', 'b', 'c'].map((letter) => ({
    letter,
    title: letter,
    name: letter,
    kind: 'cpu' as const,
    steps: [],
  }));

  test('are those in a section and those with interrupts off', () => {
    expect(readersIn(world, actors)).toEqual(['a', 'b']);
    expect(['a', 'b', 'c'].map((letter) => whyReader(world, letter))).toEqual([
      'in a read section',
      'interrupts off',
      'holds a spinlock',
    ]);
  });

  test('who began after a callback was queued does not hold it up', () => {
    expect(othersThan(['a'], ['a', 'b'])).toEqual(['b']);
  });
});
