/**
 * Which PTE table a PMD entry led to last: a table that was taken away is drawn where it hung before,
 * so that one sees the link break and not the table vanish.
 */
import type { History } from '../lib/history';
import type { Pictures, TablePicture } from './pictures';
import { asPointer, asWord, objectOf, type World } from '../lib/values';

/** By PMD cell; only tables that nothing leads to now. */
export function lastTables(pictures: Pictures, history: History, cursor: number): Map<string, TablePicture> {
  const lasts = new Map<string, TablePicture>();
  for (const mm of pictures.mms) {
    for (const { cell, table } of mm.pmds) {
      if (table) continue;
      const last = tableBefore(cell.id, pictures, history, cursor);
      if (last && !last.linked && last.life !== 'unused') lasts.set(cell.id, last);
    }
  }
  return lasts;
}

function tableBefore(pmd: string, pictures: Pictures, history: History, cursor: number): TablePicture | null {
  for (let node = history.node(cursor); node.parent !== null; node = history.node(node.parent)) {
    if (!(pmd in node.delta)) continue;
    const table = tableIn(pmd, pictures, history.world(node.parent));
    if (table) return table;
  }
  return null;
}

function tableIn(pmd: string, pictures: Pictures, world: World): TablePicture | null {
  for (const field of Object.values(asWord(world[pmd])?.fields ?? {})) {
    const to = asPointer(field)?.to;
    const table = to && pictures.tables.get(objectOf(to));
    if (table) return table;
  }
  return null;
}
