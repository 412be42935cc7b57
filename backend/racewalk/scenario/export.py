"""One variant of a scenario in another form: the formats that `racewalk export` knows.

A new one is a function and a line in FORMATS. What a format needs is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from racewalk.scenario.built import Built

if TYPE_CHECKING:
    from racewalk.explain.promela import PromelaExport


class Format(StrEnum):
    PROMELA = "promela"


def promela_of(built: Built, cut_fuses: bool = False) -> PromelaExport:
    """Raises NotExpressible."""
    from racewalk.explain.promela import export_promela

    fuses = ", fuses cut" if cut_fuses else ""
    model = built.model
    version = f", version {built.variant.id}" if built.header.has_name(built.variant.id) else ""
    title = f"{built.name}{version}{fuses} (model {model.model_hash}): {built.header.title}".rstrip(": ")
    return export_promela(model.program, model.initial(), title)


FORMATS: Mapping[Format, Callable[[Built, bool], str]] = {
    Format.PROMELA: lambda built, cut_fuses: promela_of(built, cut_fuses).text,
}
"""What makes the text of each; the flag says that the fuses were cut."""
