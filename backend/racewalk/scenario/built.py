"""One variant of a scenario, ready to be stepped and searched."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import Diagnostic
from racewalk.lang.header import Header, VariantHeader
from racewalk.lang.source import SourceFile


@dataclass(frozen=True, slots=True)
class Built:
    name: str
    bundle: Bundle  # what was given
    header: Header
    variant: VariantHeader
    files: tuple[SourceFile, ...]  # the text that runs: the library's files too, edits of the variant applied
    model: ScenarioModel
    warnings: tuple[Diagnostic, ...] = ()
    wanted: tuple[str, ...] = ()  # covers and `sometimes` properties that some schedule must reach
    limits: tuple[str, ...] = ()  # what the model leaves out of Linux

    def vacuous(self, reached: Collection[str]) -> tuple[str, ...]:
        """What should have been reached and was not: the verdict then says nothing."""
        at_once = self.model.initial_covers
        return tuple(words for words in self.wanted if words not in reached and words not in at_once)
