/** Looking into objects: their members, what a member points to, and arrays of structs taken apart. */
import { asPointer, asWord, type Pointer, type World } from '../lib/values';
import type { CellView, ObjectView } from '../lib/wire';

export type Objects = ReadonlyMap<string, ObjectView>;

/** "page" of "struct page". */
export function typeOf(object: ObjectView): string {
  return object.type.replace(/^struct\s+/, '');
}

export function member(object: ObjectView, name: string): CellView | undefined {
  return object.cells.find((cell) => cell.name === name);
}

/** Cells that hold a value: groups opened. */
export function leafCells(cells: readonly CellView[]): CellView[] {
  return cells.flatMap((cell) => (cell.role === 'group' ? leafCells(cell.children) : [cell]));
}

export function cellsOfType(object: ObjectView, type: string): CellView[] {
  return leafCells(object.cells).filter((cell) => cell.role === 'word' && cell.type === type);
}

export function pointerIn(object: ObjectView, name: string, world: World): string | null {
  const cell = member(object, name);
  return cell ? (asPointer(world[cell.id])?.to ?? null) : null;
}

/** The pointer that a cell holds: its own, or the first one of a word that leads anywhere. */
export function pointerOf(value: unknown): Pointer | null {
  const own = asPointer(value);
  if (own) return own;
  const fields = Object.values(asWord(value)?.fields ?? {}).map(asPointer);
  return fields.find((pointer) => pointer?.to) ?? null;
}

/** The object that a pointer leads into: "T0" of "T0.pte[1]", "tlb[1]" of "tlb[1].leaf[0]". */
export function targetOf(to: string, objects: Objects): ObjectView | null {
  for (let id = to; id !== ''; id = id.slice(0, Math.max(id.lastIndexOf('.'), id.lastIndexOf('[')))) {
    const object = objects.get(id);
    if (object) return object;
    if (!/[.[]/.test(id)) return null;
  }
  return null;
}

/** A global array of structs as its elements: "tlb" becomes "tlb[0]", "tlb[1]". Other objects stay as they are. */
export function elementsOf(object: ObjectView): ObjectView[] {
  const [whole] = object.cells;
  if (object.cells.length !== 1 || whole?.id !== object.id || whole.role !== 'group') return [object];
  const elements = whole.children;
  if (elements.length === 0 || elements.some((element) => element.role !== 'group')) return [object];
  return elements.map((element) => ({
    ...object,
    id: element.id,
    type: element.type,
    cells: element.children,
  }));
}

/** The 1 of "tlb[1]"; null for what is no element. */
export function indexOf(id: string): number | null {
  const found = /\[(\d+)\]$/.exec(id);
  return found ? Number(found[1]) : null;
}
