/**
 * Which objects of the world are drawn as what: an mm with its VMAs and PMD entries, PTE tables,
 * pages, files; and the rest, which is drawn as plain tables.
 *
 * Only this folder knows the names of Linux's types. An object of a type that is not known here, or
 * that lacks the members by which it would be drawn, falls to the rest, so nothing is ever missing.
 */
import { asPointer, asWord, lifeOf, type Life, type World } from '../lib/values';
import type { CellView, ObjectView } from '../lib/wire';
import { isEntry } from './files';
import {
  cellsOfType,
  elementsOf,
  leafCells,
  member,
  pointerIn,
  targetOf,
  typeOf,
  type Objects,
} from './objects';
import { keeperOf, translationPicture, type TranslationPicture } from './translations';

export interface PmdPicture {
  cell: CellView;
  /** PMD_NONE and its like, as in the source. */
  kind: string;
  table: ObjectView | null;
  page: ObjectView | null;
  /** A huge page that may be written. */
  write: boolean;
  stale: boolean;
}

export interface MmPicture {
  object: ObjectView;
  vmas: ObjectView[];
  pmds: PmdPicture[];
  rss: CellView[];
  /** mm_users, nr_ptes and what else is a plain number. */
  counters: CellView[];
}

export type SlotLook = 'none' | 'file' | 'anon' | 'huge' | 'marker' | 'data' | 'stale';

/** What each look says; the legend and the tooltips of the slots. */
export const SLOT_MEANS: Record<SlotLook, string> = {
  none: 'none: nothing is mapped here',
  file: 'file: a page of the file is mapped',
  anon: 'anon: an anonymous page is mapped, which is nowhere else',
  huge: 'huge: a part of a huge page, mapped by the PMD entry',
  marker: 'marker: no page, but a note such as uffd-wp or a swap entry',
  data: 'data: the page of the table was freed and belongs to somebody else now; these are his bytes',
  stale: 'stale: it leads to what was freed, or says what the page tables do not say any more',
};

export interface SlotPicture {
  cell: CellView;
  /** "0–3" for what covers several. */
  index: number | string;
  look: SlotLook;
  /** What the slot points to, whatever it is. */
  target: string | null;
  page: ObjectView | null;
  /** Further fields that are set: "write", "uffd_wp". */
  bits: string[];
  /** What is wrong with it, where more is known than its look says. */
  why: string | null;
}

export interface TablePicture {
  object: ObjectView;
  life: Life;
  linked: boolean;
  /** Somebody got the freed page for data of his own: what stands in it are no entries. */
  data: boolean;
  lock: CellView | null;
  slots: SlotPicture[];
  /** Letters of the readers that its callback waits for; null when no callback is queued. */
  queued: string[] | null;
}

export interface AnonVmaPicture {
  object: ObjectView;
  /** VMAs that a walk from it reaches; null where the model has no tree. */
  tree: CellView[] | null;
  /** VMAs whose anon_vma it is, and anonymous pages that begin their reverse map here. */
  vmas: ObjectView[];
  pages: ObjectView[];
  values: CellView[];
}

export interface Pictures {
  mms: MmPicture[];
  tables: Map<string, TablePicture>;
  /** Tables that no PMD entry leads to. */
  unlinked: TablePicture[];
  pages: ObjectView[];
  files: ObjectView[];
  anonVmas: AnonVmaPicture[];
  /** TLBs, IOMMUs, hypervisors. */
  translations: TranslationPicture[];
  rest: ObjectView[];
}

const MM = 'mm_struct';
const VMA = 'vm_area_struct';
const FILE = 'address_space';
const PAGE = 'page';
const ANON_VMA = 'anon_vma';

