"""Which steps move across the steps of the other actors: Lipton's left and right movers.

Two steps of different actors *commute* if both orders are possible or none is, lead to the same state and report the
same. A step is

- a *right mover* if, whenever something of the others comes after it, the two may be done the other way round, with the
  same result: it might as well have come later;
- a *left mover* if, whenever something of the others comes before it, the same holds: it might as well have come at
  once. Then it must be enabled at once, too, and must report nothing (see `fuse` for why).

What makes them so:

- *Memory* that no other actor writes, or touches if this step writes it, and that no property reads. Touching an
  object of a pool reads whether it lives. That an actor finishes, or switches its interrupts, is memory that others
  may ask for.
- *Taking a lock* moves right: whatever others do while it is held works without the lock, so it may be taken later.
  Unless one of them tries that lock and fails. *Releasing* moves left, likewise. A lock that no other actor takes in a
  way that excludes this one moves both ways, and never blocks.
- This holds for locks that are only released by who certainly holds them, and that lie in no pool: others are *unruly*.
- *RCU*: if anybody waits for readers, to become one moves neither way, and to be none any more moves only to the left:
  whoever noted the reader in between does not wait for it in the end, and the masks are then the same.
- What allocates, frees, chooses, or asks RCU for something is never moved.
"""

from __future__ import annotations

from collections.abc import Iterable

from racewalk.program.reduce.deeds import BEFORE, Deeds, Location, LockDeed


class Movers:
    """Of one actor: `mine` are the deeds of its steps, `others` all those of everybody else.

    `watched`: the locations that properties read. `awaited`: somebody waits for RCU readers.
    """

    def __init__(
        self, mine: dict[int, Deeds], others: Iterable[Deeds], watched: set[Location], awaited: bool, unruly: set[int]
    ) -> None:
        self._touched: dict[Location, set[str]] = {}
        self._rivals: dict[int, list[LockDeed]] = {}
        for deeds in others:
            for location, modes in deeds.touches.items():
                self._touched.setdefault(location, set()).update(modes)
            for lock in deeds.locks:
                self._rivals.setdefault(lock.address, []).append(lock)
        self._watched = watched
        self._awaited = awaited
        self._unruly = unruly
        steps = {step: deeds for step, deeds in mine.items() if step != BEFORE}
        self.right = {step for step, deeds in steps.items() if self._moves_right(deeds)}
        self.left = {step for step, deeds in steps.items() if self._moves_left(deeds)}
        self.blocking = {step for step, deeds in steps.items() if self._may_block(deeds)}

    def _moves_right(self, deeds: Deeds) -> bool:
        if not self._is_apart(deeds) or deeds.held:
            return False
        if self._awaited and deeds.leaves_reader:
            return False
        return all(self._is_free(lock) or (lock.what == "take" and self._excludes(lock)) for lock in deeds.locks)

    def _moves_left(self, deeds: Deeds) -> bool:
        if not self._is_apart(deeds) or deeds.reports or deeds.work is None:
            return False
        return all(self._is_free(lock) or (lock.what == "drop" and self._excludes(lock)) for lock in deeds.locks)

    def _is_apart(self, deeds: Deeds) -> bool:
        """But for locks it has nothing to do with the others, nor with a property."""
        if deeds.fixed or (self._awaited and deeds.becomes_reader):
            return False
        for location, modes in deeds.touches.items():
            theirs = self._touched.get(location, ())
            if "W" in theirs or ("W" in modes and (theirs or location in self._watched)):
                return False
        return True

    def _may_block(self, deeds: Deeds) -> bool:
        takes = (lock for lock in deeds.locks if lock.what == "take" and not lock.attempt)
        return deeds.blocks or any(not self._is_free(lock) for lock in takes)

    def _is_free(self, lock: LockDeed) -> bool:
        """Nobody else ever does anything to the lock that this excludes."""
        return lock.address not in self._unruly and not self._against(lock)

    def _excludes(self, lock: LockDeed) -> bool:
        """While the lock is held the others can only wait for it: none of them sees it held and goes on."""
        return (
            lock.address not in self._unruly
            and not lock.attempt
            and not any(other.attempt for other in self._against(lock))
        )

    def _against(self, lock: LockDeed) -> list[LockDeed]:
        return [other for other in self._rivals.get(lock.address, ()) if lock.clashes(other)]
