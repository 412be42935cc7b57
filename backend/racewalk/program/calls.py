"""Calls to instructions: functions are inlined, built-ins become the instruction that they are."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import Literal

from racewalk.lang import toplevel, tree
from racewalk.lang.limits import INLINE_DEPTH
from racewalk.lang.symbols import FunctionInfo, LocalSymbol
from racewalk.lang.types import BOOL, VOID, PointerType, StructType, Type
from racewalk.program.code import (
    Acquire,
    AskFinished,
    AskHeld,
    AskIrqs,
    AskLive,
    Await,
    Caller,
    CallRcu,
    Check,
    Choose,
    Cover,
    Down,
    Downgrade,
    FinishWait,
    Free,
    LockMode,
    MightSleep,
    PrepareToWait,
    RcuReadLock,
    RcuReadUnlock,
    Reinit,
    Release,
    Schedule,
    Set,
    SetBh,
    SetIrqs,
    SynchronizeRcu,
    Target,
    Up,
    Update,
    WakeUp,
)
from racewalk.program.emit import Alias, Binding, Frame
from racewalk.program.expressions import Expressions
from racewalk.program.fold import holds, operate
from racewalk.program.values import Const, Place, Register, Value
from racewalk.program.words import shown

KIND = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*): *")
"""The finding kind at the head of a message: "lost-pte: a table is detached ..." """

ACQUIRES: dict[str, LockMode] = {
    "spin_lock": "spin",
    "spin_lock_nested": "spin",
    "read_lock": "read",
    "write_lock": "write",
    "mutex_lock": "mutex",
    "mutex_lock_nested": "mutex",
    "down_read": "read",
    "down_write": "write",
    "bit_lock": "bit",
}
ATTEMPTS: dict[str, LockMode] = {
    "spin_trylock": "spin",
    "read_trylock": "read",
    "write_trylock": "write",
    "mutex_trylock": "mutex",
    "down_read_trylock": "read",
    "down_write_trylock": "write",
    "bit_trylock": "bit",
}
RELEASES: dict[str, LockMode] = {
    "spin_unlock": "spin",
    "read_unlock": "read",
    "write_unlock": "write",
    "mutex_unlock": "mutex",
    "up_read": "read",
    "up_write": "write",
    "bit_unlock": "bit",
}


TAKING = frozenset({*ACQUIRES, *ATTEMPTS, "rcu_read_lock", "local_irq_disable", "local_bh_disable"})
"""What enters a section that is left again."""


def split_kind(text: str, otherwise: str) -> tuple[str, str]:
    """A message's kind and the rest; `otherwise` where it names none."""
    found = KIND.match(text)
    return (found[1], text[found.end() :]) if found else (otherwise, text)


