/**
 * A small run as the server would send it: one CPU takes a PTE table away while another fills a slot of it.
 * Made by hand, and typed as the wire is, so that it cannot drift from it.
 */
import type {
  ActorState,
  CellView,
  Moved,
  NodeView,
  ObjectView,
  Opened,
  SearchDone,
  StepView,
} from '../lib/wire';

export const TEXT = `/* Takes the table of A away when nobody seems to use it. */
#define VM_SHARED	1
#define VM_UFFD_MISSING	2
enum rss_member { MM_FILEPAGES, MM_ANONPAGES, NR_MM_COUNTERS };

void retract(struct mm_struct *mm, struct vm_area_struct *vma)
{
	if (READ_ONCE(vma->anon_vma))			/* V2 */
		return;
	spin_lock(&mm->pmd_ptl);			/* V7 */
	mm->pmd[0] = __pmd_none;			/* V9 */
}

int fill(struct mm_struct *mm,
	 struct vm_area_struct *vma)
{
	WRITE_ONCE(vma->anon_vma, &AV0);		/* U3 */
	spin_lock(&T0.ptl);				/* U7 */
	WRITE_ONCE(T0.pte[1], new);			/* U12 */
out:
	spin_unlock(&T0.ptl);				/* U13 */
	return 0;
}
`;

function step(fn: string, text: string, words: string, kind: StepView['kind']): StepView {
  const lines = TEXT.split('\n');
  const line = lines.findIndex((candidate) => candidate.includes(text)) + 1;
  const column = (lines[line - 1] ?? '').indexOf(text) + 1;
  return {
    label: `${fn}: ${text}`,
    check: kind.slice(0, 2).toUpperCase(),
    function: fn,
    text,
    words,
    caption: null,
    kind,
    stack: [],
    place: { file: 'lost-page.c', line, column, end_line: line, end_column: column + text.length },
  };
}

const RETRACT = [
  step('retract', 'READ_ONCE(vma->anon_vma)', 'about to look whether VA has an anon_vma', 'load'),
  step('retract', 'spin_lock(&mm->pmd_ptl)', 'about to take pml of A', 'lock'),
  step('retract', 'mm->pmd[0] = __pmd_none', 'about to clear the PMD of A', 'store'),
];
const FILL = [
  step('fill', 'WRITE_ONCE(vma->anon_vma, &AV0)', 'about to give VA an anon_vma', 'store'),
  step('fill', 'spin_lock(&T0.ptl)', 'about to take ptl of T0', 'lock'),
  step('fill', 'WRITE_ONCE(T0.pte[1], new)', 'about to store P0 in slot 1 of T0', 'store'),
  step('fill', 'spin_unlock(&T0.ptl)', 'about to release ptl of T0', 'unlock'),
];

function cell(
  object: string,
  name: string,
  type: string,
  role: CellView['role'],
  children: CellView[] = [],
): CellView {
  return { id: `${object}.${name}`, name, type, role, children };
}

function object(id: string, type: string, cells: CellView[], pool: string | null = null): ObjectView {
  return { id, type, pool, ghost: false, cells };
}

function table(id: string): ObjectView {
  const slots = [0, 1].map((i) => cell(id, `pte[${i}]`, 'pte_t', 'word'));
  return object(
    id,
    'ptdesc',
    [
      cell(id, 'ptl', 'spinlock_t', 'lock'),
      cell(id, 'pte', 'pte_t[2]', 'group', slots),
      cell(id, 'rcu', 'rcu_head', 'rcu'),
    ],
    'T',
  );
}

export const OBJECTS: ObjectView[] = [
  object('A', 'mm_struct', [
    cell('A', 'mm_users', 'u8', 'value'),
    cell('A', 'pmd_ptl', 'spinlock_t', 'lock'),
    cell('A', 'pmd', 'pmd_t[1]', 'group', [cell('A', 'pmd[0]', 'pmd_t', 'word')]),
    cell('A', 'rss', 's8[2]', 'group', [
      cell('A', 'rss[0]', 's8', 'value'),
      cell('A', 'rss[1]', 's8', 'value'),
    ]),
  ]),
  object('VA', 'vm_area_struct', [
    cell('VA', 'vm_mm', 'mm_struct *', 'pointer'),
    cell('VA', 'vm_start', 'unsigned long', 'value'),
    cell('VA', 'vm_end', 'unsigned long', 'value'),
    cell('VA', 'vm_flags', 'u8', 'value'),
    cell('VA', 'anon_vma', 'anon_vma *', 'pointer'),
  ]),
  table('T0'),
  table('T1'),
  object('P0', 'page', [cell('P0', 'kind', 'page_kind', 'enum'), cell('P0', 'data', 'u8', 'value')], 'P'),
  object('AV0', 'anon_vma', [cell('AV0', 'rwsem', 'rw_semaphore', 'lock')], 'AV'),
  {
    id: 'seen',
    type: 'u8',
    pool: null,
    ghost: false,
    cells: [{ id: 'seen', name: 'seen', type: 'u8', role: 'value', children: [] }],
  },
];

