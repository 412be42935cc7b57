"""What has been learned of the steps: a table for each place where an actor can stand.

A step's effect depends only on the slots that it looks at, and which slots those are may depend on what the first of
them hold: a pointer leads to one object or another. So a table is a tree. A node looks at the slots that all steps
below it look at next, all at once; what they hold leads to a leaf, or to another node.

    node: mask -> {masked state: leaf or node}         leaf: the branches of the step, () where it cannot go

Everything is learned from the model, once for each content of the slots looked at, and holds for every state with that
content. A look-up compares all bits of these slots.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from racewalk.explore.codes import Codes
from racewalk.model import Branch, Lesson, PackedModel, Report

CHOICES = 128
"""A move is a number: actor times this, plus one plus the choice, if there is one."""


class Note(NamedTuple):
    """What a transition reports and covers."""

    reports: tuple[Report, ...]
    covers: tuple[str, ...]
    fatal: bool


class Arrow(NamedTuple):
    """One branch of a step, ready to be applied: the state after is `state & keep | put`."""

    keep: int
    put: int
    move: int
    note: Note | None


Leaf = tuple[Arrow, ...]


class Node:
    """`slots`: what the mask is made of, in the order of looking. `version` counts what was put in at or below it."""

    __slots__ = ("mask", "slots", "table", "version")

    def __init__(self, slots: tuple[int, ...], mask: int) -> None:
        self.slots = slots
        self.mask = mask
        self.version = 0
        self.table: dict[int, Leaf | Node] = {}


@dataclass(slots=True)
class _Record:
    """A lesson in codes: what was looked at, what it held, and the branches with what they write."""

    reads: tuple[int, ...]
    held: tuple[int, ...]
    branches: tuple[tuple[Branch, tuple[tuple[int, int], ...]], ...]
    leaf: Leaf = ()


@dataclass(slots=True)
class Table:
    """Where an actor stands at one position.

    When slots get more bits the table is `stale`: an empty root, which knows nothing, stands for one that is made anew
    when it is asked for.
    """

    actor: int
    root: Node
    records: list[_Record] = field(default_factory=list)
    stale: bool = False


class Stand(NamedTuple):
    """Where to find an actor's tables: `tables[state >> shift & mask]`; None where it has finished."""

    actor: int
    shift: int
    mask: int
    tables: list[Table | None]


