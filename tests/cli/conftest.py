"""The command line in the test's own process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from racewalk.cli.app import app
from typer.testing import CliRunner, Result

Racewalk = Callable[..., Result]


@pytest.fixture
def racewalk() -> Racewalk:
    """Runs `racewalk ARGUMENTS...`; an exception that is no exit fails the test."""

    def run(*arguments: str, stdin: str | bytes = "") -> Result:
        result = CliRunner().invoke(app, arguments, input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run
