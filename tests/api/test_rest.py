"""REST: scenarios, the compiler, and one shape for every error."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from racewalk.api.app import create_app
from racewalk.api.guide_views import Guide
from racewalk.api.page import Page
from racewalk.api.settings import Settings
from racewalk.api.snapshot import Problem, ScenarioDetail, ScenarioList
from racewalk.scenario.catalog import Catalog, shipped
from starlette.testclient import TestClient

OWN = 'u8 x;\nCPU(0, "first") { x = 1; }\nCPU(1, "second") { x = 2; }\n'


def bundle(text: str, path: str = "own.c") -> dict[str, object]:
    return {"files": [{"path": path, "text": text}]}


def test_the_list_names_every_scenario_with_what_its_variants_expect(client: TestClient) -> None:
    answer = ScenarioList.model_validate_json(client.get("/api/scenarios").content)

    by_id = {scenario.id: scenario for scenario in answer.scenarios}
    assert {variant.id: variant.verdict for variant in by_id["lost-update"].variants} == {
        "plain": "sometimes",
        "locked": "never",
        "atomic": "never",
    }
    assert by_id["lost-update"].asks == "lost-update"
    assert (by_id["uffd-copy"].begin, by_id["lost-update"].begin) == ("patch-v1", "plain")


def test_a_scenario_comes_with_its_text(client: TestClient) -> None:
    answer = ScenarioDetail.model_validate_json(client.get("/api/scenarios/lost-update").content)

    assert answer.title == "Do two increments always count as two?"
    assert [file.path for file in answer.bundle.files] == ["lost-update.c"]
    assert "counter++" in answer.bundle.files[0].text


def test_the_guide_has_levels_a_tour_and_words_with_the_scenarios_that_show_them(client: TestClient) -> None:
    answer = Guide.model_validate_json(client.get("/api/guide").content)

    assert answer.levels[0].group == "First steps"
    assert answer.tour is not None
    assert (answer.tour.scenario, answer.tour.variant) == ("uffd-copy", "patch-v1")
    terms = {term.term: term for term in answer.terms}
    assert "uffd-copy" in terms["UFFDIO_COPY"].scenarios


def test_the_mail_comes_point_by_point(client: TestClient) -> None:
    answer = client.get("/api/mail").json()

    assert answer["mail"]["from"] == "Jann Horn"
    assert {"uffdio-copy", "iommu"} <= {point["id"] for point in answer["points"]}


def test_a_document_is_asked_for_by_its_fixed_name(client: TestClient) -> None:
    answer = client.get("/api/documents/dialect").json()

    assert answer["text"].startswith("# The dialect")
    for name in ("README", "DIALECT.md", "..%2fLICENSE", "kernel"):
        problem = client.get(f"/api/documents/{name}")
        assert problem.status_code in (404, 422)
        Problem.model_validate(problem.json())


def test_a_server_without_guide_and_documents_says_so(tmp_path: Path) -> None:
    with TestClient(create_app(catalog=Catalog(tmp_path))) as bare:
        assert bare.get("/api/guide").json() == {"levels": [], "tour": None, "terms": []}
        assert bare.get("/api/mail").status_code == 404
        assert bare.get("/api/documents/dialect").status_code == 404


def test_a_text_of_ones_own_is_compiled(client: TestClient) -> None:
    answer = client.post("/api/compile", json=bundle(OWN)).json()

    assert answer == {"ok": True, "diagnostics": [], "steps": 2, "actors": ["first", "second"]}


def test_a_text_with_errors_is_answered_with_diagnostics(client: TestClient) -> None:
    response = client.post("/api/compile", json=bundle('CPU(0, "a") { y = 1; }'))

    answer = response.json()
    assert response.status_code == 200
    assert not answer["ok"]
    (diagnostic,) = answer["diagnostics"]
    assert diagnostic["severity"] == "error"
    assert diagnostic["place"] == {"file": "own.c", "line": 1, "column": 15, "end_line": 1, "end_column": 16}
    assert "^" in diagnostic["rendered"]


def test_a_named_variant_is_compiled_and_an_unknown_one_is_a_diagnostic(client: TestClient) -> None:
    text = client.get("/api/scenarios/lost-update").json()["bundle"]["files"]

    atomic = client.post("/api/compile", json={"files": text, "variant": "atomic"}).json()
    unknown = client.post("/api/compile", json={"files": text, "variant": "atomik"}).json()

    assert (atomic["ok"], atomic["steps"]) == (True, 2)
    assert (unknown["ok"], unknown["diagnostics"][0]["hint"]) == (False, "did you mean 'atomic'?")


def test_the_files_of_a_variant_come_as_they_are_written(client: TestClient) -> None:
    asked = {"scenario": "uffd-copy", "variant": "v6.6-no-recheck"}
    files = {file["path"]: file for file in client.post("/api/sources", json=asked).json()["files"]}

    routine = files["mm/khugepaged/retract.v6.6.c"]
    assert next(iter(files)) == "uffd-copy.c"
    assert "if (vma->anon_vma || userfaultfd_wp(vma))" in routine["text"]
    assert routine["edits"] == [{"before": "if (vma->anon_vma || userfaultfd_wp(vma))", "after": "if (false)"}]
    assert {file["origin"] for file in files.values()} == {"shipped"}


def test_an_edited_library_file_comes_with_what_is_shipped(client: TestClient) -> None:
    (main,) = client.get("/api/scenarios/uffd-copy").json()["bundle"]["files"]
    path = "mm/khugepaged/retract.patch-v1.c"
    own = {"path": path, "text": "/* mine */\n"}

    asked = {"scenario": "uffd-copy", "variant": "patch-v1", "bundle": {"files": [main, own]}}
    files = {file["path"]: file for file in client.post("/api/sources", json=asked).json()["files"]}

    assert (files[path]["origin"], files[path]["text"]) == ("changed", "/* mine */\n")
    assert "V1 .. V14 number its actions" in files[path]["shipped"]
    assert (files["uffd-copy.c"]["origin"], files["uffd-copy.c"]["shipped"]) == ("shipped", None)


def test_the_files_of_a_text_with_errors_come_too(client: TestClient) -> None:
    text = '#include "linux/mm.h"\nCPU(0, "a") { y = ; }\n'
    asked = {"scenario": "own", "bundle": bundle(text)}

    files = client.post("/api/sources", json=asked).json()["files"]

    assert [file["origin"] for file in files[:2]] == ["own", "shipped"]


def test_every_template_compiles(client: TestClient) -> None:
    templates = client.get("/api/templates").json()["templates"]

    answers = [client.post("/api/compile", json=bundle(template["text"])).json() for template in templates]

    assert len(templates) == 4
    assert all(answer["ok"] for answer in answers)


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "a\\..\\b", "\x1b[2J.c"])
def test_a_path_in_a_bundle_is_only_a_name(client: TestClient, path: str) -> None:
    answer = client.post("/api/compile", json=bundle(OWN, path)).json()

    assert not answer["ok"]
    assert "\x1b" not in answer["diagnostics"][0]["rendered"]


def test_a_text_cannot_include_what_is_not_of_the_library(client: TestClient) -> None:
    answer = client.post("/api/compile", json=bundle('#include "../lost-update.c"\n' + OWN)).json()

    assert not answer["ok"]


def test_the_server_tells_its_version(client: TestClient) -> None:
    answer = client.get("/api/health").json()

    assert answer["status"] == "ok"
    assert answer["version"]


# -- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "content", "headers", "status", "code"),
    [
        ("POST", "/api/compile", b"{", {}, 400, "bad-request"),
        ("POST", "/api/compile", b"\xff\xfe", {}, 400, "bad-request"),
        ("POST", "/api/compile", b"{}", {"Origin": "http://elsewhere.example"}, 403, "forbidden"),
        ("GET", "/api/scenarios/no-such-scenario", None, {}, 404, "not-found"),
        ("GET", "/api/scenarios/..%2f..%2fREADME", None, {}, 404, "not-found"),
        ("GET", "/api/scenarios/uffd-copy.c", None, {}, 404, "not-found"),
        ("GET", "/api/no-such-path", None, {}, 404, "not-found"),
        ("POST", "/api/no-such-path", b"{}", {}, 404, "not-found"),
        ("GET", "/no-such-file.js", None, {}, 404, "not-found"),
        ("GET", "/assets/../../secret", None, {}, 404, "not-found"),
        ("DELETE", "/api/scenarios", None, {}, 405, "method-not-allowed"),
        ("POST", "/", b"", {}, 405, "method-not-allowed"),
        ("POST", "/api/compile", b"[" + b" " * 300_000, {}, 413, "too-large"),
        ("POST", "/api/compile", b"{}", {}, 422, "invalid"),
        ("POST", "/api/compile", b'{"files": [{"path": 1, "text": "x"}]}', {}, 422, "invalid"),
        ("GET", "/api/scenarios/" + "a" * 65, None, {}, 422, "invalid"),
    ],
)
def test_every_error_has_the_one_shape_and_the_headers(
    client: TestClient,
    method: str,
    path: str,
    content: bytes | None,
    headers: dict[str, str],
    status: int,
    code: str,
) -> None:
    response = client.request(method, path, content=content, headers={"Content-Type": "application/json", **headers})

    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert Problem.model_validate_json(response.content).code == code
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_path_that_is_not_there_says_so_and_names_those_that_are(client: TestClient) -> None:
    problem = client.get("/api/no-such-path").json()

    assert problem["message"] == "There is nothing at /api/no-such-path."
    assert "/api/scenarios" in problem["hint"]
    said = client.get("/api/scenarios/lost").json()["message"]
    assert said.startswith("There is no scenario 'lost'; those that exist are ")
    assert ", ".join(shipped().ids()) in said


def test_a_body_without_a_length_is_cut_off_at_the_limit(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1_000):
            yield b" " * 1_000

    response = client.post("/api/compile", content=endless(), headers={"Content-Type": "application/json"})

    problem = Problem.model_validate_json(response.content)
    assert response.status_code == 413
    assert problem.code == "too-large"
    assert "262,144 bytes" in problem.message


def test_a_body_that_is_not_said_to_be_json_is_told_which_header_it_lacks(client: TestClient) -> None:
    response = client.post("/api/compile", content=b"{}", headers={"Content-Type": "text/plain"})

    assert response.status_code == 422
    assert "Content-Type: application/json" in (Problem.model_validate_json(response.content).hint or "")


def test_too_many_compilations_are_refused_with_the_time_to_wait(built_page: Page) -> None:
    with TestClient(create_app(Settings(compilations_per_minute=2), page=built_page)) as client:
        answers = [client.post("/api/compile", json=bundle(OWN)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert Problem.model_validate_json(answers[2].content).code == "too-many"
    assert answers[2].headers["retry-after"] == "60"


def test_a_mistake_of_ours_is_a_problem_and_its_traceback_stays_in_the_log(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("racewalk.api.scenarios.scenario_summary", broken)

    response = client.get("/api/scenarios")

    assert response.status_code == 500
    assert Problem.model_validate_json(response.content).code == "internal"
    assert "secret" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "a secret" in caplog.text


def test_an_origin_that_the_settings_allow_may_compile(built_page: Page) -> None:
    settings = Settings(allowed_origins="https://racewalk.example  http://other.example:8080")  # type: ignore[arg-type]
    with TestClient(create_app(settings, page=built_page)) as client:
        origins = ["https://racewalk.example", "http://other.example:8080", "http://other.example", "http://testserver"]
        answers = [client.post("/api/compile", json=bundle(OWN), headers={"Origin": origin}) for origin in origins]

    assert [answer.status_code for answer in answers] == [200, 200, 403, 200]


@pytest.mark.parametrize("origin", ["null", "http://testserver.evil.example", "http://testserver:99", "http://[", "x"])
def test_other_origins_may_not(client: TestClient, origin: str) -> None:
    response = client.post("/api/compile", json=bundle(OWN), headers={"Origin": origin})

    assert response.status_code == 403


# -- the page --------------------------------------------------------------------------------------


def test_the_page_is_asked_for_again_and_its_hashed_files_are_kept(client: TestClient) -> None:
    index, script = client.get("/"), client.get("/assets/index-abc123.js")

    assert "<title>Racewalk</title>" in index.text
    assert index.headers["cache-control"] == "no-cache"
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_file_that_is_missing_is_not_kept(client: TestClient) -> None:
    response = client.get("/assets/index-gone.js")

    assert response.status_code == 404
    assert "immutable" not in response.headers.get("cache-control", "")


def test_large_answers_are_compressed(client: TestClient) -> None:
    with client.stream("GET", "/assets/index-abc123.js", headers={"Accept-Encoding": "gzip"}) as response:
        raw = b"".join(response.iter_raw())

    assert response.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw).startswith(b"console.log")


def test_the_policy_allows_no_script_from_elsewhere_or_inline(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_page_that_was_not_built_says_so_in_plain_words(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(), page=Page(tmp_path))) as client:
        root, other, health = client.get("/"), client.get("/assets/x.js"), client.get("/api/health")

    assert root.status_code == 503
    assert "has not been built" in root.text
    assert root.headers["content-type"].startswith("text/plain")
    assert other.status_code == 404
    assert health.status_code == 200


@pytest.mark.parametrize("kept", [True, False])
def test_it_works_under_a_path_of_a_proxy_that_keeps_or_strips_it(built_page: Page, kept: bool) -> None:
    prefix = "/tools/racewalk" if kept else ""
    with TestClient(create_app(Settings(root_path="/tools/racewalk"), page=built_page)) as client:
        answers = {
            path: client.get(prefix + path).status_code
            for path in ("/api/health", "/", "/assets/index-abc123.js", "/api/nothing", "/nothing")
        }

    assert answers == {
        "/api/health": 200,
        "/": 200,
        "/assets/index-abc123.js": 200,
        "/api/nothing": 404,
        "/nothing": 404,
    }