export function picturesOf(all: readonly ObjectView[], world: World): Pictures {
  // An array is taken apart only if its elements have a picture.
  const objects = all.flatMap((object) => {
    const elements = elementsOf(object);
    return elements[0] && isKnown(elements[0]) ? elements : [object];
  });
  const byId = new Map(objects.map((object) => [object.id, object]));
  const tableObjects = objects.filter(isTable);
  const isTableId = new Set(tableObjects.map((object) => object.id));
  const mmObjects = objects.filter((object) => typeOf(object) === MM && pmdCells(object).length > 0);

  const mms = mmObjects.map((object): MmPicture => {
    const vmas = objects.filter(
      (other) => typeOf(other) === VMA && pointerIn(other, 'vm_mm', world) === object.id,
    );
    const pmds = pmdCells(object).map((cell) => pmdPicture(cell, world, byId, isTableId));
    const rss =
      object.cells.find((cell) => cell.role === 'group' && cell.name.startsWith('rss'))?.children ?? [];
    const counters = object.cells.filter((cell) => cell.role === 'value' && cell.children.length === 0);
    return { object, vmas, pmds, rss, counters };
  });
  const linked = new Set(mms.flatMap((mm) => mm.pmds.map((pmd) => pmd.table?.id)));
  const tables = new Map(
    tableObjects.map((object) => [object.id, tablePicture(object, linked.has(object.id), world, byId)]),
  );
  const drawnVmas = new Set(mms.flatMap((mm) => mm.vmas));
  const pages = objects.filter((object) => typeOf(object) === PAGE && !isEntry(object.id));
  const vmas = objects.filter((object) => typeOf(object) === VMA);
  const anonVmas = objects
    .filter((object) => typeOf(object) === ANON_VMA)
    .map((object) => anonVmaPicture(object, vmas, pages, world));
  const translations = objects.flatMap((object) => {
    const keeper = keeperOf(object);
    return keeper ? [translationPicture(object, keeper, { mms, tables, objects: byId }, world)] : [];
  });
  const drawn = (object: ObjectView): boolean =>
    tables.has(object.id) ||
    mmObjects.includes(object) ||
    drawnVmas.has(object) ||
    keeperOf(object) !== null ||
    typeOf(object) === FILE ||
    typeOf(object) === ANON_VMA ||
    typeOf(object) === PAGE;
  return {
    mms,
    tables,
    unlinked: [...tables.values()].filter((table) => !table.linked),
    pages,
    anonVmas,
    translations,
    files: objects.filter((object) => typeOf(object) === FILE),
    rest: objects.filter((object) => !drawn(object) && !isLocksOnly(object)),
  };
}

/** A global lock or an array of them: the lock panel has it. */
function isLocksOnly(object: ObjectView): boolean {
  return object.pool === null && leafCells(object.cells).every((cell) => cell.role === 'lock');
}

function pmdCells(object: ObjectView): CellView[] {
  return cellsOfType(object, 'pmd_t');
}

function isTable(object: ObjectView): boolean {
  return keeperOf(object) === null && cellsOfType(object, 'pte_t').length > 0;
}

function pmdPicture(cell: CellView, world: World, byId: Objects, isTableId: ReadonlySet<string>): PmdPicture {
  const fields = asWord(world[cell.id])?.fields ?? {};
  let table: ObjectView | null = null;
  let page: ObjectView | null = null;
  let stale = false;
  for (const pointer of Object.values(fields).map(asPointer)) {
    if (!pointer?.to) continue;
    const object = targetOf(pointer.to, byId);
    if (object && isTableId.has(object.id)) table = object;
    else page = object;
    stale ||= pointer.stale;
  }
  return { cell, kind: kindOf(fields), table, page, write: page !== null && fields.write === true, stale };
}

function kindOf(fields: Record<string, unknown>): string {
  return typeof fields.kind === 'string' ? fields.kind : '';
}

function tablePicture(object: ObjectView, linked: boolean, world: World, byId: Objects): TablePicture {
  const head = object.cells.find((cell) => cell.role === 'rcu');
  const data = isData(object, world);
  const queued = head ? (world[head.id] as { rcu?: string[] | null } | undefined)?.rcu : null;
  return {
    object,
    linked,
    life: lifeOf(world, object.id),
    data,
    lock: object.cells.find((cell) => cell.role === 'lock') ?? null,
    slots: cellsOfType(object, 'pte_t').map((cell, index) => {
      const slot = slotPicture(cell, index, world, byId);
      return data && slot.look !== 'none' ? { ...slot, look: 'data' as const } : slot;
    }),
    queued: queued ?? null,
  };
}

