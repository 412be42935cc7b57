"""What whoever runs the server may set, by environment variables `RACEWALK_...`; backend/HOSTING.md tells of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "RACEWALK_"
EMBEDDER = re.compile(r"\*|https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]+)?")
ORIGIN = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/?")

AtLeastOne = Annotated[int, Field(ge=1)]
NotNegative = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Limits are per process; "client" is an address. A limit that would keep the server from working is refused."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    root_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?$")
    """Path under which a proxy publishes the server: "/racewalk"."""

    allowed_origins: Annotated[frozenset[str], NoDecode] = frozenset()
    """Origins that may open sessions besides the server's own, separated by spaces: "https://example.org"."""

    embed_origins: Annotated[frozenset[str], NoDecode] = frozenset()
    """Origins whose pages may show the view for frames (`/?embed=1`), separated by spaces: "https://example.org
    https://*.example.net", or "*" for every page. The page itself is never shown in a frame."""

    body_bytes: AtLeastOne = 256 * 1024
    compilations_per_minute: AtLeastOne = 240  # of a client; who types compiles as well

    message_bytes: AtLeastOne = 256 * 1024
    messages_per_second: Positive = 100.0  # of a session; faster ones are made to wait
    messages_burst: AtLeastOne = 400
    sessions: AtLeastOne = 1_000
    sessions_per_client: AtLeastOne = 100  # a class may share one address
    session_nodes: AtLeastOne = 20_000  # steps that a session holds
    nodes: AtLeastOne = 200_000  # that all sessions hold; each takes some 10 kB
    nodes_per_client: AtLeastOne = 100_000
    session_idle_s: Positive = 30 * 60.0
    verb_s: Positive = 10.0  # a replay or a run ends after this time, and says so

    search_processes: AtLeastOne = 2
    search_waiting: NotNegative = 32
    searches_per_client: AtLeastOne = 16  # running and waiting
    search_memory_bytes: Annotated[int, Field(ge=64 << 20)] = (
        1 << 30
    )  # Python and the scenarios alone take most of 64 MiB
    search_seconds: Positive = 60.0
    search_states: AtLeastOne = 2_000_000
    outlook_states: AtLeastOne = 200_000  # of a graph that lights are computed of

    short_links: bool = True
    data_dir: Path | None = None
    """Folder for what shall outlive the server, which are the short links; without one they go with it."""
    links: AtLeastOne = 20_000  # short ones that are kept
    links_bytes: AtLeastOne = 32 * 1024 * 1024
    links_per_minute: AtLeastOne = 20  # of a client

    @field_validator("allowed_origins", "embed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return frozenset(value.split()) if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def _is_one_origin(cls, value: frozenset[str]) -> frozenset[str]:
        """One that no browser sends would shut its page out without a word."""
        for origin in value:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin such as https://example.org")
        return value

    @field_validator("embed_origins")
    @classmethod
    def _is_origin(cls, value: frozenset[str]) -> frozenset[str]:
        """They stand in a header, where anything else would say something else."""
        for origin in value:
            if not EMBEDDER.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin such as https://example.org, and not *")
        return value


def unknown_settings(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like settings and are none, such as a misspelled one; each with what was probably meant."""
    known = [name.upper() for name in Settings.model_fields]
    found = sorted(name for name in environment if name.upper().startswith(PREFIX))
    asked = ((name, name.upper().removeprefix(PREFIX)) for name in found)
    return [f"{name} is no setting{_meant(short, known)}" for name, short in asked if short not in known]


def _meant(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {PREFIX}{near[0]}?" if near else ""
