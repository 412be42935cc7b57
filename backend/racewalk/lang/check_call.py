"""Types of calls: functions of the text, and the built-ins with their kinds of arguments."""

from __future__ import annotations

from itertools import chain

from racewalk.amount import are, count
from racewalk.lang import tree
from racewalk.lang.builtins import BUILTINS, Builtin
from racewalk.lang.check_expr import Expressions
from racewalk.lang.foreign import FOREIGN_CALLS
from racewalk.lang.message import format_places
from racewalk.lang.spell_type import a
from racewalk.lang.types import (
    BOOL,
    NUMBER,
    OPAQUE_TYPES,
    RCU_HEAD,
    TEXT,
    VOID,
    LockType,
    NullType,
    PointerType,
    RcuHeadType,
    SignalType,
    Type,
    is_integer,
    is_value,
)


class ExpressionChecker(Expressions):
    """The whole of expressions."""

    def call(self, expr: tree.Call) -> Type:
        builtin = BUILTINS.get(expr.name)
        function = self.out.functions.get(expr.name)
        if function is not None:
            if len(expr.args) != len(function.params):
                self.error(
                    "argument-count",
                    expr.span,
                    f"{expr.name} takes {count(len(function.params), 'argument')}, and here {are(len(expr.args))}",
                )
            for arg, param in zip(expr.args, function.params, strict=False):
                self.expect_value(arg, param.type, f"'{param.name}' of {expr.name}")
            return function.result
        if builtin is not None:
            return self._builtin(expr, builtin)
        hint = FOREIGN_CALLS.get(expr.name) or self.sink.suggest(expr.name, chain(self.out.functions, BUILTINS))
        self.fail("unknown-function", expr.name_span, f"no function is called '{expr.name}'", hint)

    def _builtin(self, expr: tree.Call, builtin: Builtin) -> Type:
        fewest, most = len(builtin.args) - builtin.optional, len(builtin.args)
        if len(expr.args) < fewest or (len(expr.args) > most and not builtin.rest):
            self.fail(
                "argument-count",
                expr.span,
                f"{expr.name} takes {count(most, 'argument')}, and here {are(len(expr.args))}",
                "the actor itself stands in the queue: name only that" if builtin.lock == "wait_queue" else None,
            )
        first: Type = VOID
        for number, (kind, arg) in enumerate(zip(builtin.args, expr.args, strict=False)):
            got = self._argument(expr, builtin, kind, arg, first)
            if number == 0:
                first = got
        for arg in expr.args[most:]:
            got = self.need(arg)
            if not is_value(got) and not isinstance(got, NullType):
                self.error("not-a-value", arg.span, f"{a(got)} cannot be printed")
        if builtin.rest:
            self._check_format(expr, builtin)
        match builtin.result:
            case "void":
                return VOID
            case "bool":
                return BOOL
            case "int":
                return NUMBER
            case "first":
                return first
            case "target":
                return first.target if isinstance(first, PointerType) else NUMBER

    def _argument(self, call: tree.Call, builtin: Builtin, kind: str, arg: tree.Expr, first: Type) -> Type:
        if kind == "text":
            if not isinstance(arg, tree.Text):
                self.error("text-expected", arg.span, f'{call.name} takes text in quotes here: "kind: words"')
            return TEXT
        if kind == "function":
            self._callback(arg)
            return VOID
        got = self.need(arg)
        target = got.target if isinstance(got, PointerType) else None
        match kind:
            case "lock":
                if not (isinstance(target, LockType | SignalType) and target.kind == builtin.lock):
                    wanted = next(t for t in OPAQUE_TYPES.values() if t.kind == builtin.lock)
                    hint = f"take its address: &{arg.span.text}" if isinstance(got, LockType | SignalType) else None
                    self.error(
                        "lock-expected", arg.span, f"{call.name} takes {a(wanted)} *, and this is {a(got)}", hint
                    )
            case "held":
                shared = call.name.endswith("_read")
                if not isinstance(target, LockType) or (shared and not target.shared):
                    hint = f"take its address: &{arg.span.text}" if isinstance(got, LockType) else None
                    what = "a rwlock_t * or a struct rw_semaphore *" if shared else "a pointer to a lock"
                    self.error("lock-expected", arg.span, f"{call.name} takes {what}, and this is {a(got)}", hint)
            case "queue":
                if not (isinstance(got, SignalType) and got.kind == "wait_queue"):
                    hint = f"the queue itself: *{arg.span.text}" if isinstance(target, SignalType) else None
                    if isinstance(arg, tree.Unary) and arg.op == "&":
                        hint = f"the queue itself: {arg.operand.span.text}"
                    self.error(
                        "queue-expected", arg.span, f"{call.name} takes a wait queue, and this is {a(got)}", hint
                    )
            case "rcu":
                if not isinstance(target, RcuHeadType):
                    self.error("rcu-expected", arg.span, f"{call.name} takes a struct rcu_head *, not {a(got)}")
            case "counter":
                if target is None or not is_integer(target):
                    hint = f"take its address: &{arg.span.text}" if is_integer(got) else None
                    if len(call.args) == 2 and isinstance(self.need(call.args[1]), PointerType):
                        hint = f"the address comes first: {call.name}({call.args[1].span.text}, {arg.span.text})"
                    self.error("counter-expected", arg.span, f"{call.name} takes the address of a number", hint)
            case "cell":
                if target is None or not is_value(target):
                    self.error("cell-expected", arg.span, f"{call.name} takes the address of a value in memory")
            case "pointer":
                if not isinstance(got, PointerType):
                    self.error("not-a-pointer", arg.span, f"{call.name} takes a pointer, and this is {a(got)}")
            case "place":
                if not self.is_place(arg) or not is_value(got):
                    self.error("place-expected", arg.span, f"{call.name} takes a variable or a field")
                elif call.name == "WRITE_ONCE":
                    self.assignable(arg)
            case "value":
                want = first.target if call.name in ("cmpxchg", "xchg") and isinstance(first, PointerType) else first
                self.expect_value(arg, want, "the place")
            case "int":
                self.expect_integer(arg, f"the argument of {call.name}")
            case "truth":
                self.expect_truth(arg)
        return got

    def _callback(self, arg: tree.Expr) -> None:
        """The second argument of call_rcu: the name of a void function of one struct rcu_head *."""
        name = arg.name if isinstance(arg, tree.Name) else None
        function = self.out.functions.get(name) if name else None
        if function is None:
            hint = self.sink.suggest(name, self.out.functions) if name else None
            self.error("function-expected", arg.span, "call_rcu takes the name of a function", hint)
            return
        head = self.out.pointers.to(RCU_HEAD)
        if not (len(function.params) == 1 and function.params[0].type is head and function.result is VOID):
            self.error(
                "bad-callback", arg.span, f"an RCU callback is: void {function.decl.name}(struct rcu_head *head)"
            )

    def _check_format(self, expr: tree.Call, builtin: Builtin) -> None:
        at = builtin.args.index("text")
        if at >= len(expr.args) or not isinstance(text := expr.args[at], tree.Text):
            return
        wanted = len(format_places(text.value))
        given = len(expr.args) - at - 1
        if wanted != given:
            follow = f"{count(given, 'value')} {'follows' if given == 1 else 'follow'}"
            self.error("format", text.span, f"the text has {count(wanted, 'place')} (%s, %d), and {follow}")
