"""What whoever runs the server may set, by environment variables `RACEWALK_...`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

EMBEDDER = re.compile(r"\*|https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]+)?")


class Settings(BaseSettings):
    """Limits are per process; "client" is an address."""

    model_config = SettingsConfigDict(env_prefix="RACEWALK_", frozen=True)

    root_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?$")
    """Path under which a proxy publishes the server: "/racewalk"."""

    allowed_origins: Annotated[frozenset[str], NoDecode] = frozenset()
    """Origins that may open sessions besides the server's own, separated by spaces: "https://example.org"."""

    embed_origins: Annotated[frozenset[str], NoDecode] = frozenset()
    """Origins whose pages may show the view for frames (`/?embed=1`), separated by spaces: "https://example.org
    https://*.example.net", or "*" for every page. The page itself is never shown in a frame."""

    body_bytes: int = 256 * 1024
    compilations_per_minute: int = 240  # of a client; who types compiles as well

    message_bytes: int = 256 * 1024
    messages_per_second: float = 100.0  # of a session; faster ones are made to wait
    messages_burst: int = 400
    sessions: int = 1_000
    sessions_per_client: int = 100  # a class may share one address
    session_nodes: int = 20_000
    session_idle_s: float = 30 * 60.0
    verb_s: float = 10.0  # a replay or a run ends after this time, and says so

    search_processes: int = 2
    search_waiting: int = 32
    searches_per_client: int = 16  # running and waiting
    search_memory_bytes: int = 1 << 30
    search_seconds: float = 60.0
    search_states: int = 2_000_000
    outlook_states: int = 200_000  # of a graph that lights are computed of

    short_links: bool = True
    data_dir: Path | None = None
    """Folder for what shall outlive the server, which are the short links; without one they go with it."""
    links: int = 20_000  # short ones that are kept
    links_bytes: int = 32 * 1024 * 1024
    links_per_minute: int = 20  # of a client

    @field_validator("allowed_origins", "embed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return frozenset(value.split()) if isinstance(value, str) else value

    @field_validator("embed_origins")
    @classmethod
    def _is_origin(cls, value: frozenset[str]) -> frozenset[str]:
        """They stand in a header, where anything else would say something else."""
        for origin in value:
            if not EMBEDDER.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin such as https://example.org, and not *")
        return value
