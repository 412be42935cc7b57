"""How fast a client may send, and how many sessions it may hold."""

from racewalk.api.pace import Admission, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    clock = Clock()
    pace = Pace(per_second=10.0, burst=3, clock=clock)

    assert [pace.delay_s() for _ in range(3)] == [0.0, 0.0, 0.0]
    assert pace.delay_s() == 0.1


def test_time_fills_the_bucket_again_up_to_the_burst() -> None:
    clock = Clock()
    pace = Pace(per_second=10.0, burst=2, clock=clock)
    for _ in range(2):
        pace.delay_s()
    clock.now = 1_000.0

    assert [pace.delay_s() for _ in range(2)] == [0.0, 0.0]
    assert pace.delay_s() > 0


def test_sessions_are_counted_by_client_and_in_all() -> None:
    admission = Admission(most=3, most_per_client=2)

    assert [admission.enter(client) for client in ("a", "a", "a", "b", "c")] == [True, True, False, True, False]
    admission.leave("a")
    assert admission.enter("c")
