"""Writes the schema of all messages, from which the browser's types are generated.

python -m racewalk.api.schema frontend/schema/wire.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from racewalk.api import diff_views, guide_views, messages
from racewalk.api.snapshot import Wire

OTHERS = (diff_views, guide_views)
"""Their models are found once they are loaded."""

BASES = (messages.Verb, messages.Answer)  # only what is made of them crosses the wire


def wire_schema() -> str:
    """All messages and what they are made of, as JSON Schema; the same text every time."""
    models: list[type[BaseModel]] = [messages.ClientMessage, messages.ServerMessage, *_subclasses(Wire)]
    _, schema = models_json_schema([(model, "serialization") for model in models], title="Wire")
    return json.dumps({"$defs": schema["$defs"]}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _subclasses(model: type[Wire]) -> list[type[Wire]]:
    found: list[type[Wire]] = []
    for subclass in model.__subclasses__():
        found += [subclass, *_subclasses(subclass)]
    return [model for model in found if model not in BASES]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(wire_schema())
