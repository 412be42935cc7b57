/**
 * What is remembered of page tables outside of them: by the TLB of each CPU, by an IOMMU that walks an mm's tables
 * for a device, by a hypervisor in shadow entries. Every entry is held against the tables as they are now.
 */
import { asPointer, asWord, lifeOf, type Pointer, type World } from '../lib/values';
import type { CellView, ObjectView } from '../lib/wire';
import { indexOf, leafCells, pointerOf, targetOf, typeOf, type Objects } from './objects';
import type { MmPicture, SlotPicture, TablePicture } from './pictures';

export type Keeper = 'tlb' | 'iommu' | 'kvm';

/** An entry that leads to a PTE table: of a paging-structure cache, or of a walk under way. */
export interface UpperPicture {
  cell: CellView;
  to: string | null;
  /** Why it should not be there any more. */
  why: string | null;
}

export interface LeafGroup {
  /** "leaf", "iotlb", "spte": the member's own name. */
  name: string;
  slots: SlotPicture[];
}

export interface TranslationPicture {
  keeper: Keeper;
  object: ObjectView;
  /** "TLB of CPU 0". */
  title: string;
  mm: string | null;
  leaves: LeafGroup[];
  uppers: UpperPicture[];
  /** Ranges between range_start and range_end; null where none are counted. */
  inProgress: number | null;
  /** Cells that the line about them stands for. */
  progress: CellView[];
  /** The range that changes: "page 0", "pages 0–3". */
  range: string | null;
  /** Everything else that is a value. */
  values: CellView[];
  stale: number;
}

const KEEPERS: Record<string, Keeper> = { tlb: 'tlb', iommu: 'iommu', kvm: 'kvm' };

export function keeperOf(object: ObjectView): Keeper | null {
  return KEEPERS[typeOf(object)] ?? null;
}

export interface Tables {
  mms: readonly MmPicture[];
  tables: ReadonlyMap<string, TablePicture>;
  objects: Objects;
}

export function translationPicture(
  object: ObjectView,
  keeper: Keeper,
  among: Tables,
  world: World,
): TranslationPicture {
  const mm = mmOf(object, among, world);
  const mms = mm ? among.mms.filter((one) => one.object.id === mm) : among.mms;
  const cells = leafCells(object.cells);
  const uppers = cells.filter(leadsToTable).map((cell) => upperPicture(cell, mms, among, world));
  const leaves = leafGroups(object).map(({ name, cells: slots }) => ({
    name,
    slots: slots.map((cell, address) => leafPicture(cell, address, mms, among, world)),
  }));
  const drawn = new Set([...uppers, ...leaves.flatMap((group) => group.slots)].map((entry) => entry.cell.id));
  const progress = cells.filter((cell) => /in_progress$|invalidate_range_(start|end)$/.test(cell.name));
  const [inProgress, start, end] = ['in_progress', 'range_start', 'range_end'].map((name) => {
    const cell = progress.find((one) => one.name.endsWith(name));
    return cell && world[cell.id];
  });
  const inLine = (cell: CellView): boolean => typeof inProgress === 'number' && progress.includes(cell);
  return {
    keeper,
    object,
    title: titleOf(keeper, object),
    mm,
    leaves,
    uppers,
    inProgress: typeof inProgress === 'number' ? inProgress : null,
    progress: cells.filter(inLine),
    range:
      typeof start === 'number' && typeof end === 'number' && end > start
        ? end - start === 1
          ? `page ${start}`
          : `pages ${start}–${end - 1}`
        : null,
    values: cells.filter(
      (cell) => cell.role !== 'lock' && !drawn.has(cell.id) && cell.name !== 'mm' && !inLine(cell),
    ),
    stale: [...uppers, ...leaves.flatMap((group) => group.slots)].filter((entry) => entry.why).length,
  };
}

function titleOf(keeper: Keeper, object: ObjectView): string {
  const index = indexOf(object.id);
  if (keeper === 'tlb') return index === null ? 'TLB' : `TLB of CPU ${index}`;
  return keeper === 'iommu' ? 'IOMMU' : 'KVM';
}

function mmOf(object: ObjectView, { mms, objects }: Tables, world: World): string | null {
  for (const cell of object.cells) {
    if (!/\bmm_struct\b/.test(cell.type)) continue;
    const to = asPointer(world[cell.id])?.to;
    const target = to && targetOf(to, objects);
    if (target) return target.id;
  }
  return mms.length === 1 ? (mms[0]?.object.id ?? null) : null;
}

function leadsToTable(cell: CellView): boolean {
  return cell.role === 'pointer' && /\bptdesc\b/.test(cell.type);
}

