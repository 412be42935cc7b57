"""What is true of the whole program, and every translation asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from racewalk.lang.types import LockType
from racewalk.program.code import CallRcu, Instr, PrepareToWait, SynchronizeRcu
from racewalk.program.layout import Cell, MemoryObject
from racewalk.program.program import ActorCode, Program


@dataclass(slots=False)
class Ground:
    program: Program

    @property
    def nobody(self) -> int:
        """Who runs setups, properties and `finally`."""
        return self.program.layout.actors

    @cached_property
    def codes(self) -> tuple[list[Instr], ...]:
        """All code that there is."""
        program = self.program
        own = [actor.setup for actor in program.actors if actor.setup is not None]
        alone = [*program.setups, *own, *program.finals, *(probe.code for probe in program.probes)]
        return (*(actor.instrs for actor in program.actors), *(code.instrs for code in alone))

    @cached_property
    def has_rcu_masks(self) -> bool:
        """Somebody waits for readers: masks of them are in the state, and are cleared as they leave."""
        return any(isinstance(instr, CallRcu | SynchronizeRcu) for code in self.codes for instr in code)

    @cached_property
    def waiters(self) -> tuple[int, ...]:
        """The actors that can stand in a wait queue."""
        return self._waiters(frozenset({False, True}))

    @cached_property
    def exclusive_waiters(self) -> tuple[int, ...]:
        return self._waiters(frozenset({True}))

    def _waiters(self, exclusive: frozenset[bool]) -> tuple[int, ...]:
        found = []
        for actor in self.program.actors:
            code = [*(actor.setup.instrs if actor.setup is not None else []), *actor.instrs]
            if any(isinstance(instr, PrepareToWait) and instr.exclusive in exclusive for instr in code):
                found.append(actor.index)
        return tuple(found)

    @cached_property
    def _pool_keys(self) -> frozenset[str]:
        objects = [thing for pool in self.program.layout.pools.values() for thing in pool]
        return frozenset(key for thing in objects for key in _keys(thing.cell))

    def may_die(self, key: str) -> bool:
        """A place of this name, found through a pointer, may lie in an object of a pool."""
        return bool(self.program.layout.pools) and (key.startswith("*") or key in self._pool_keys)

    @cached_property
    def life_addresses(self) -> tuple[int, ...]:
        """For each address the life byte of what lies there, or 0."""
        layout = self.program.layout
        return tuple(_life(layout.owner_of.get(at)) for at in range(layout.memory_end))

    def is_private(self, address: int) -> bool:
        """No pointer leads there: the header of an actor, or a frame."""
        layout = self.program.layout
        return not layout.header(layout.actors + 1) <= address < layout.memory_end

    def life_at(self, address: int) -> int:
        return self.life_addresses[address] if address < len(self.life_addresses) else 0

    @property
    def locks(self) -> list[tuple[int, LockType, str]]:
        """Address, type and class of every lock."""
        return [(c.address, c.type, c.key) for c in self.program.layout.locks if isinstance(c.type, LockType)]

    @property
    def cpus(self) -> list[ActorCode]:
        return [actor for actor in self.program.actors if not actor.info.daemon]

    @property
    def daemons(self) -> list[ActorCode]:
        return [actor for actor in self.program.actors if actor.info.daemon]


def _keys(cell: Cell) -> list[str]:
    return [cell.key, *(key for child in cell.children for key in _keys(child))]


def _life(thing: MemoryObject | None) -> int:
    return thing.life if thing is not None and thing.life is not None else 0
