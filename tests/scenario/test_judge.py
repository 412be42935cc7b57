"""Whether a variant holds what its file says of it."""

from racewalk.explore.bounds import Bounds
from racewalk.lang.bundle import Bundle
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.judge import Judgement, judge
from racewalk.scenario.report import report

from tests.scenario.texts import bundle, expecting, lost

LIBRARY = shipped().library

OVERTAKEN = """
u8 x;
CPU(0, "writes") { x = 1; }
CPU(1, "reads") { u8 seen = x; assert(seen == 1, "too-early: it read %d", seen); }
"""


def judged(text: Bundle, variant: str | None = None, bounds: Bounds | None = None, cut: bool = False) -> Judgement:
    built = build("own", text, variant, LIBRARY)
    return judge(built, bounds or Bounds(), cut_fuses_with=LIBRARY if cut else None)


def test_verdicts_as_the_file_expects_them_are_fine() -> None:
    plain, locked = judged(lost(), "plain"), judged(lost(), "locked")

    assert (plain.verdict, plain.complaints) == ("sometimes", ())
    assert (locked.verdict, locked.complaints) == ("never", ())


def test_a_verdict_that_the_file_does_not_expect_is_named() -> None:
    assert judged(lost(plain="never"), "plain").complaints == ("expected lost-update never, and it is sometimes",)
    assert judged(lost(plain="always"), "plain").complaints == ("expected lost-update always, and it is sometimes",)
    assert judged(lost(locked="sometimes"), "locked").complaints == ("expected lost-update sometimes, and it is never",)


def test_a_kind_that_the_file_does_not_list_must_never_happen() -> None:
    judgement = judged(expecting("{lost-update: never}", OVERTAKEN))

    (complaint,) = judgement.complaints
    assert complaint == "expected no too-early, and it is sometimes: it read 0"


def test_a_file_that_expects_nothing_wants_nothing_to_be_found() -> None:
    assert not judged(bundle(OVERTAKEN)).as_expected
    assert judged(bundle('u8 x;\nCPU(0, "w") { x = 1; }')).as_expected


def test_a_bare_verdict_is_about_the_kind_asked_for_or_else_about_anything() -> None:
    assert judged(expecting("sometimes", OVERTAKEN, "asks: too-early")).as_expected
    assert judged(expecting("sometimes", OVERTAKEN)).as_expected
    assert judged(expecting("never", OVERTAKEN)).complaints[0] == "expected a finding never, and it is sometimes"


def test_always_and_sometimes_are_told_apart() -> None:
    code = 'u8 x;\nCPU(0, "w") { x = 1; assert(x == 2, "wrong: it is 1"); }\nCPU(1, "r") { u8 y = x; }'

    assert judged(expecting("{wrong: always}", code)).as_expected
    assert not judged(expecting("{wrong: sometimes}", code)).as_expected


def test_a_warning_counts_only_where_it_is_expected() -> None:
    code = 'u8 x;\nCPU(0, "w") { x = 1; }\nCPU(1, "r") { u8 seen = x; warn(seen == 1, "odd: it read %d", seen); }'

    assert judged(bundle(code)).as_expected
    assert judged(expecting("{odd: sometimes}", code)).as_expected
    assert not judged(expecting("{odd: never}", code)).as_expected


def test_a_cover_that_nothing_reaches_makes_the_verdict_vacuous() -> None:
    judgement = judged(lost(reach='"the lock was lost"'), "locked")

    assert judgement.vacuous == ("the lock was lost",)
    assert judgement.complaints == ('the verdict is vacuous: no schedule reaches "the lock was lost"',)


def test_a_sometimes_property_must_be_reached() -> None:
    code = """
    u8 x;
    CPU(0, "w") { x = 1; }
    CPU(1, "r") { u8 y = x; }
    sometimes("x is two", x == 2);
    sometimes("x is zero", x == 0);
    """

    assert judged(bundle(code)).vacuous == ("x is two",)


def test_a_search_that_was_bounded_proves_nothing() -> None:
    judgement = judged(lost(), "locked", Bounds(states=5))

    assert judgement.verdict == "unknown"
    assert "expected lost-update never, and it is unknown" in judgement.complaints
    assert any("bound of 5 states" in complaint for complaint in judgement.complaints)


def test_a_proof_that_rests_on_a_fuse_is_found_out() -> None:
    code = """
    u8 counter;
    CPU(0, "first") { fuse { counter++; } }
    CPU(1, "second") { fuse { counter++; } }
    finally("lost-update: the counter is two", counter == 2);
    """
    text = expecting("{lost-update: never}", code)

    assert judged(text).as_expected
    assert judged(text, cut=True).complaints == ("with the fuses cut lost-update is sometimes, and not never",)


def test_a_proof_that_holds_with_the_fuses_cut_agrees() -> None:
    judgement = judged(lost(), "locked", cut=True)

    assert judgement.as_expected
    assert judgement.cut is not None


def test_the_report_has_every_key_that_others_read() -> None:
    told = report(judged(lost(), "plain"))

    assert list(told) == [
        "scenario",
        "variant",
        "verdict",
        "findings",
        "already_found",
        "schedule",
        "steps",
        "states",
        "transitions",
        "exhaustive",
        "bounds",
        "vacuous",
        "memory_model",
        "expected",
        "as_expected",
        "complaints",
        "elapsed_s",
        "version",
        "mode",
        "omission",
        "memory_bytes",
        "reductions",
        "exact",
        "from",
    ]
    assert list(told["findings"][0]) == [
        "kind",
        "fatal",
        "warning",
        "verdict",
        "message",
        "actor",
        "step",
        "label",
        "schedule",
        "steps",
        "switches",
        "preemptions",
    ]


def test_the_report_tells_the_headline_findings_schedule() -> None:
    told = report(judged(lost(), "plain"))

    assert told["steps"] == 4
    assert told["schedule"] == told["findings"][0]["schedule"]
    assert told["findings"][0]["switches"] == 3
    assert told["findings"][0]["preemptions"] == 2
    assert told["expected"] == {"lost-update": "sometimes"}


SPINS = 'bool flag;\nCPU(0, "spins") { while (!flag) { } }\nCPU(1, "other") { if (flag) flag = false; }'


def test_a_livelock_is_found_and_may_be_expected() -> None:
    expected = judged(expecting("{livelock: always}", SPINS))
    (unexpected,) = [told for told in judged(expecting("never", SPINS)).complaints if "livelock" in told]

    assert expected.complaints == ()
    assert unexpected.startswith("expected no livelock, and it is always: CPU 0 goes round for ever")


def test_a_cpu_whose_text_has_no_end_is_caught_in_nothing() -> None:
    serves = 'u8 x;\nCPU(0, "serves") { for (;;) { x = 1; x = 0; } }\nCPU(1, "asks") { u8 y = x; }'

    assert judged(expecting("{livelock: never}", serves)).result.found == ()