function leadsToPage(cell: CellView): boolean {
  return cell.role === 'word' ? cell.type === 'pte_t' : cell.role === 'pointer' && /\bpage\b/.test(cell.type);
}

function leafGroups(object: ObjectView): { name: string; cells: CellView[] }[] {
  return object.cells
    .map((cell) => ({
      name: cell.name.replace(/\[.*$/, ''),
      cells: leafCells([cell]).filter(leadsToPage),
    }))
    .filter((group) => group.cells.length > 0);
}

// -- entries that lead to tables ------------------------------------------------------------------

function upperPicture(
  cell: CellView,
  mms: readonly MmPicture[],
  { tables, objects }: Tables,
  world: World,
): UpperPicture {
  const pointer = asPointer(world[cell.id]);
  const object = pointer?.to ? targetOf(pointer.to, objects) : null;
  const region = indexOf(cell.name);
  return {
    cell,
    to: pointer?.to ?? null,
    why:
      pointer?.to && object ? tableWrong(pointer, object, region, mms, tables.get(object.id), world) : null,
  };
}

function tableWrong(
  pointer: Pointer,
  object: ObjectView,
  region: number | null,
  mms: readonly MmPicture[],
  table: TablePicture | undefined,
  world: World,
): string | null {
  const live = lifeOf(world, object.id) === 'live';
  if (table?.data && live) return 'the page is in use for something else';
  if (pointer.stale) return live ? 'the table was freed, and is another one now' : 'the table was freed';
  if (!live) return 'the table was freed';
  const hangs = mms.some((mm) =>
    mm.pmds.some((pmd, i) => pmd.table?.id === object.id && (region === null || i === region)),
  );
  return hangs ? null : 'no PMD entry leads there now';
}

// -- entries that lead to pages -------------------------------------------------------------------

interface Mapped {
  page: string | null;
  write: boolean;
}

function leafPicture(
  cell: CellView,
  address: number,
  mms: readonly MmPicture[],
  { tables, objects }: Tables,
  world: World,
): SlotPicture {
  const value = world[cell.id];
  const fields = asWord(value)?.fields ?? {};
  const pointer = pointerOf(value);
  const page = pointer?.to ? targetOf(pointer.to, objects) : null;
  const bits = Object.entries(fields).flatMap(([name, set]) => (set === true ? [name] : []));
  const slot: SlotPicture = {
    cell,
    index: address,
    look: 'none',
    target: pointer?.to ?? null,
    page,
    bits,
    why: null,
  };
  if (!pointer?.to) return slot;
  const there = mms.map((mm) => mappedAt(mm, address, tables, world));
  const why = pageWrong(pointer, page, fields.write === true, there, world);
  return { ...slot, why, look: why ? 'stale' : page && isAnonymous(page, world) ? 'anon' : 'file' };
}

function isAnonymous(page: ObjectView, world: World): boolean {
  const kind = page.cells.find((cell) => cell.name === 'kind');
  return kind !== undefined && /ANON/.test(String(world[kind.id]));
}

/** `there`: what each mm that it may belong to maps now; it is right if it agrees with one of them. */
function pageWrong(
  pointer: Pointer,
  page: ObjectView | null,
  write: boolean,
  there: readonly (Mapped | null)[],
  world: World,
): string | null {
  if (pointer.stale || (page && lifeOf(world, page.id) === 'freed')) return 'the page was freed';
  if (!page || there.length === 0) return null;
  const same = there.filter((mapped) => mapped?.page === page.id);
  if (same.length === 0) {
    const other = there.find((mapped) => mapped?.page)?.page;
    return other ? `the tables map ${other}` : 'the tables map nothing';
  }
  return write && same.every((mapped) => !mapped?.write) ? 'the tables do not allow to write' : null;
}

/** What an mm's tables map at an address, counted in pages. */
function mappedAt(
  mm: MmPicture,
  address: number,
  tables: ReadonlyMap<string, TablePicture>,
  world: World,
): Mapped | null {
  const regions = mm.pmds.length;
  const slots = [...tables.values()][0]?.slots.length ?? 0;
  const region = slots > 0 ? Math.floor(address / slots) : 0;
  const pmd = mm.pmds[regions === 1 ? 0 : region];
  if (!pmd) return null;
  const write = (cell: CellView): boolean => asWord(world[cell.id])?.fields.write === true;
  if (pmd.page) return { page: pmd.page.id, write: write(pmd.cell) };
  const slot = pmd.table && tables.get(pmd.table.id)?.slots[slots > 0 ? address % slots : address];
  return slot ? { page: slot.page?.id ?? null, write: write(slot.cell) } : null;
}