export const pointer = (to: string | null, stale = false) => ({ to, stale });
export const pmd = (to: string | null) => ({
  fields: { kind: to ? 'PMD_TABLE' : 'PMD_NONE', table: pointer(to), huge: pointer(null) },
});
export const pte = (to: string | null) => ({
  fields: { kind: to ? 'PTE_PRESENT' : 'PTE_NONE', page: pointer(to), write: to !== null },
});
export const free = { lock: { state: 'free', says: null, holders: [], waiters: [] } };
export const held = (actor: string, since: number, waiters: string[] = []) => ({
  lock: { state: 'held', says: null, holders: [{ actor, mode: 'held', since }], waiters },
});

export function actor(step: number | null, more: Partial<ActorState> = {}): ActorState {
  return {
    status: step === null ? 'finished' : 'ready',
    step,
    why: null,
    waits_for: null,
    choices: [],
    holds: [],
    rcu_depth: 0,
    irqs_off: false,
    bh_off: false,
    locals: [],
    touches: [],
    ...more,
  };
}

export const WORLD: Record<string, unknown> = {
  'A.mm_users': 1,
  'A.pmd_ptl': free,
  'A.pmd[0]': pmd('T0'),
  'A.rss[0]': 0,
  'A.rss[1]': 0,
  'VA.vm_mm': pointer('A'),
  'VA.vm_start': 0,
  'VA.vm_end': 2,
  'VA.vm_flags': 2,
  'VA.anon_vma': pointer(null),
  'T0.ptl': free,
  'T0.pte[0]': pte(null),
  'T0.pte[1]': pte(null),
  'T0.rcu': { rcu: null },
  'T1.ptl': free,
  'T1.pte[0]': pte(null),
  'T1.pte[1]': pte(null),
  'T1.rcu': { rcu: null },
  'P0.kind': 'PAGE_ANON',
  'P0.data': 42,
  'AV0.rwsem': free,
  seen: 0,
  'object:A': 'live',
  'object:VA': 'live',
  'object:T0': 'live',
  'object:T1': 'unused',
  'object:P0': 'live',
  'object:AV0': 'live',
  'object:seen': 'live',
  'actor:a': actor(0),
  'actor:b': actor(0),
  'rcu:': { pending: [] },
};

export function node(id: number, parent: number | null, more: Partial<NodeView> = {}): NodeView {
  return {
    id,
    parent,
    number: parent === null ? 0 : id,
    actor: null,
    choice: null,
    step: null,
    label: null,
    words: '',
    switch: false,
    preemption: false,
    switch_reason: null,
    accesses: [],
    uses: [],
    ends: [],
    findings: [],
    covers: [],
    delta: {},
    ...more,
  };
}

/** The root, then seven steps: a looks, b fills, a takes the table away. */
export const NODES: NodeView[] = [
  node(0, null),
  node(1, 0, { actor: 'a', words: 'read VA.anon_vma: NULL', delta: { 'actor:a': actor(1) } }),
  node(2, 1, {
    actor: 'b',
    words: 'set VA.anon_vma to AV0',
    switch: true,
    switch_reason: 'chosen',
    delta: { 'VA.anon_vma': pointer('AV0'), 'actor:b': actor(1) },
  }),
  node(3, 2, {
    actor: 'b',
    words: 'took T0.ptl',
    delta: { 'T0.ptl': held('b', 3), 'actor:b': actor(2, { holds: ['T0.ptl'] }) },
  }),
  node(4, 3, {
    actor: 'b',
    words: 'stored P0 in T0.pte[1]',
    delta: { 'T0.pte[1]': pte('P0'), 'A.rss[1]': 1, 'actor:b': actor(3, { holds: ['T0.ptl'] }) },
  }),
  node(5, 4, { actor: 'b', words: 'released T0.ptl', delta: { 'T0.ptl': free, 'actor:b': actor(null) } }),
  node(6, 5, {
    actor: 'a',
    words: 'took A.pmd_ptl',
    switch: true,
    switch_reason: 'CPU 1 had finished',
    delta: { 'A.pmd_ptl': held('a', 6), 'actor:a': actor(2, { holds: ['A.pmd_ptl'] }) },
  }),
  node(7, 6, {
    actor: 'a',
    words: 'cleared A.pmd[0]',
    findings: [
      {
        kind: 'lost-pte',
        fatal: false,
        warning: false,
        message: 'A PTE table is detached while slot 1 maps P0.',
        report: 'BUG: page table T0 detached while in use',
        actor: 'a',
        label: 'retract: mm->pmd[0] = __pmd_none',
      },
    ],
    delta: { 'A.pmd[0]': pmd(null), 'actor:a': actor(null, { holds: ['A.pmd_ptl'] }) },
  }),
];

