"""The tree of a session: every step that was ever tried, and the place where the session stands.

A node is a step from its parent. Stepping where the session has stepped before goes to the old
node; nothing is ever deleted, so an undone run stays a branch that can be visited again.

The history also knows what a state cannot: how a step followed the one before it. Two adjacent
steps of different actors are a *switch*; a switch away from a CPU that could still have gone is a
*preemption*. Devices and RCU make switches, never preemptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from racewalk.model import Event, Finding, Model, Move, NotEnabled, Option, State
from racewalk.record import record, value_record
from racewalk.session.schedule import MAX_STEPS, Entry, label_check, one_check_per_run, print_schedule
from racewalk.session.words import told_of

MAX_NODES = 50_000


class HistoryFull(Exception):
    """The session has no room for another step."""


class UnknownNode(Exception):
    """No node has this id."""


@value_record
class Switch:
    """How a step follows the one before it, which was another actor's."""

    preemption: bool
    reason: str  # why the actor before did not go on: "CPU 0 had finished", "chosen"


@record
class Node:
    """One step and the state after it. The root has neither parent nor move."""

    id: int
    parent: Node | None
    number: int  # steps since the root
    state: State
    findings: tuple[Finding, ...]
    covers: tuple[str, ...] = ()
    move: Move | None = None
    step: int | None = None  # index of the step done, in its actor's step table
    event: Event | None = None
    switch: Switch | None = None
    check: str | None = None  # of the label that the actor stands at after the step
    children: dict[Move, Node] = field(default_factory=dict)
    visited: Node | None = None  # the child that redo leads to

    @property
    def fatal(self) -> bool:
        """The run ends here."""
        return any(finding.fatal for finding in self.findings)

    def path(self) -> list[Node]:
        """From the first step to this node; the root is not in it."""
        nodes: list[Node] = []
        node = self
        while node.parent is not None:
            nodes.append(node)
            node = node.parent
        nodes.reverse()
        return nodes


class History:
    """The tree, and the cursor in it."""

    def __init__(self, model: Model, max_nodes: int = MAX_NODES) -> None:
        state = model.initial()
        self.model = model
        self.nodes: list[Node] = [Node(0, None, 0, state, (*model.initial_findings(state), *_end(model, state)))]
        self.cursor = self.nodes[0]
        self._max_nodes = max_nodes

    @property
    def root(self) -> Node:
        return self.nodes[0]

    @property
    def tip(self) -> Node:
        """The end of the branch that the cursor is on: where redo would lead in the end."""
        node = self.cursor
        while node.visited is not None:
            node = node.visited
        return node

    def options(self, node: Node) -> Sequence[Option]:
        """The moves of a node; none where the run has ended."""
        return () if node.fatal else self.model.moves(node.state)

    def step(self, move: Move) -> Node:
        """Do one move at the cursor and go there. Raises NotEnabled, HistoryFull."""
        node = self.grow(self.cursor, move)
        self.cursor.visited = node
        self.cursor = node
        return node

    def grow(self, parent: Node, move: Move) -> Node:
        """The child that a move leads to, made where it is new; the cursor stays. Raises NotEnabled, HistoryFull."""
        known = parent.children.get(move)
        if known is not None:
            return known
        if parent.fatal:
            fatal = next(finding for finding in parent.findings if finding.fatal)
            raise NotEnabled(move, f"the run ended here: {fatal.message}")
        model, state = self.model, parent.state
        if not 0 <= move.actor < len(model.actors):
            raise NotEnabled(move, "the model has no such actor")
        outcome = model.step(state, move)
        if len(self.nodes) >= self._max_nodes:
            raise HistoryFull(f"the session holds {self._max_nodes:,} steps, its limit")
        if parent.number >= MAX_STEPS:
            raise HistoryFull(f"the run has {MAX_STEPS:,} steps, the limit of a schedule")
        ending = () if outcome.fatal else _end(model, outcome.state)
        node = Node(
            id=len(self.nodes),
            parent=parent,
            number=parent.number + 1,
            state=outcome.state,
            findings=(*outcome.findings, *ending),
            covers=outcome.covers,
            move=move,
            step=model.position(state, move.actor),
            event=model.observe(state, move),
            switch=None if parent.move is None else switch_between(model, state, parent.move.actor, move.actor),
            check=label_check(model.label(outcome.state, move.actor)),
        )
        self.nodes.append(node)
        parent.children[move] = node
        return node

    def seek(self, node_id: int) -> Node:
        """Go to any node; redo from each of its ancestors then leads towards it. Raises UnknownNode."""
        if not 0 <= node_id < len(self.nodes):
            raise UnknownNode(f"the session has no node {node_id}")
        self.cursor = node = self.nodes[node_id]
        while node.parent is not None:
            node.parent.visited = node
            node = node.parent
        return self.cursor

    def end_at(self, node: Node) -> None:
        """Go to a node and make it the end of the current branch: redo leads nowhere from there."""
        self.seek(node.id).visited = None

    def undo(self) -> Node:
        """Go back one step; at the root, stay."""
        if self.cursor.parent is not None:
            self.cursor = self.cursor.parent
        return self.cursor

    def redo(self) -> Node:
        """Go to the child visited last; where there is none, stay."""
        if self.cursor.visited is not None:
            self.cursor = self.cursor.visited
        return self.cursor

    def leaves(self) -> Iterator[Node]:
        """The ends of all branches, oldest first."""
        return (node for node in self.nodes if not node.children)

    def schedule(self, node: Node) -> str:
        """The text of the schedule that leads to a node, with a check after every run."""
        entries = []
        for step in node.path():
            assert step.move is not None
            entries.append(Entry(self.model.actors[step.move.actor].letter, step.move.choice, step.check))
        return print_schedule(one_check_per_run(entries))


def switch_between(model: Model, state: State, before: int, after: int) -> Switch | None:
    """How a step of `after` in a state follows one of `before` that led there; None where they are the same."""
    if before == after:
        return None
    info = model.actors[before]
    theirs = [option for option in model.moves(state) if option.move.actor == before]
    if not theirs:
        rests = "had finished" if model.finished(state, before) else "had nothing to do"
        return Switch(False, f"{info.title} {rests}")
    if all(option.blocked is not None for option in theirs):
        return Switch(False, told_of(info.title, theirs[0].blocked or ""))
    return Switch(not info.daemon and not model.actors[after].daemon, "chosen")


def _end(model: Model, state: State) -> tuple[Finding, ...]:
    """What a state says as the end of a run: `finally` where it is final, the deadlock where it is stuck."""
    if model.is_final(state):
        return model.final_findings(state)
    for option in model.moves(state):
        if option.blocked is None and not model.actors[option.move.actor].daemon:
            return ()
    return model.stuck_findings(state)
