/** Hand-made objects for the pictures of TLBs, IOMMUs, hypervisors and files: what a server would send of them. */
import type { CellView, ObjectView } from '../lib/wire';
import { pmd, pointer, pte } from './lostPage';

function cell(id: string, type: string, role: CellView['role'], children: CellView[] = []): CellView {
  const name = id.slice(id.lastIndexOf('.') + 1);
  return { id, name, type, role, children };
}

function array(id: string, type: string, role: CellView['role'], length: number): CellView {
  const items = Array.from({ length }, (_, i) => cell(`${id}[${i}]`, type, role));
  return cell(id, `${type}[${length}]`, 'group', items);
}

function object(id: string, type: string, cells: CellView[], pool: string | null = null): ObjectView {
  return { id, type, pool, ghost: false, cells };
}

const table = (id: string): ObjectView =>
  object(
    id,
    'ptdesc',
    [cell(`${id}.kind`, 'ptdesc_kind', 'enum'), array(`${id}.pte`, 'pte_t', 'word', 2)],
    'T',
  );
const page = (id: string): ObjectView =>
  object(
    id,
    'page',
    [
      cell(`${id}.lock`, 'bit_lock_t', 'lock'),
      cell(`${id}.kind`, 'page_kind', 'enum'),
      cell(`${id}.anon_vma`, 'anon_vma *', 'pointer'),
    ],
    'P',
  );
const tlb = (id: string): CellView =>
  cell(id, 'tlb', 'group', [
    array(`${id}.leaf`, 'pte_t', 'word', 2),
    array(`${id}.upper`, 'ptdesc *', 'pointer', 1),
  ]);

export const OBJECTS: ObjectView[] = [
  object('A', 'mm_struct', [array('A.pmd', 'pmd_t', 'word', 1)]),
  table('T0'),
  table('T1'),
  page('P0'),
  page('P1'),
  object('tlb', 'tlb[2]', [cell('tlb', 'tlb[2]', 'group', [tlb('tlb[0]'), tlb('tlb[1]')])]),
  object('smmu', 'iommu', [
    cell('smmu.mm', 'mm_struct *', 'pointer'),
    array('smmu.walk_cache', 'ptdesc *', 'pointer', 1),
    array('smmu.iotlb', 'pte_t', 'word', 2),
    cell('smmu.walking', 'ptdesc *', 'pointer'),
    cell('smmu.page_request', 'page_request_t', 'word'),
  ]),
  object('vm', 'kvm', [
    cell('vm.mm', 'mm_struct *', 'pointer'),
    cell('vm.mmu_lock', 'spinlock_t', 'lock'),
    cell('vm.mmu_invalidate_seq', 'u8', 'value'),
    cell('vm.mmu_invalidate_in_progress', 'u8', 'value'),
    array('vm.spte', 'page *', 'pointer', 2),
  ]),
  object('file', 'address_space', [array('file.i_pages', 'page *', 'pointer', 4)]),
  object('VA', 'vm_area_struct', [
    cell('VA.vm_mm', 'mm_struct *', 'pointer'),
    cell('VA.anon_vma', 'anon_vma *', 'pointer'),
  ]),
  object('AV0', 'anon_vma', [
    cell('AV0.rwsem', 'rw_semaphore', 'lock'),
    array('AV0.rb_root', 'vm_area_struct *', 'pointer', 2),
  ]),
];

/** T0 hangs on the only PMD entry and maps P0 in slot 1 for writing; nothing is remembered anywhere. */
export const WORLD: Record<string, unknown> = {
  'A.pmd[0]': pmd('T0'),
  'T0.kind': 'PT_TABLE',
  'T0.pte[0]': pte(null),
  'T0.pte[1]': pte('P0'),
  'T1.kind': 'PT_TABLE',
  'T1.pte[0]': pte(null),
  'T1.pte[1]': pte(null),
  'P0.kind': 'PAGE_ANON',
  'P0.anon_vma': pointer('AV0'),
  'P1.kind': 'PAGE_SHMEM',
  'P1.anon_vma': pointer(null),
  'tlb[0].leaf[0]': pte(null),
  'tlb[0].leaf[1]': pte(null),
  'tlb[0].upper[0]': pointer(null),
  'tlb[1].leaf[0]': pte(null),
  'tlb[1].leaf[1]': pte(null),
  'tlb[1].upper[0]': pointer(null),
  'smmu.mm': pointer('A'),
  'smmu.walk_cache[0]': pointer(null),
  'smmu.iotlb[0]': pte(null),
  'smmu.iotlb[1]': pte(null),
  'smmu.walking': pointer(null),
  'smmu.page_request': { fields: { pending: false, addr: 0 } },
  'vm.mm': pointer('A'),
  'vm.mmu_invalidate_seq': 0,
  'vm.mmu_invalidate_in_progress': 0,
  'vm.spte[0]': pointer(null),
  'vm.spte[1]': pointer(null),
  'file.i_pages[0]': pointer('P1'),
  'file.i_pages[1]': pointer('P1'),
  'file.i_pages[2]': pointer(null),
  'file.i_pages[3]': pointer('P0'),
  'VA.vm_mm': pointer('A'),
  'VA.anon_vma': pointer('AV0'),
  'AV0.rb_root[0]': pointer('VA'),
  'AV0.rb_root[1]': pointer(null),
};
