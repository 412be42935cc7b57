"""Statements to instructions: control flow becomes jumps, blocks become scopes."""

from __future__ import annotations

from racewalk.lang import tree
from racewalk.lang.source import Span
from racewalk.lang.types import PointerType, StructType
from racewalk.program.calls import Calls
from racewalk.program.code import NextObject, Set, Target
from racewalk.program.fold import holds, operate
from racewalk.program.layout import zero
from racewalk.program.values import Const, Register, Value
from racewalk.program.words import shown


class Statements(Calls):
    """Adds statements: with them the lowering of one actor is complete.

    `number` is the number of the CPU; `daemon` says that an endless loop of the body is a place to rest.
    """

    number = 0
    daemon = False

    def processor(self, expr: tree.Call) -> int:
        return self.number

    def body(self, block: tree.Block) -> None:
        with self.scope():
            self.statements(block.body)

    def statements(self, statements: tuple[tree.Stmt, ...]) -> None:
        for stmt in statements:
            self.statement(stmt)

    def statement(self, stmt: tree.Stmt) -> None:
        self.enter(stmt.span)
        self._statement(stmt)
        self.leave()

    def _statement(self, stmt: tree.Stmt) -> None:
        match stmt:
            case tree.Block(body=body):
                with self.scope():
                    self.statements(body)
            case tree.Declare():
                self._declare(stmt)
            case tree.ExprStmt(expr=expr):
                if not self.ground.omission.calls_not(expr.span):
                    self.effect(expr)
            case tree.If():
                self._if(stmt)
            case tree.While(test=test, body=body):
                self._loop(stmt, test, None, body, test_first=True)
            case tree.DoWhile(test=test, body=body):
                self._loop(stmt, test, None, body, test_first=False)
            case tree.For(init=init, test=test, step=step, body=body):
                with self.scope():
                    self.statements(init)
                    self._loop(stmt, test, step, body, test_first=True)
            case tree.ForEach():
                self.statement(self.checked.loop_of[stmt])
            case tree.ForEachObject():
                self._for_each_object(stmt)
            case tree.Switch():
                self._switch(stmt)
            case tree.Label(name=name):
                self.put(self.frame.labels.setdefault(name, Target()))
            case tree.Goto(name=name):
                self.jump(stmt.span, self.frame.labels.setdefault(name, Target()))
            case tree.Break():
                self.jump(stmt.span, self.frame.breaks[-1])
            case tree.Continue():
                self.jump(stmt.span, self.frame.continues[-1])
            case tree.Return():
                self._return(stmt)
            case tree.Atomic(kind=kind, body=body):
                with self.one_step(kind, stmt.span, _block_text(stmt)), self.scope():
                    self.statements(body.body)
            case tree.Empty() | tree.Case():
                pass

    def _declare(self, stmt: tree.Declare) -> None:
        symbol = self.checked.local_of[stmt]
        t = symbol.type
        value: Value = Const(zero(t)) if stmt.init is None else self.initial(stmt.init, t)
        if isinstance(value, Const) and symbol not in self.checked.reassigned and holds(value, t):
            self.declare_constant(symbol.name, t, value.value)
            self.frame.bindings[symbol] = value
            return
        register = self.declare(symbol.name, t)
        self.frame.bindings[symbol] = register
        self.emit(Set(self.site(stmt.span), register, value))

    def _if(self, stmt: tree.If) -> None:
        fixed = self.fixed(stmt.test)
        dropped = stmt.other if fixed else stmt.then
        if fixed is not None and not (dropped is not None and self._has_label(dropped)):
            taken = stmt.then if fixed else stmt.other
            if taken is not None:
                with self.scope():
                    self.statement(taken)
            return
        yes, no, end = Target(), Target(), Target()
        self.condition(stmt.test, yes, no)
        self.put(yes)
        with self.scope():
            self.statement(stmt.then)
        if stmt.other is not None:
            self.jump(stmt.span, end)
        self.put(no)
        if stmt.other is not None:
            with self.scope():
                self.statement(stmt.other)
        self.put(end)

    def _loop(
        self, stmt: tree.Stmt, test: tree.Expr | None, step: tree.Expr | None, body: tree.Stmt, test_first: bool
    ) -> None:
        head, inside, again, out = Target(), Target(), Target(), Target()
        endless = test is None or self.fixed(test) is True
        if test is not None and test_first and self.fixed(test) is False and not self._has_label(body):
            return
        self.put(head)
        if endless and self.daemon and self.frame.info is None and not self.frame.breaks:
            self.rests.append(head)
        if test_first and not endless and test is not None:
            self.condition(test, inside, out)
        self.put(inside)
        self.frame.breaks.append(out)
        self.frame.continues.append(again)
        with self.scope():
            self.statement(body)
        self.frame.breaks.pop()
        self.frame.continues.pop()
        self.put(again)
        if step is not None:
            self.effect(step)
        if not test_first and not endless and test is not None:
            self.condition(test, head, out)
        else:
            self.jump(stmt.span, head)
        self.put(out)

    def _has_label(self, stmt: tree.Stmt) -> bool:
        """A goto may lead there, so it is lowered although nothing else comes to it."""
        known = self.ground.with_label.get(stmt)
        if known is None:
            known = any(isinstance(inner, tree.Label) for inner in tree.statements_in(stmt))
            self.ground.with_label[stmt] = known
        return known

    def _for_each_object(self, stmt: tree.ForEachObject) -> None:
        symbol = self.checked.local_of[stmt]
        assert isinstance(symbol.type, PointerType)
        assert isinstance(symbol.type.target, StructType)
        struct = symbol.type.target
        addresses = tuple(sorted(self.layout.typed.get(id(struct), ())))
        with self.scope():
            known = self.frame.bindings.get(symbol)
            variable = known if isinstance(known, Register) else self.declare(symbol.name, symbol.type)
            self.frame.bindings[symbol] = variable
            head, inside, again, out = Target(), Target(), Target(), Target()
            site = self.site(stmt.span)
            self.emit(NextObject(site, variable, addresses, None))
            if variable is not known:
                variable.first = len(self.code)  # it has no value before
            self.put(head)
            self.branch_on(stmt.variable_span, variable, inside, out)
            self.put(inside)
            self.frame.breaks.append(out)
            self.frame.continues.append(again)
            with self.scope():
                self.statement(stmt.body)
            self.frame.breaks.pop()
            self.frame.continues.pop()
            self.put(again)
            self.emit(NextObject(site, variable, addresses, variable))
            self.jump(stmt.span, head)
            self.put(out)

    def _switch(self, stmt: tree.Switch) -> None:
        subject = self.value(stmt.subject)
        if not isinstance(subject, Const):
            subject = self.copy(stmt.subject.span, subject, self.type_of(stmt.subject))
        out = Target()
        cases = [s for s in stmt.body.body if isinstance(s, tree.Case)]
        targets = {case: Target() for case in cases}
        otherwise = next((targets[c] for c in cases if c.value is None), out)
        for case in cases:
            if case.value is None:
                continue
            test = operate("==", subject, self.value(case.value))
            if isinstance(test, Const):
                if test.value:
                    otherwise = targets[case]
                    break
                continue
            following = Target()
            self.branch_on(case.span, test, targets[case], following)
            self.put(following)
        self.jump(stmt.span, otherwise)
        self.frame.breaks.append(out)
        with self.scope():
            for inner in stmt.body.body:
                if isinstance(inner, tree.Case):
                    self.put(targets[inner])
                else:
                    self.statement(inner)
        self.frame.breaks.pop()
        self.put(out)

    def _return(self, stmt: tree.Return) -> None:
        if stmt.value is not None and self.frame.result is not None and self.frame.info is not None:
            value = self.convert(self.value(stmt.value), self.type_of(stmt.value), self.frame.info.result)
            self.emit(Set(self.site(stmt.span), self.frame.result, value))
        self.jump(stmt.span, self.frame.end)


def _block_text(stmt: tree.Atomic) -> str:
    """What an atomic or fused block is called: its first statement, and that there is more."""
    inner = [s for s in stmt.body.body if not isinstance(s, tree.Declare) or s.init is not None]
    if not inner:
        return stmt.kind
    span = inner[0].span
    match inner[0]:
        case tree.If(then=body):
            span = Span(span.file, span.start, body.span.start)
        case tree.While(body=body) | tree.For(body=body) | tree.ForEach(body=body) | tree.Switch(body=body):
            span = Span(span.file, span.start, body.span.start)
    more = " ..." if len(inner) > 1 or span is not inner[0].span else ""
    return f"{stmt.kind} {{ {shown(span)}{more} }}"