/** Texts of the path to each node, as the server would write them. */
export const SCHEDULES = [
  '',
  '1.a1AB',
  '1.a1ABb1CD',
  '1.a1ABb2EF',
  '1.a1ABb3GH',
  '1.a1ABb4ZZ',
  '1.a1ABb4ZZa1IJ',
  '1.a1ABb4ZZa2ZZ',
];

const SCENARIO = {
  id: 'lost-page',
  title: 'Can a stored page disappear?',
  summary: 'A table is taken away while it is filled.',
  group: 'Tests',
  asks: 'lost-pte',
  variants: [
    { id: 'fixed', summary: 'with a second look', verdict: 'never' as const, expect: {}, note: null },
    { id: 'broken', summary: 'with one look', verdict: 'sometimes' as const, expect: {}, note: null },
  ],
  begin: 'broken',
  story: 'Two CPUs meet at one table.',
  sources: [],
  goals: [{ find: 'lost-pte', say: 'Lose the page.' }],
  bundle: { files: [] },
};

/** The session as it opens, with the first `steps` steps done. */
export function opened(seq: number, steps = 0, more: Partial<Opened> = {}): Opened {
  return {
    type: 'opened',
    seq,
    program: {
      scenario: SCENARIO,
      variant: 'broken',
      model_hash: 'c0ffee',
      files: [{ path: 'lost-page.c', text: TEXT }],
      actors: [
        { letter: 'a', title: 'CPU 0', name: 'khugepaged', kind: 'cpu', steps: RETRACT },
        { letter: 'b', title: 'CPU 1', name: 'monitor', kind: 'cpu', steps: FILL },
      ],
      objects: OBJECTS,
      notes: [
        {
          at: 'retract: READ_ONCE(vma->anon_vma)',
          actor: 'a',
          say: 'It may be set right after this.',
          variants: null,
        },
      ],
      limits: ['A table has two slots.'],
      memory_model: 'sequentially consistent',
    },
    world: WORLD as Opened['world'],
    nodes: NODES.slice(0, steps + 1),
    cursor: steps,
    schedule: SCHEDULES[steps] ?? '',
    branches: [],
    replay: null,
    ...more,
  };
}

/** The answer to a step that leads to node `id` of the run above. */
export function moved(seq: number, id: number, more: Partial<Moved> = {}): Moved {
  return {
    type: 'moved',
    seq,
    nodes: NODES.slice(id, id + 1),
    cursor: id,
    tip: id,
    schedule: SCHEDULES[id] ?? '',
    stopped: null,
    ...more,
  };
}

export const SCENARIOS = { scenarios: [SCENARIO] };

/** The answer to a search that found the run above. */
export function found(seq: number, more: Partial<SearchDone> = {}): SearchDone {
  return {
    type: 'found',
    seq,
    kind: 'lost-pte',
    verdict: 'sometimes',
    verdicts: [
      {
        kind: 'lost-pte',
        verdict: 'sometimes',
        fatal: false,
        warning: false,
        message: null,
        steps: 7,
        schedule: SCHEDULES[7] ?? '',
      },
    ],
    states: 40,
    transitions: 70,
    exhaustive: true,
    bounds: [],
    vacuous: [],
    memory_model: 'sequentially consistent',
    elapsed_s: 0.1,
    statement: 'Sometimes: the page is lost in 7 steps.',
    nodes: NODES.slice(1),
    tip: 7,
    cancelled: false,
    mode: 'prove',
    goal: null,
    start: 0,
    schedule: SCHEDULES[7] ?? '',
    switches: 2,
    preemptions: 1,
    omission: 0,
    reductions: [],
    memory_bytes: 0,
    ...more,
  };
}
