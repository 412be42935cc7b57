"""What is taken while what is held: what lockdep learns from a step."""

from __future__ import annotations

from racewalk.lang.types import LockType
from racewalk.machine.describe import Describer
from racewalk.machine.machine import Machine, Ran
from racewalk.machine.memory import Memory
from racewalk.model import Move, State, Taking
from racewalk.program.code import Acquire, Release
from racewalk.program.reach import within_step
from racewalk.record import record


@record
class LockChains:
    machine: Machine
    describer: Describer

    def may_take(self, actor: int, position: int) -> bool:
        """The step there may take a lock and wait for it."""
        code = self.machine.program.actors[actor]
        inside = within_step(code.instrs, code.steps[position].at)
        return any(isinstance(instr, Acquire) and not instr.attempt for instr in inside)

    def takings(self, state: State, actor: int) -> tuple[Taking, ...]:
        """What the actor's next step takes inside of what, by class; nothing where it cannot go."""
        ran = self.machine.step(state, Move(actor), traced=True)
        if not isinstance(ran, Ran):
            return ()
        layout, memory, found = self.machine.layout, Memory(self.machine.layout, state), []
        held = [
            cell.address
            for cell in layout.locks
            if isinstance(cell.type, LockType) and memory.holds(actor, cell.address, cell.type)
        ]
        for touch in ran.trace:
            match touch.instr:
                case Acquire(attempt=attempt) if touch.mode == "lock":
                    for other in held if not attempt else ():
                        outer, inner = layout.leaf_at[other].key, layout.leaf_at[touch.address].key
                        if outer != inner:
                            does = f"holds {layout.name_at(other)} and takes {layout.name_at(touch.address)}"
                            found.append(Taking(outer, inner, f"{self.describer.title(actor)} {does}"))
                    held.append(touch.address)
                case Release():
                    held = [address for address in held if address != touch.address]
        return tuple(found)