class Calls(Expressions):
    """Adds calls."""

    @abstractmethod
    def body(self, block: tree.Block) -> None:
        """The statements of a block, in a scope of their own (`statements`)."""

    def call(self, expr: tree.Call) -> Value:
        function = self.checked.functions.get(expr.name)
        return self._builtin(expr) if function is None else self._inline(expr, function)

    # -- functions of the text ------------------------------------------------------------------

    def _inline(self, expr: tree.Call, function: FunctionInfo) -> Value:
        outer, name = self.frame, function.decl.name
        if name in outer.callers:
            circle = " -> ".join([*outer.callers[outer.callers.index(name) :], name])
            self.fail(
                "recursion", expr.span, f"{name} calls itself: {circle}", "every call is inlined: use a loop instead"
            )
        if len(outer.callers) >= INLINE_DEPTH:
            self.fail("inline-depth", expr.span, f"calls are nested deeper than {INLINE_DEPTH} (limit INLINE_DEPTH)")
        stack = (*outer.stack, Caller(outer.function, expr.span))
        frame = Frame(name, function, stack, (*outer.callers, name))
        if function.inline:
            frame.shown_as = self.site(expr.span)
        self.enter(expr.span)
        with self.scope():
            arguments = [
                self._argument(arg, param, expr.args[number + 1 :])
                for number, (arg, param) in enumerate(zip(expr.args, function.params, strict=True))
            ]
            if function.region is None:
                result = self._run(expr, function, frame, arguments)
            else:
                with self.one_step(function.region, expr.span, shown(expr.span)):
                    result = self._run(expr, function, frame, arguments)
        self.leave()
        return result

    def _run(self, expr: tree.Call, function: FunctionInfo, frame: Frame, arguments: list[Value | Alias]) -> Value:
        """Bind the arguments, lower the body, give the result."""
        outer, self.frame = self.frame, frame
        result: Value = Const(0)
        with self.scope():
            for param, value, arg in zip(function.params, arguments, expr.args, strict=True):
                frame.bindings[param] = self._bind(param, value, arg)
            last = self._only_return(function.decl)
            if last is not None and last.value is not None:
                # The only way out is the last line: its value needs no register of its own.
                with self.scope():
                    self.statements(function.decl.body.body[:-1])
                    given = self.type_of(last.value)
                    result = self.convert(self.value(last.value), given, function.result)
                    result = self._survive(result, last.value, function.result, outer)
            else:
                if function.result is not VOID:
                    frame.result = self.temporary(function.result)
                    frame.result.function = outer.function
                    result = frame.result
                self.body(function.decl.body)
                self.put(frame.end)
        self.frame = outer
        return result

    @abstractmethod
    def statements(self, statements: tuple[tree.Stmt, ...]) -> None:
        """Several statements, in the scope that is open."""

    def _only_return(self, function: toplevel.Function) -> tree.Return | None:
        """The last line of a function that returns there and nowhere else."""
        statements = function.body.body
        last = statements[-1] if statements else None
        if not isinstance(last, tree.Return):
            return None
        if function not in self.ground.one_exit:
            inner = (s for stmt in statements[:-1] for s in tree.statements_in(stmt))
            self.ground.one_exit[function] = not any(isinstance(s, tree.Return) for s in inner)
        return last if self.ground.one_exit[function] else None

    def _survive(self, value: Value, expr: tree.Expr, t: Type, outer: Frame) -> Value:
        """A result names no local of the function that is left, and fits its type."""
        if isinstance(value, Const) and holds(value, t):
            return value
        if isinstance(value, Register) and value.temporary and value.type is t:
            return value
        register = self.temporary(t)
        register.function = outer.function
        self.emit(Set(self.site(expr.span), register, value))
        return register

    def _argument(self, arg: tree.Expr, param: LocalSymbol, later: tuple[tree.Expr, ...]) -> Value | Alias:
        """The caller's side of binding one argument."""
        if isinstance(arg, tree.Unary) and arg.op == "&" and isinstance(arg.operand, tree.Name):
            local = self.checked.symbol_of[arg.operand]
            if isinstance(local, LocalSymbol):
                bound = self.frame.bindings[local]
                if isinstance(bound, Register):
                    return Alias(bound)
                self.fail("out-parameter", arg.span, "the address of a pointer to a local cannot be passed on")
        if isinstance(arg, tree.Name):
            symbol = self.checked.symbol_of[arg]
            if isinstance(symbol, LocalSymbol) and isinstance(bound := self.frame.bindings[symbol], Alias):
                return bound
        value = self.convert(self.value(arg), self.type_of(arg), param.type)
        return self.settle(value, arg, *later)

    def _bind(self, param: LocalSymbol, value: Value | Alias, arg: tree.Expr) -> Binding:
        """The callee's side: a constant stays one where nothing assigns the parameter."""
        if isinstance(value, Alias):
            if param in self.checked.reassigned:
                self.fail("out-parameter", arg.span, f"'{param.name}' is assigned: it cannot stand for a local")
            return value
        if isinstance(value, Const) and param not in self.checked.reassigned and holds(value, param.type):
            self.declare_constant(param.name, param.type, value.value)
            return value
        register = self.declare(param.name, param.type)
        self.emit(Set(self.site(arg.span), register, value))
        return register

    # -- built-ins ------------------------------------------------------------------------------

    def _builtin(self, expr: tree.Call) -> Value:
        site, args = self.site(expr.span), expr.args
        result: Value = Const(0)
        if expr.name in TAKING and self.ground.omission.takes(site.span):
            return Const(1)
        match expr.name:
            case "READ_ONCE":
                return self.value(args[0]) if self._names_local(args[0]) else self.load(args[0], expr)
            case "WRITE_ONCE":
                if self._names_local(args[0]):
                    self.assign(args[0], self.value(args[1]), expr, self.type_of(args[1]))
                else:
                    place = self.settled(self.place(args[0]), args[1])
                    self.store(place, self.value(args[1]), expr, self.type_of(args[1]), marked=True)
            case take if take in ACQUIRES:
                self.emit(Acquire(site, self._target(args[0]), ACQUIRES[take], nested=take.endswith("nested")))
            case attempt if attempt in ATTEMPTS:
                place = self._target(args[0])
                result = self.temporary(self.type_of(expr))
                self.emit(Acquire(site, place, ATTEMPTS[attempt], attempt=True, target=result))
            case release if release in RELEASES:
                self.emit(Release(site, self._target(args[0]), RELEASES[release]))
            case "down" | "wait_for_completion":
                self.emit(Down(site, self._target(args[0])))
            case "down_trylock" | "try_wait_for_completion":
                place = self._target(args[0])
                result = self.temporary(self.type_of(expr))
                self.emit(Down(site, place, attempt=True, target=result))
            case "up" | "complete" | "complete_all":
                self.emit(Up(site, self._target(args[0]), all=expr.name == "complete_all"))
            case "reinit_completion":
                self.emit(Reinit(site, self._target(args[0])))
            case "downgrade_write":
                self.emit(Downgrade(site, self._target(args[0])))
            case "prepare_to_wait" | "prepare_to_wait_exclusive":
                self._alone(expr)
                self.emit(PrepareToWait(site, self._target(args[0]), exclusive=expr.name.endswith("exclusive")))
            case "schedule":
                self._alone(expr)
                self.emit(Schedule(site))
            case "finish_wait":
                self._alone(expr)
                self.emit(FinishWait(site, self._target(args[0])))
            case "wait_event" | "wait_event_exclusive":
                self._wait_event(expr)
            case "wake_up" | "wake_up_all":
                if expr.name == "wake_up":
                    self._alone(expr)
                self.emit(WakeUp(site, self._target(args[0]), all=expr.name == "wake_up_all"))
            case "rcu_read_lock":
                self.emit(RcuReadLock(site))
            case "rcu_read_unlock":
                self.emit(RcuReadUnlock(site))
            case "call_rcu":
                name = args[1]
                assert isinstance(name, tree.Name)
                callbacks = self.ground.callbacks
                number = callbacks.setdefault(name.name, len(callbacks) + 1)
                self.emit(CallRcu(site, self._target(args[0]), number))
            case "synchronize_rcu":
                self._alone(expr)
                self.emit(SynchronizeRcu(site, begin=True))
                self.emit(SynchronizeRcu(site, begin=False))
            case "local_irq_disable" | "local_irq_enable":
                self.emit(SetIrqs(site, off=expr.name.endswith("disable")))
            case "local_bh_disable" | "local_bh_enable":
                self.emit(SetBh(site, off=expr.name.endswith("disable")))
            case "spin_lock_irq" | "spin_unlock_irq" | "spin_lock_bh" | "spin_unlock_bh":
                self._with_interrupts(expr)
            case "atomic_inc" | "atomic_dec":
                self._update(expr, "add", Const(1 if expr.name.endswith("inc") else -1))
            case "atomic_add" | "atomic_or":
                place = self.settled(self._target(args[0]), args[1])
                self.emit(Update(site, "add" if "add" in expr.name else "or", place, self.value(args[1])))
            case "atomic_inc_not_zero":
                result = self._update(expr, "inc_not_zero", Const(1))
            case "atomic_dec_and_test":
                result = self._update(expr, "dec_and_test", Const(-1))
            case "cmpxchg" | "xchg":
                result = self._exchange(expr)
            case "wait_until":
                self._wait_until(expr)
            case "irqs_enabled" | "finished":
                cpu = self.value(args[0])
                result = self.temporary(self.type_of(expr))
                ask = AskIrqs if expr.name == "irqs_enabled" else AskFinished
                self.emit(ask(site, result, cpu))
            case "smp_processor_id":
                return Const(self.processor(expr))
            case "choose":
                result = self._choose(expr)
            case "kfree":
                t = self.type_of(args[0])
                assert isinstance(t, PointerType)
                if not isinstance(t.target, StructType):
                    self.fail("bad-free", expr.span, f"only objects of a pool are freed, and this points to {t.target}")
                self.emit(Free(site, self.value(args[0]), t.target.name))
            case "is_live":
                t = self.type_of(args[0])
                assert isinstance(t, PointerType)
                pointer = self.value(args[0])
                result = self.temporary(self.type_of(expr))
                struct = t.target.name if isinstance(t.target, StructType) else None
                self.emit(AskLive(site, result, pointer, struct))
            case "might_sleep":
                self.emit(MightSleep(site))
            case "lockdep_is_held" | "lockdep_is_held_write":
                result = self._is_held(expr)
            case "lockdep_assert_held" | "lockdep_assert_held_write" | "lockdep_assert_held_read":
                text = f"WARNING at {self.frame.function}: {shown(expr.span)}".replace("%", "%%")
                self.emit(Check(site, self._is_held(expr), "lockdep-assert", text))
            case "BUG_ON" | "WARN_ON":
                with self.observe():
                    test = self.value(args[0])
                text = f"{'kernel BUG' if expr.name == 'BUG_ON' else 'WARNING'} at {self.frame.function}: "
                text += f"{expr.name}({shown(args[0].span)})"
                kind = "bug-on" if expr.name == "BUG_ON" else "warn-on"
                self.emit(
                    Check(site, operate("==", test, Const(0)), kind, text.replace("%", "%%"), fatal=kind == "bug-on")
                )
            case "assert" | "warn" | "report":
                self._check(expr)
            case "cover":
                assert isinstance(args[0], tree.Text)
                self.emit(Cover(site, args[0].value))
            case _:
                raise AssertionError(f"[racewalk bug] the built-in {expr.name} is not lowered")
        return result

    def _names_local(self, expr: tree.Expr) -> bool:
        root = expr
        while isinstance(root, tree.Member) and not root.arrow:
            root = root.base
        if isinstance(root, tree.Name):
            return isinstance(self.checked.symbol_of[root], LocalSymbol)
        if isinstance(root, tree.Member):
            return self._alias(root.base) is not None
        return isinstance(root, tree.Unary) and root.op == "*" and self._alias(root.operand) is not None

    def _target(self, pointer: tree.Expr) -> Place:
        """The place that an argument such as `&x->lock` or `ptl` names."""
        if isinstance(pointer, tree.Unary) and pointer.op == "&":
            if isinstance(pointer.operand, tree.Name) and isinstance(
                self.checked.symbol_of[pointer.operand], LocalSymbol
            ):
                self.fail("local-address", pointer.span, "a local is nobody else's business: use it directly")
            return self.place(pointer.operand)
        return self._follow(pointer, pointer)

    def _update(self, expr: tree.Call, op: str, value: Value) -> Value:
        place = self._target(expr.args[0])
        target = self.temporary(self.type_of(expr)) if op in ("inc_not_zero", "dec_and_test") else None
        self.emit(Update(self.site(expr.span), op, place, value, target=target))  # type: ignore[arg-type]
        return target if target is not None else Const(0)

    def _exchange(self, expr: tree.Call) -> Value:
        place = self.settled(self._target(expr.args[0]), *expr.args[1:])
        values = [
            self.settle(self.convert(self.value(arg), self.type_of(arg), place.type), arg, *expr.args[number + 1 :])
            for number, arg in enumerate(expr.args)
            if number > 0
        ]
        target = self.temporary(place.type)
        expected = values[0] if expr.name == "cmpxchg" else None
        op = "cmpxchg" if expr.name == "cmpxchg" else "xchg"
        self.emit(Update(self.site(expr.span), op, place, values[-1], expected, target))  # type: ignore[arg-type]
        return target

    def _wait_until(self, expr: tree.Call) -> None:
        if self.region is not None:
            self.emit(Await(self.site(expr.span), self.value(expr.args[0]), expr.args[0].span))
            return
        with self.one_step("wait", expr.span, shown(expr.span)):
            self.emit(Await(self.site(expr.span), self.value(expr.args[0]), expr.args[0].span))

    def _alone(self, expr: tree.Call) -> None:
        """Complain where the call stands in an atomic or fused block, or in setup."""
        if self.region is not None:
            hint = "wake_up_all() may" if expr.name == "wake_up" else None
            self.error("blocking-in-atomic", expr.span, f"{expr.name} cannot be part of one step", hint)

    def _with_interrupts(self, expr: tree.Call) -> None:
        """spin_lock_irq and the like: two steps, as in the kernel."""
        site, lock = self.site(expr.span), self._target(expr.args[0])
        take, bh = "unlock" not in expr.name, expr.name.endswith("bh")
        switch = SetBh if bh else SetIrqs
        part = f"local_{'bh' if bh else 'irq'}_{'disable' if take else 'enable'}"
        if take:
            self.emit(switch(site, off=True, part=part))
            self.emit(Acquire(site, lock, "spin", part="spin_lock"))
        else:
            self.emit(Release(site, lock, "spin", part="spin_unlock"))
            self.emit(switch(site, off=False, part=part))

    def _wait_event(self, expr: tree.Call) -> None:
        """wait_event(queue, condition), as the kernel's macro is:

        might_sleep();
        if (!condition) {
            while (prepare_to_wait(&queue), !condition)
                schedule();
            finish_wait(&queue);
        }
        """
        self._alone(expr)
        site, condition = self.site(expr.span), expr.args[1]
        queue = self.settled(self.place(expr.args[0]), condition)
        exclusive = expr.name.endswith("exclusive")
        prepare, sleep, finish, out = Target(), Target(), Target(), Target()
        self.emit(MightSleep(site))
        self.condition(condition, out, prepare)
        self.put(prepare)
        self.emit(PrepareToWait(site, queue, exclusive, part="prepare_to_wait"))
        self.condition(condition, finish, sleep)
        self.put(sleep)
        self.emit(Schedule(site, part="schedule"))
        self.jump(expr.span, prepare)
        self.put(finish)
        self.emit(FinishWait(site, queue, part="finish_wait"))
        self.put(out)

    def _is_held(self, expr: tree.Call) -> Value:
        """A question of lockdep: it only looks, wherever it stands."""
        how: Literal["any", "read", "write"] = "any"
        if expr.name.endswith("_write"):
            how = "write"
        elif expr.name.endswith("_read"):
            how = "read"
        with self.observe():
            place = self._target(expr.args[0])
            result = self.temporary(BOOL)
            self.emit(AskHeld(self.site(expr.span), result, place, how, self.anybody))
        return result

    def _choose(self, expr: tree.Call) -> Value:
        count = self.value(expr.args[0])
        if not isinstance(count, Const) or not isinstance(count.value, int) or not 1 <= count.value <= 64:
            self.fail("choose", expr.args[0].span, "choose takes a constant from 1 to 64")
        if self.region is not None or self.observing:
            self.fail("choose", expr.span, "choose is a step of its own: it cannot be part of another")
        result = self.temporary(self.type_of(expr))
        self.emit(Choose(self.site(expr.span), result, count.value))
        return result

    def _check(self, expr: tree.Call) -> None:
        """assert, warn, report: the finding belongs to the step before."""
        args = list(expr.args)
        test: Value = Const(0)
        with self.observe():
            if expr.name != "report":
                condition = args.pop(0)
                test = self.settle(self.value(condition), condition, *args)
            if args:
                text = args.pop(0)
                assert isinstance(text, tree.Text)
                message = text.value
            else:
                message = f"assert({shown(expr.args[0].span)}) does not hold".replace("%", "%%")
            kind, words = split_kind(message, expr.name)
            values = tuple(
                (self.settle(self.value(arg), arg, *args[number + 1 :]), self.type_of(arg))
                for number, arg in enumerate(args)
            )
        self.emit(Check(self.site(expr.span), test, kind, words, values, warning=expr.name == "warn"))

    @abstractmethod
    def processor(self, expr: tree.Call) -> int:
        """The number of the CPU whose code this is."""
