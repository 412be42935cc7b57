/**
 * Which objects of the world are drawn as what: an mm with its VMAs and PMD entries, PTE tables,
 * pages, files; and the rest, which is drawn as plain tables.
 *
 * Only this folder knows the names of Linux's types. An object of a type that is not known here, or
 * that lacks the members by which it would be drawn, falls to the rest, so nothing is ever missing.
 */
import { asPointer, asWord, lifeOf, objectOf, type Life, type World } from '../lib/values';
import type { CellView, ObjectView } from '../lib/wire';

export interface PmdPicture {
  cell: CellView;
  /** PMD_NONE and its like, as in the source. */
  kind: string;
  table: ObjectView | null;
  page: ObjectView | null;
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

export type SlotLook = 'none' | 'file' | 'anon' | 'marker' | 'stale';

/** What each look says; the legend and the tooltips of the slots. */
export const SLOT_MEANS: Record<SlotLook, string> = {
  none: 'none: nothing is mapped here',
  file: 'file: a page of the file is mapped',
  anon: 'anon: an anonymous page is mapped, which is nowhere else',
  marker: 'marker: no page, but a note such as a swap entry',
  stale: 'stale: it leads to a page that was freed',
};

export interface SlotPicture {
  cell: CellView;
  index: number;
  look: SlotLook;
  /** What the slot points to, whatever it is. */
  target: string | null;
  page: ObjectView | null;
  /** Further fields that are set: "write", "uffd_wp". */
  bits: string[];
}

export interface TablePicture {
  object: ObjectView;
  life: Life;
  linked: boolean;
  lock: CellView | null;
  slots: SlotPicture[];
  /** Letters of the readers that its callback waits for; null when no callback is queued. */
  queued: string[] | null;
}

export interface Pictures {
  mms: MmPicture[];
  tables: Map<string, TablePicture>;
  /** Tables that no PMD entry leads to. */
  unlinked: TablePicture[];
  pages: ObjectView[];
  files: ObjectView[];
  rest: ObjectView[];
}

const MM = 'mm_struct';
const VMA = 'vm_area_struct';
const FILE = 'address_space';
const PAGE = 'page';

export function picturesOf(objects: readonly ObjectView[], world: World): Pictures {
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
  const drawn = (object: ObjectView): boolean =>
    tables.has(object.id) ||
    mmObjects.includes(object) ||
    drawnVmas.has(object) ||
    typeOf(object) === FILE ||
    typeOf(object) === PAGE;
  return {
    mms,
    tables,
    unlinked: [...tables.values()].filter((table) => !table.linked),
    pages: objects.filter((object) => typeOf(object) === PAGE),
    files: objects.filter((object) => typeOf(object) === FILE),
    rest: objects.filter((object) => !drawn(object) && !isLocksOnly(object)),
  };
}

/** A global lock or an array of them: the lock panel has it. */
function isLocksOnly(object: ObjectView): boolean {
  return object.pool === null && leafCells(object.cells).every((cell) => cell.role === 'lock');
}

function typeOf(object: ObjectView): string {
  return object.type.replace(/^struct\s+/, '');
}

export function member(object: ObjectView, name: string): CellView | undefined {
  return object.cells.find((cell) => cell.name === name);
}

/** Cells that hold a value: groups opened. */
export function leafCells(cells: readonly CellView[]): CellView[] {
  return cells.flatMap((cell) => (cell.role === 'group' ? leafCells(cell.children) : [cell]));
}

function cellsOfType(object: ObjectView, type: string): CellView[] {
  return leafCells(object.cells).filter((cell) => cell.role === 'word' && cell.type === type);
}

function pmdCells(object: ObjectView): CellView[] {
  return cellsOfType(object, 'pmd_t');
}

function isTable(object: ObjectView): boolean {
  return cellsOfType(object, 'pte_t').length > 0;
}

function pointerIn(object: ObjectView, name: string, world: World): string | null {
  const cell = member(object, name);
  return cell ? (asPointer(world[cell.id])?.to ?? null) : null;
}

function pmdPicture(
  cell: CellView,
  world: World,
  byId: ReadonlyMap<string, ObjectView>,
  isTableId: ReadonlySet<string>,
): PmdPicture {
  const fields = asWord(world[cell.id])?.fields ?? {};
  let table: ObjectView | null = null;
  let page: ObjectView | null = null;
  let stale = false;
  for (const pointer of Object.values(fields).map(asPointer)) {
    if (!pointer?.to) continue;
    const object = byId.get(objectOf(pointer.to)) ?? null;
    if (object && isTableId.has(object.id)) table = object;
    else page = object;
    stale ||= pointer.stale;
  }
  return { cell, kind: kindOf(fields), table, page, stale };
}

function kindOf(fields: Record<string, unknown>): string {
  return typeof fields.kind === 'string' ? fields.kind : '';
}

function tablePicture(
  object: ObjectView,
  linked: boolean,
  world: World,
  byId: ReadonlyMap<string, ObjectView>,
): TablePicture {
  const head = object.cells.find((cell) => cell.role === 'rcu');
  const queued = head ? (world[head.id] as { rcu?: string[] | null } | undefined)?.rcu : null;
  return {
    object,
    linked,
    life: lifeOf(world, object.id),
    lock: object.cells.find((cell) => cell.role === 'lock') ?? null,
    slots: cellsOfType(object, 'pte_t').map((cell, index) => slotPicture(cell, index, world, byId)),
    queued: queued ?? null,
  };
}

function slotPicture(
  cell: CellView,
  index: number,
  world: World,
  byId: ReadonlyMap<string, ObjectView>,
): SlotPicture {
  const fields = asWord(world[cell.id])?.fields ?? {};
  const pointer = Object.values(fields)
    .map(asPointer)
    .find((p) => p?.to);
  const page = pointer?.to ? (byId.get(objectOf(pointer.to)) ?? null) : null;
  const bits = Object.entries(fields)
    .filter(([, value]) => value === true)
    .map(([name]) => name);
  const kind = kindOf(fields);
  let look: SlotLook = 'none';
  if (pointer?.stale) look = 'stale';
  else if (/MARKER|SWAP|MIGRATION/.test(kind)) look = 'marker';
  else if (page) look = isAnon(page, world) ? 'anon' : 'file';
  else if (kind !== '' && !/NONE/.test(kind)) look = 'file';
  return { cell, index, look, target: pointer?.to ?? null, page, bits };
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
    if (table.life === 'unused') continue;
    for (const slot of table.slots) {
      if (slot.page?.id === page.id)
        mappings.push({ words: `${table.object.id} slot ${slot.index}`, linked: table.linked });
    }
  }
  return mappings;
}