class Memo:
    """All tables, and the codes of the states that they speak of.

    `endings` is the table of what `finally` says: its leaf is () where a state is not final.
    """

    def __init__(self, model: PackedModel) -> None:
        self.model = model
        self.codes = Codes(model)
        self._pcs = model.pc_slots
        stands = [self._stand(actor) for actor in range(len(model.actors))]
        self.cpus = [stand for stand in stands if not model.actors[stand.actor].daemon]
        self.daemons = [stand for stand in stands if model.actors[stand.actor].daemon]
        self.endings = Table(len(stands), Node((), 0))
        self.lessons = 0
        self._users: list[dict[int, Table]] = [{} for _ in model.slots]  # tables that read or write a slot, by id

    def _stand(self, actor: int) -> Stand:
        model, slot = self.model, self._pcs[actor]
        shift, bits = self.codes.place(slot)
        tables: list[Table | None] = [Table(actor, Node((), 0)) for _ in range(1 << bits)]
        tables[self.codes.code(slot, model.end_positions[actor])] = None
        return Stand(actor, shift, (1 << bits) - 1, tables)

    def leaf(self, packed: int, table: Table) -> Leaf:
        """What the step does in a state; learned if it is not known."""
        node = table.root
        while True:
            found = node.table.get(packed & node.mask)
            if found is None:
                return self.learn(packed, table)
            if isinstance(found, Node):
                node = found
            else:
                return found

    def learn(self, packed: int, table: Table) -> Leaf:
        """Ask the model about a state whose step is not known."""
        if table.stale:
            self.refresh(table)
            return self.leaf(packed, table)
        self.lessons += 1
        if table is self.endings:
            record = self._record(packed, self._ending(packed), table)
        else:
            record = self._record(packed, self.model.learn(self.codes.unpack(packed), table.actor), table)
        table.records.append(record)
        if not self._fits(table, record):
            self.refresh(table)
        return record.leaf

    def _fits(self, table: Table, record: _Record) -> bool:
        """Put a record into the tree as it is, if that can be."""
        return not table.stale and len(table.records) > 1 and self._insert(table.root, record)

    def refresh(self, table: Table) -> None:
        """Make a table anew from what was learned."""
        for record in table.records:
            record.leaf = self._leaf(table.actor, record)
        table.root = self._tree(table.records, 0)
        table.stale = False

    def _ending(self, packed: int) -> Lesson:
        ending = self.model.learn_end(self.codes.unpack(packed))
        return Lesson(ending.reads, (Branch(None, (), ending.reports, ()),) if ending.final else ())

    def _record(self, packed: int, lesson: Lesson, table: Table) -> _Record:
        codes, own = self.codes, None if table is self.endings else self._pcs[table.actor]
        reads = tuple(slot for slot in lesson.reads if slot != own)  # that one led to this table
        held = tuple(codes.code_in(packed, slot) for slot in reads)
        before = {slot: codes.masks[slot] for branch in lesson.branches for slot, _ in branch.writes}
        branches = tuple((b, tuple((slot, codes.code(slot, what)) for slot, what in b.writes)) for b in lesson.branches)
        for slot in (*reads, *before):
            self._users[slot][id(table)] = table
        for slot, mask in before.items():
            if codes.masks[slot] != mask:
                self._rebuild(slot)
        record = _Record(reads, held, branches)
        record.leaf = self._leaf(table.actor, record)
        return record

    def _leaf(self, actor: int, record: _Record) -> Leaf:
        masks, bits, arrows = self.codes.masks, self.codes.bits, []
        for branch, writes in record.branches:
            cleared = put = 0
            for slot, code in writes:
                cleared |= masks[slot]
                if code:
                    put |= bits(slot, code)
            note = None
            if branch.reports or branch.covers:
                note = Note(branch.reports, branch.covers, any(report.fatal for report in branch.reports))
            move = actor * CHOICES + (0 if branch.choice is None else 1 + branch.choice)
            arrows.append(Arrow(~cleared, put, move, note))
        return tuple(arrows)

    # -- trees ----------------------------------------------------------------------------------

    def _rebuild(self, slot: int) -> None:
        """A slot has got more bits: all tables that look at it or change it must be made anew."""
        for table in self._users[slot].values():
            if table.records and not table.stale:
                table.root = Node((), 0)
                table.stale = True

    def _tree(self, records: list[_Record], depth: int) -> Node:
        """A node for records that agree in the first `depth` slots that they look at."""
        common = records[0].reads[depth:]
        for record in records[1:]:
            same = 0
            for one, other in zip(common, record.reads[depth:], strict=False):
                if one != other:
                    break
                same += 1
            common = common[:same]
        assert common or len(records) == 1, "the model looked at other slots in states that are the same to it"
        node = self._node(common)
        groups: dict[int, list[_Record]] = {}
        for record in records:
            groups.setdefault(self._key(record, common, depth), []).append(record)
        below = depth + len(common)
        for key, group in groups.items():
            ends = len(group) == 1 and len(group[0].reads) == below
            node.table[key] = group[0].leaf if ends else self._tree(group, below)
        return node

    def _insert(self, node: Node, record: _Record) -> bool:
        """Put one more record into a tree; False where its slots do not fit the nodes."""
        depth = 0
        while True:
            node.version += 1
            below = depth + len(node.slots)
            if record.reads[depth:below] != node.slots:
                return False
            key = self._key(record, node.slots, depth)
            found = node.table.get(key)
            if found is None:
                rest = record.reads[below:]
                if not rest:
                    node.table[key] = record.leaf
                else:
                    child = node.table[key] = self._node(rest)
                    child.table[self._key(record, rest, below)] = record.leaf
                return True
            assert isinstance(found, Node), "the model did two things in states that it looks at in the same way"
            node, depth = found, below

    def _node(self, slots: tuple[int, ...]) -> Node:
        mask = 0
        for slot in slots:
            mask |= self.codes.masks[slot]
        return Node(slots, mask)

    def _key(self, record: _Record, slots: tuple[int, ...], depth: int) -> int:
        key = 0
        for slot, code in zip(slots, record.held[depth:], strict=False):
            if code:
                key |= self.codes.bits(slot, code)
        return key
