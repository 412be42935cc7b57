"""One variant of a scenario, ready to be stepped and searched."""

from __future__ import annotations

from shlex import quote

from racewalk.checks.scenario_model import ScenarioModel
from racewalk.explain.verdict import NO_END
from racewalk.explore.verdict import SearchResult
from racewalk.lang.bundle import Bundle
from racewalk.lang.diagnostics import Diagnostic
from racewalk.lang.header import Header, VariantHeader
from racewalk.lang.source import SourceFile
from racewalk.record import value_record


@value_record
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

    @property
    def called(self) -> str:
        """The variant in a sentence."""
        return self.header.called(self.variant.id)

    @property
    def title(self) -> str:
        """The text and its variant, as a heading has them."""
        return f"{self.name} {self.variant.id}" if self.header.has_name(self.variant.id) else self.name

    @property
    def variant_option(self) -> str:
        """ " --variant v6.4": how a shell command names it; nothing where the text has only one, without a name."""
        return f" --variant {quote(self.variant.id)}" if self.header.has_name(self.variant.id) else ""

    def vacuous(self, result: SearchResult) -> tuple[str, ...]:
        """What should have been reached and was not: the verdict then says nothing.

        Only a search of all schedules can tell that, so after another one it is empty.
        """
        if not result.exhaustive:
            return ()
        at_once = self.model.initial_covers
        missed = (words for words in self.wanted if words not in result.covers and words not in at_once)
        without_end = self.variant.expect.get("livelock") == "always"  # then nobody asks what the end would be
        return (*missed, *(() if result.ends or without_end else (NO_END,)))
