"""The hash set of fingerprints, on columns whose answers are known."""

import numpy as np
from racewalk.explore.fingerprints import Fingerprints


def test_of_equal_fingerprints_one_is_new_and_all_have_its_number() -> None:
    seen = Fingerprints(indexed=True)

    new, indexes = seen.insert(np.array([7, 9, 7, 7], np.uint64))

    assert new.sum() == 2
    assert indexes is not None
    assert indexes[0] == indexes[2] == indexes[3] != indexes[1]
    assert seen.insert(np.array([9, 7], np.uint64))[0].tolist() == [False, False]
    assert seen.count == 2


def test_a_column_may_be_empty() -> None:
    """It is where every step of a level ends its run."""
    for indexed in (False, True):
        seen = Fingerprints(indexed=indexed)

        new, _ = seen.insert(np.array([], np.uint64))

        assert new.tolist() == []
        assert seen.count == 0