function isData(object: ObjectView, world: World): boolean {
  const kind = member(object, 'kind');
  return kind !== undefined && /DATA/.test(String(world[kind.id]));
}

function anonVmaPicture(
  object: ObjectView,
  vmas: readonly ObjectView[],
  pages: readonly ObjectView[],
  world: World,
): AnonVmaPicture {
  const tree = object.cells.find((cell) => cell.role === 'group' && /vm_area_struct/.test(cell.type));
  const live = (other: ObjectView): boolean => lifeOf(world, other.id) === 'live';
  return {
    object,
    tree: tree ? leafCells(tree.children) : null,
    vmas: vmas.filter((vma) => pointerIn(vma, 'anon_vma', world) === object.id),
    pages: pages.filter((page) => live(page) && pointerIn(page, 'anon_vma', world) === object.id),
    values: object.cells.filter((cell) => cell !== tree && cell.role !== 'lock'),
  };
}

/** Of a type that has a picture. */
function isKnown(object: ObjectView): boolean {
  return (
    keeperOf(object) !== null || [MM, VMA, FILE, PAGE, ANON_VMA].includes(typeOf(object)) || isTable(object)
  );
}

function slotPicture(cell: CellView, index: number, world: World, byId: Objects): SlotPicture {
  const fields = asWord(world[cell.id])?.fields ?? {};
  const pointer = Object.values(fields)
    .map(asPointer)
    .find((p) => p?.to);
  const page = pointer?.to ? targetOf(pointer.to, byId) : null;
  const bits = Object.entries(fields)
    .filter(([, value]) => value === true)
    .map(([name]) => name);
  const kind = kindOf(fields);
  let look: SlotLook = 'none';
  if (pointer?.stale) look = 'stale';
  else if (/MARKER|SWAP|MIGRATION/.test(kind)) look = 'marker';
  else if (page) look = isAnon(page, world) ? 'anon' : 'file';
  else if (kind !== '' && !/NONE/.test(kind)) look = 'file';
  return { cell, index, look, target: pointer?.to ?? null, page, bits, why: null };
}

export function isAnon(page: ObjectView, world: World): boolean {
  const kind = member(page, 'kind');
  return kind !== undefined && /ANON/.test(String(world[kind.id]));
}

export interface Mapping {
  words: string;
  /** False when the table that maps the page hangs on no PMD entry. */
  linked: boolean;
}

/** Where a page is mapped: "A slot 1", "A huge", "T0 slot 1" of a table that is not linked. */
export function mappingsOf(page: ObjectView, pictures: Pictures): Mapping[] {
  const mappings: Mapping[] = [];
  for (const mm of pictures.mms) {
    for (const pmd of mm.pmds)
      if (pmd.page?.id === page.id) mappings.push({ words: `${mm.object.id} huge`, linked: true });
  }
  for (const table of pictures.tables.values()) {
    // What stands in a page that is no table any more maps nothing.
    if (table.life === 'unused' || table.data) continue;
    for (const slot of table.slots) {
      if (slot.page?.id === page.id)
        mappings.push({ words: `${table.object.id} slot ${slot.index}`, linked: table.linked });
    }
  }
  return mappings;
}

/** Who else still has a translation to a page: "TLB of CPU 0 [1]"; whether it should be there any more. */
export function rememberedOf(page: ObjectView, pictures: Pictures): { words: string; stale: boolean }[] {
  return pictures.translations.flatMap(({ title, leaves }) =>
    leaves
      .flatMap((group) => group.slots)
      .filter((slot) => slot.page?.id === page.id)
      .map((slot) => ({ words: `${title} [${slot.index}]`, stale: slot.why !== null })),
  );
}
