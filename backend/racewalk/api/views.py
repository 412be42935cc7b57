"""From models and histories to messages.

`scenario_*` and `program` give what does not change; a `NodeViews` gives the nodes of one history,
each with the difference that it makes to the world, and adds to the world what only a history
knows: since which step a lock is held.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import JsonValue

from racewalk.api.readings import Readings
from racewalk.api.snapshot import (
    AccessView,
    ActorView,
    Bundle,
    CellView,
    DiagnosticView,
    FindingView,
    Frame,
    Goal,
    NodeView,
    Note,
    ObjectView,
    Place,
    ProgramView,
    ScenarioDetail,
    ScenarioSummary,
    Source,
    SourceEdit,
    SourceView,
    StepView,
    TextFile,
    VariantView,
)
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.lang.bundle import Bundle as Files
from racewalk.lang.diagnostics import Diagnostic, render
from racewalk.lang.header import Header, Remark
from racewalk.lang.source import Span
from racewalk.lang.types import (
    ArrayType,
    BoolType,
    EnumType,
    LockType,
    PointerType,
    RcuHeadType,
    SignalType,
    StructType,
    Type,
    WordType,
)
from racewalk.model import ActorInfo, Finding
from racewalk.program.layout import Cell, MemoryObject
from racewalk.program.program import Step
from racewalk.scenario.built import Built
from racewalk.scenario.scene import report_of
from racewalk.scenario.sources import Source as WrittenSource
from racewalk.session.history import History, Node
from racewalk.session.schedule import label_check
from racewalk.session.words import told_of

Role = Literal["value", "enum", "bool", "pointer", "word", "lock", "rcu", "group"]

# -- what does not change ------------------------------------------------------------------------


def scenario_summary(name: str, header: Header) -> ScenarioSummary:
    return ScenarioSummary(**_summary(name, header))


def scenario_detail(name: str, header: Header, bundle: Files) -> ScenarioDetail:
    return ScenarioDetail(
        **_summary(name, header),
        story=header.story,
        sources=[Source(kind=source.kind, text=source.text) for source in header.sources],
        bundle=Bundle(files=[TextFile(path=path, text=text) for path, text in bundle]),
    )


def _summary(name: str, header: Header) -> dict[str, Any]:
    return {
        "id": name,
        "title": header.title or name,
        "summary": header.summary,
        "group": header.group,
        "asks": header.asks,
        "variants": [
            VariantView(
                id=variant.id,
                summary=variant.summary,
                verdict=variant.verdict,
                expect=dict(variant.expect),
                note=variant.note,
            )
            for variant in header.variants.values()
        ],
        "begin": header.first_shown,
        "goals": [Goal(find=goal.find, say=goal.say) for goal in header.goals],
    }


def program_view(built: Built) -> ProgramView:
    model = built.model
    return ProgramView(
        scenario=scenario_detail(built.name, built.header, built.bundle),
        variant=built.variant.id,
        model_hash=model.model_hash,
        files=[TextFile(path=file.path, text=file.text) for file in built.files],
        actors=[
            ActorView(
                letter=actor.info.letter,
                title=actor.info.title,
                name=actor.info.name,
                kind=actor.info.kind,
                steps=[_step(step) for step in actor.steps],
            )
            for actor in model.program.actors
        ],
        objects=[_object(thing) for thing in model.objects()],
        notes=[_note(remark, model.actors) for remark in built.header.notes],
        limits=list(built.limits),
        memory_model=model.memory_model,
    )


def _note(remark: Remark, actors: Sequence[ActorInfo]) -> Note:
    """The remark with its actor (as written: a CPU's number or a name) by letter."""
    meant = (info.letter for info in actors if remark.actor in (info.name, info.title, info.title.removeprefix("CPU ")))
    return Note(
        at=remark.at,
        actor=None if remark.actor is None else next(meant, None),
        say=remark.say,
        variants=None if remark.variants is None else list(remark.variants),
    )


def source_view(source: WrittenSource) -> SourceView:
    """A file as it is written; what is shipped instead only where it is another text."""
    shipped = source.shipped
    origin: Literal["shipped", "changed", "own"] = (
        "own" if shipped is None else "shipped" if shipped == source.text else "changed"
    )
    return SourceView(
        path=source.path,
        text=source.text,
        origin=origin,
        shipped=shipped if origin == "changed" else None,
        edits=[SourceEdit(before=before, after=after) for before, after in source.edits],
    )


def diagnostic_view(diagnostic: Diagnostic) -> DiagnosticView:
    return DiagnosticView(
        severity=diagnostic.severity,
        code=diagnostic.code,
        message=diagnostic.message,
        hint=diagnostic.hint,
        place=None if diagnostic.span is None else _place(diagnostic.span),
        rendered=render(diagnostic),
    )


def _place(span: Span) -> Place:
    begin, finish = span.begin, span.finish
    return Place(
        file=span.file.path,
        line=begin.line,
        column=begin.column,
        end_line=finish.line,
        end_column=finish.column,
    )


def _step(step: Step) -> StepView:
    return StepView(
        label=step.label,
        check=label_check(step.label),
        function=step.function,
        text=step.text,
        words=step.words,
        caption=step.caption,
        place=_place(step.span),
        stack=[Frame(function=caller.function, place=_place(caller.span)) for caller in step.stack],
        kind=step.kind,
    )


def _object(thing: MemoryObject) -> ObjectView:
    whole = _cell(thing.cell)
    return ObjectView(
        id=thing.id,
        type=whole.type,
        pool=thing.pool,
        ghost=thing.ghost,
        cells=whole.children if isinstance(thing.type, StructType) else [whole],
    )


def _cell(cell: Cell) -> CellView:
    kind = cell.type.name if isinstance(cell.type, StructType) else str(cell.type)
    children = [_cell(child) for child in cell.children]
    return CellView(id=cell.id, name=cell.name, type=kind, role=_role(cell.type), children=children)


def _role(t: Type) -> Role:
    match t:
        case BoolType():
            return "bool"
        case EnumType():
            return "enum"
        case PointerType():
            return "pointer"
        case WordType():
            return "word"
        case LockType() | SignalType():
            return "lock"
        case RcuHeadType():
            return "rcu"
        case StructType() | ArrayType():
            return "group"
    return "value"


# -- what changes -----------------------------------------------------------------------------------

World = Mapping[str, JsonValue]
Since = Mapping[str, Mapping[str, int | None]]
"""Cell of a lock -> letter of a holder -> number of the step that took it; None: held since the start."""

WORLDS_KEPT = 64


class NodeViews:
    """The nodes of one history as messages. Ask for parents before children, as they were made."""

    def __init__(self, model: ScenarioModel, history: History) -> None:
        self._model, self._history = model, history
        self._since: dict[int, Since] = {}
        self._worlds: OrderedDict[int, World] = OrderedDict()
        self._readings = Readings(model)

    def world(self, node: Node) -> World:
        """The state of a node in words."""
        known = self._worlds.get(node.id)
        if known is None:
            raw = self._model.describe(node.state)
            if node.id not in self._since:
                before = None if node.parent is None else self._since[node.parent.id]
                self._since[node.id] = _held_since(raw, before, node.number)
            known = self._worlds[node.id] = self._with_actors(node, _with_since(raw, self._since[node.id]))
            if len(self._worlds) > WORLDS_KEPT:
                self._worlds.popitem(last=False)
        self._worlds.move_to_end(node.id)
        return known

    def _with_actors(self, node: Node, world: dict[str, Any]) -> World:
        """The world with what each actor would touch next, and with what its locals were made of."""
        for index, info in enumerate(self._model.actors):
            state = world[f"actor:{info.letter}"]
            made_of = self._readings.of_locals(node, index)
            touches = self._model.touches(node.state, index) if state["status"] == "ready" and not node.fatal else ()
            world[f"actor:{info.letter}"] = {
                **state,
                "locals": [{**local, "reads": reads} for local, reads in zip(state["locals"], made_of, strict=True)],
                "touches": [{"mode": access.mode, "cell": access.cell} for access in touches],
            }
        return world

    def view(self, node: Node) -> NodeView:
        history, model = self._history, self._model
        move, event, switch = node.move, node.event, node.switch
        if node.parent is None or move is None or event is None:
            self.world(node)
            delta: dict[str, JsonValue] = {}
        else:
            delta = _difference(self.world(node.parent), self.world(node))
        return NodeView(
            id=node.id,
            parent=None if node.parent is None else node.parent.id,
            number=node.number,
            actor=None if move is None else model.actors[move.actor].letter,
            choice=None if move is None else move.choice,
            step=node.step,
            label=None if event is None else event.label,
            words="the start" if event is None else event.words,
            switch=switch is not None,
            preemption=switch is not None and switch.preemption,
            switch_reason=None if switch is None else switch.reason,
            accesses=[] if event is None else [AccessView(mode=a.mode, cell=a.cell) for a in event.accesses],
            uses=self._readings.uses(node),
            ends=self._readings.ends(node),
            findings=[self.finding(history, node, finding) for finding in node.findings],
            covers=list(node.covers),
            delta=delta,
        )

    def finding(self, history: History, node: Node, finding: Finding) -> FindingView:
        return FindingView(
            kind=finding.kind,
            fatal=finding.fatal,
            warning=finding.warning,
            message=finding.message,
            report=report_of(self._model, node, finding),
            actor=None if finding.actor is None else self._model.actors[finding.actor].letter,
            label=finding.label,
        )

    def why_not(self, node: Node, actor: int) -> str | None:
        """The sentence why an actor cannot go at a node, with the step since which its lock is held."""
        info = self._model.actors[actor]
        state = self.world(node).get(f"actor:{info.letter}")
        why = state.get("why") if isinstance(state, dict) else None
        return told_of(info.title, why) if isinstance(why, str) else None


def _difference(before: World, after: World) -> dict[str, JsonValue]:
    changed = {key: value for key, value in after.items() if key not in before or before[key] != value}
    changed.update({key: None for key in before if key not in after})
    return changed


def _lock(value: object) -> dict[str, Any] | None:
    """The LockState in a value of the world."""
    lock = value.get("lock") if isinstance(value, dict) else None
    return lock if isinstance(lock, dict) else None


def _held_since(raw: Mapping[str, Any], before: Since | None, number: int) -> Since:
    """Who holds which lock since when: as before, or since this step."""
    since: dict[str, Mapping[str, int | None]] = {}
    for key, value in raw.items():
        lock = _lock(value)
        if lock is None or not lock["holders"]:
            continue
        known = {} if before is None else before.get(key, {})
        taken = None if before is None else number
        since[key] = {holder["actor"]: known.get(holder["actor"], taken) for holder in lock["holders"]}
    return since


def _with_since(raw: Mapping[str, Any], since: Since) -> dict[str, Any]:
    """The world with `since` in its locks, and in the sentences of the actors that wait for one."""
    world: dict[str, Any] = {}
    for key, value in raw.items():
        lock = _lock(value)
        if lock is not None:
            holders = [{**holder, "since": since[key][holder["actor"]]} for holder in lock["holders"]]
            world[key] = {**value, "lock": {**lock, "holders": holders}}
        elif key.startswith("actor:") and isinstance(value, dict) and value.get("why") is not None:
            world[key] = {**value, "why": _since_when(value["why"], since.get(value.get("waits_for") or "", {}))}
        else:
            world[key] = value
    return world


def _since_when(why: str, holders: Mapping[str, int | None]) -> str:
    steps: Sequence[int | None] = list(holders.values())
    if len(steps) != 1 or steps[0] is None:
        return why
    return f"{why.rstrip('.')} since step {steps[0]}"
