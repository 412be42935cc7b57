"""The forms in which a run is passed on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from racewalk.replaying import replay_run
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.run_export import RUN_FORMATS, Run, as_json, as_markdown, as_pytest, run_of

from tests.scenario.texts import bundle, lost

BACKEND = Path(__file__).resolve().parents[2] / "backend"
LOST = "1.a1b1a1b1"


def shipped_run() -> Run:
    files = shipped().bundle("lost-update")
    assert files is not None
    return run_of(build("lost-update", files, "plain", shipped().library), True, LOST)


def nameless_run() -> Run:
    """Of a text that has no versions."""
    text = bundle('u8 x;\nCPU(0, "a") { x++; }\nCPU(1, "b") { x++; }\nfinally("lost-update: x is two", x == 2);\n')
    return run_of(build("own", text, None, shipped().library), False, LOST)


def own_run() -> Run:
    return run_of(build("own", lost(), "plain", shipped().library), False, LOST)


@pytest.mark.parametrize("make", [shipped_run, own_run, nameless_run])
def test_an_exported_test_passes_where_racewalk_is_installed(make: object, tmp_path: Path) -> None:
    assert callable(make)
    (tmp_path / "test_it.py").write_text(as_pytest(make()), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:playwright", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(BACKEND)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_an_exported_test_fails_when_the_bug_is_gone() -> None:
    files = dict(lost().files)
    fixed = {path: text.replace("#define LOCKED false", "#define LOCKED true") for path, text in files.items()}

    replayed = replay_run("own", variant="plain", schedule="1.a4b4", bundle=fixed)

    assert replayed.stopped is None
    assert replayed.found == []


def test_a_replay_says_where_it_could_not_go_on() -> None:
    replayed = replay_run("lost-update", variant="locked", schedule="1.a1b1")

    assert replayed.stopped is not None
    assert replayed.stopped.startswith("step 2: CPU 1 waits for")


def test_a_replay_of_an_unknown_scenario_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="no-such"):
        replay_run("no-such", schedule="")


def test_markdown_takes_the_words_of_a_scenario_as_words() -> None:
    own = bundle('/*---\ntitle: "<b>Is *x* `1`?</b>"\n---*/\nu8 x;\nCPU(0, "a") { x = 1; }\nCPU(1, "b") { x = 2; }\n')

    told = as_markdown(run_of(build("own", own, None, shipped().library), False, "1.a1"))

    assert told.splitlines()[0] == "**\\<b\\>Is \\*x\\* \\`1\\`?\\</b\\>** (own.c)"


def test_json_holds_the_schedule_the_steps_and_the_findings() -> None:
    told = json.loads(as_json(shipped_run()))

    assert told["schedule"].startswith("1.a1")
    assert [step["actor"] for step in told["steps"]] == ["a", "b", "a", "b"]
    assert [finding["kind"] for finding in told["steps"][-1]["findings"]] == ["lost-update"]
    assert told["model"]


@pytest.mark.parametrize("form", RUN_FORMATS)
def test_every_form_can_be_made_of_a_run_without_steps(form: str) -> None:
    files = shipped().bundle("dining")
    assert files is not None

    made = RUN_FORMATS[form](run_of(build("dining", files, None, shipped().library), True, ""))

    assert made


def test_markdown_of_a_text_that_is_not_shipped_replays_a_file_and_not_the_shipped_one() -> None:
    told = as_markdown(own_run())

    assert "(own.c, version plain)" in told
    assert "with the text of this scenario in `own.c`:" in told
    assert f"racewalk run own.c --variant plain --schedule {own_run().schedule}" in told
    assert "racewalk run lost-update --variant" in as_markdown(shipped_run())


def test_no_form_asks_for_a_version_of_a_text_that_has_none() -> None:
    run = nameless_run()

    assert f"racewalk run own.c --schedule {run.schedule}\n" in as_markdown(run)
    assert 'replay_run("own", bundle=BUNDLE, schedule=SCHEDULE)' in as_pytest(run)
    assert [
        form
        for form, made in RUN_FORMATS.items()
        if form in ("text", "md", "svg", "pytest") and "default" in str(made(run))
    ] == []


def test_a_replay_that_names_the_version_of_a_text_that_has_none_still_passes() -> None:
    run = nameless_run()

    replayed = replay_run("own", variant="default", schedule=run.schedule, bundle=dict(run.built.bundle.files))

    assert (replayed.stopped, replayed.found) == (None, ["lost-update"])
