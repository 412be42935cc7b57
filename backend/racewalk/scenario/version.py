"""The version of the installed package."""

from __future__ import annotations

from functools import cache


@cache
def version() -> str:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed  # it is slow to import, and seldom needed

    try:
        return installed("racewalk")
    except PackageNotFoundError:
        return "0.0.0"  # run from a source tree that was not installed
