"""From a bundle and the name of a variant to something that runs: the one way through all stages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from threading import Lock

from racewalk.checks.build import build_model
from racewalk.checks.scenario_model import ScenarioModel
from racewalk.lang.assemble import Library, assemble, read_variants
from racewalk.lang.bundle import Bundle
from racewalk.lang.check import check
from racewalk.lang.diagnostics import Diagnostic, Diagnostics, did_you_mean
from racewalk.lang.header import Header
from racewalk.lang.intact import check_intact
from racewalk.lang.symbols import Checked
from racewalk.lang.unit import Unit
from racewalk.program.candidates import candidates
from racewalk.program.lower import lower
from racewalk.program.omission import NOTHING, Candidate, Omission, omission_of
from racewalk.scenario.built import Built
from racewalk.scenario.kinds import unknown_kinds

BUILT_KEPT = 32


class UnknownVariant(Exception):
    """The scenario has no variant of this name; `known` are those that it has and that have a name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        has = f"the variants are {', '.join(known)}" if known else "this text has none, so none need be named"
        super().__init__(f"there is no variant {name!r}; {has}")
        self.known = known


class UnknownOmission(Exception):
    """Nothing in the text is called so; `known` is what could be left out."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"nothing is called {name!r} that could be left out")
        self.name, self.known = name, known


def header_of(bundle: Bundle) -> Header:
    """What a scenario says of itself, as far as that can be read."""
    return read_variants(bundle, bundle.main or "")[0]


def build(
    name: str,
    bundle: Bundle,
    variant: str | None,
    library: Library,
    cut_fuses: bool = False,
    without: Sequence[str] = (),
) -> Built:
    """One variant (None: see `Header.first_shown`). Raises CompileError, UnknownVariant.

    `cut_fuses` takes every `fuse` apart into the steps that it spares a person. `without` names what is left out of
    the text (see `racewalk.program.omission`), and then the fuses are cut; raises UnknownOmission.
    """
    header, complaints = read_variants(bundle, bundle.main or "")
    complaints.raise_errors()
    variant = header.first_shown if variant is None else variant
    if variant not in header.variants:
        named = tuple(filter(header.has_name, header.variants))
        if not named:  # perhaps because the header cannot be read, as in a text that is quoted
            assemble(bundle, bundle.main or "", None, library)[1].raise_errors()
        raise UnknownVariant(variant, named)
    unit, sink = assemble(bundle, bundle.main or "", variant, library)
    if sink.has_errors:
        check_intact(unit, sink)
    sink.raise_errors()
    checked = check(unit, sink)
    sink.raise_errors()
    omission = _omission(checked, without) if without else NOTHING
    cut_fuses = cut_fuses or bool(without)
    model = build_model(checked, sink, cut_fuses, omission)
    sink.raise_errors()
    assert model is not None, "building failed without a diagnostic"
    sometimes = (probe.text for probe in model.program.probes if probe.kind == "sometimes")
    return Built(
        name=name,
        bundle=bundle,
        header=unit.header,
        variant=unit.variant,
        files=unit.files,
        model=model,
        warnings=(*sink, *unknown_kinds(unit), *(() if cut_fuses else _lost_notes(unit, model))),
        wanted=tuple(dict.fromkeys([*unit.variant.reach, *sometimes])),
        limits=tuple(f"{path}: {said}" for path, said in unit.leaves_out.items()),
    )


def _omission(checked: Checked, without: Sequence[str]) -> Omission:
    """What the names stand for in a text; locks inside of fuses, too."""
    known = {one.name: one for one in candidates_of(checked)}
    for name in without:
        if name not in known:
            raise UnknownOmission(name, tuple(known))
    return omission_of(known[name] for name in without)


def candidates_of(checked: Checked) -> tuple[Candidate, ...]:
    """What could be left out of a checked text."""
    program = lower(checked, Diagnostics(), cut_fuses=True)
    return () if program is None else candidates(program)


def _lost_notes(unit: Unit, model: ScenarioModel) -> Iterator[Diagnostic]:
    """A warning for each note of this variant that stands at no step; notes are of the text with its fuses kept."""
    labels = {step.label for actor in model.program.actors for step in actor.steps}
    called = unit.header.called(unit.variant.id)
    for note in unit.header.notes:
        if note.at not in labels and (note.variants is None or unit.variant.id in note.variants):
            hint = did_you_mean(note.at, sorted(labels)) or "those that there are, `racewalk steps` prints"
            message = f"no step of {called} is called '{note.at[:80]}', so nobody will see this note"
            yield Diagnostic("warning", "lost-note", message, note.span, hint)


class Builder:
    """`build` with a memory of what was built last. May be used by several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept: OrderedDict[tuple[str, Bundle, str | None, tuple[str, ...]], Built] = OrderedDict()
        self._lock = Lock()

    def build(self, name: str, bundle: Bundle, variant: str | None, without: Sequence[str] = ()) -> Built:
        """Raises CompileError, UnknownVariant, UnknownOmission."""
        key = (name, bundle, variant, tuple(without))
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
        built = build(name, bundle, variant, self._library, without=without)
        with self._lock:
            self._kept[key] = built
            while len(self._kept) > BUILT_KEPT:
                self._kept.popitem(last=False)
        return built
