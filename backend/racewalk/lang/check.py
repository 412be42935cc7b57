"""The type checker: a unit of text becomes a `Checked` unit, or diagnostics.

Types and globals first, then the bodies of functions, actors and properties. Functions are checked
once each, although the lowering inlines them at every call.
"""

from __future__ import annotations

from racewalk.amount import are, count
from racewalk.lang import toplevel, tree
from racewalk.lang.assemble import Unit
from racewalk.lang.builtins import BUILTINS
from racewalk.lang.check_call import ExpressionChecker
from racewalk.lang.check_flow import check_end, check_jumps
from racewalk.lang.diagnostics import Diagnostics
from racewalk.lang.expand import ExpansionSizes, expand
from racewalk.lang.foreign import FOREIGN_CALLS
from racewalk.lang.limits import ACTORS, EXPANSION, POOL_OBJECTS
from racewalk.lang.resolve import TypeResolver, memory_type
from racewalk.lang.source import Span
from racewalk.lang.symbols import Checked, FunctionInfo, GlobalSymbol, LocalSymbol, PoolInfo
from racewalk.lang.types import VOID, LockType, PointerType, StructType, Type, element_of, is_value


def check(unit: Unit, sink: Diagnostics) -> Checked:
    """Resolve every name and type every expression; what is wrong goes to the sink."""
    checked = Checked(unit)
    resolve = TypeResolver(checked, sink)
    _Checker(checked, sink, resolve).run()
    if not sink.has_errors:
        _warn_of_unset(checked, sink)
    return checked


def _warn_of_unset(checked: Checked, sink: Diagnostics) -> None:
    """A local that is read although nothing is ever stored in it; once each."""
    told: set[LocalSymbol] = set()
    for use, symbol in checked.symbol_of.items():
        if not isinstance(symbol, LocalSymbol) or symbol in checked.reassigned or symbol in told:
            continue
        if isinstance(symbol.node, tree.Declare) and symbol.node.init is None:
            told.add(symbol)
            nothing = "NULL" if isinstance(symbol.type, PointerType) else "0"
            message = f"'{symbol.name}' is {nothing} here: nothing is ever stored in it"
            sink.warning("unset-local", message, use.span, f"give it a value: {symbol.name} = ...")


class _Checker:
    def __init__(self, checked: Checked, sink: Diagnostics, resolve: TypeResolver) -> None:
        self.out = checked
        self.sink = sink
        self.resolve = resolve
        self.expr = ExpressionChecker(checked, sink, resolve)
        self.result: Type = VOID  # of the function being checked
        self.loops = 0
        self.switches = 0
        self.where = ""  # "function f", "CPU 0", "setup", for messages
        self._sizes = ExpansionSizes()
        self._expanded = 0  # parts of expressions

    def run(self) -> None:
        self.resolve.declare_enums()
        self._number_cpus()
        self.resolve.declare()
        self._declare_globals()
        self._declare_functions()
        unit = self.out.unit
        for symbol in list(self.out.globals.values()):
            if symbol.init is not None and symbol.pool is None:
                self.expr.scopes = []
                self.expr.check_init(symbol.init, symbol.type, f"'{symbol.name}'")
        for function in self.out.functions.values():
            scope = {p.name: p for p in function.params}
            self._body(function.decl.body, f"function {function.decl.name}", scope, function.result)
            check_end(function.decl, self.sink)
        for setup in unit.setups:
            self._body(setup.body, "setup")
        for actor in unit.actors:
            if actor.setup is not None:
                self._body(actor.setup, f'the setup of "{actor.title}"')
            self._body(actor.body, f'"{actor.title}"')
        for final in unit.finals:
            self._body(final.body, "finally")
        for prop in unit.properties:
            self.expr.scopes = []
            self.expr.expect_truth(prop.expr)
        for order in unit.lock_orders:
            for item in order.classes:
                self._lock_class(item)
        if not unit.actors and "main" in unit.functions:
            message, hint = "nobody calls main(): it is CPUs that move", 'write CPU(0, "main") { ... }'
            self._error("no-actor", unit.functions["main"].name_span, message, hint)
        elif not unit.actors:
            self.sink.error(
                "no-actor",
                "a scenario needs somebody who moves",
                Span(unit.main, 0, 0),
                'add one: CPU(0, "name") { ... }',
            )

    # -- declarations ---------------------------------------------------------------------------

    def _number_cpus(self) -> None:
        actors = self.out.unit.actors
        for actor in actors[:ACTORS]:
            if actor.number is None:
                continue
            number = self.resolve.constant(actor.number, "the number of a CPU", 0)
            if actor.kind == "SOFTIRQ":
                self.out.softirqs[actor] = number
            elif not 0 <= number < ACTORS:
                self._error("cpu-number", actor.number.span, f"CPUs are numbered 0 to {ACTORS - 1} (limit ACTORS)")
            elif number in self.out.cpus:
                self._error("cpu-number", actor.number.span, f"there are two CPUs with the number {number}")
            else:
                self.out.cpus[number] = actor
        for actor, number in self.out.softirqs.items():
            if number not in self.out.cpus:
                hint = f'add CPU({number}, "idle") {{ }}'
                self._error(
                    "cpu-number", actor.title_span, f"a softirq runs on a CPU, and there is no CPU {number}", hint
                )
        # RCU may join as one more.
        if len(actors) > ACTORS - 1:
            self._error(
                "too-many-actors",
                actors[ACTORS - 1].span,
                f"more than {ACTORS - 1} actors; with RCU, which may join, there are {ACTORS} (limit ACTORS)",
            )

    def _declare_globals(self) -> None:
        out = self.out
        for decl in out.unit.globals:
            name = decl.declarator.name
            found = self.resolve.declared(decl.declarator)
            if not memory_type(found, decl.span, self.sink):
                continue
            if not self._taken(name, decl.declarator.name_span):
                out.globals[name] = GlobalSymbol(name, found, decl.init, decl.ghost)
        for pool in out.unit.pools:
            found = self.resolve.type(pool.type)
            if not isinstance(found, StructType):
                self._error("not-an-object", pool.type.span, f"a pool holds objects, and {found} is none")
                continue
            count = self.resolve.constant(pool.count, "the size of a pool", 1)
            if not 1 <= count <= POOL_OBJECTS:
                self._error(
                    "pool-size", pool.count.span, f"a pool has 1 to {POOL_OBJECTS} objects (limit POOL_OBJECTS)"
                )
                count = 1
            if any(p.type is found for p in out.pools.values()):
                self._error("two-pools", pool.span, f"there is a pool of {found} already")
                continue
            out.pools[pool.prefix] = PoolInfo(pool.prefix, found, count)
            for number in range(count):
                name = f"{pool.prefix}{number}"
                if not self._taken(name, pool.prefix_span):
                    out.globals[name] = GlobalSymbol(name, found, None, pool=pool.prefix)

    def _taken(self, name: str, span: Span) -> bool:
        if name in self.out.globals:
            self._error("duplicate", span, f"'{name}' is declared already")
            return True
        return False

    def _declare_functions(self) -> None:
        for decl in self.out.unit.functions.values():
            if decl.name in BUILTINS:
                self._error("duplicate", decl.name_span, f"'{decl.name}' is built in", "choose another name")
                continue
            result = self.resolve.type(decl.result) if decl.result is not None else VOID
            if result is not VOID and not is_value(result):
                self._error("bad-result", decl.name_span, f"a function cannot return {result}", "return a pointer")
            params: list[LocalSymbol] = []
            for param in decl.params:
                found = self.resolve.declared(param.declarator)
                if not is_value(found):
                    self._error(
                        "bad-parameter", param.span, f"'{param.declarator.name}' cannot be {found}", "pass a pointer"
                    )
                symbol = LocalSymbol(param.declarator.name, found, param)
                if any(p.name == symbol.name for p in params):
                    self._error("duplicate", param.span, f"there are two parameters '{symbol.name}'")
                self.out.local_of[param] = symbol
                params.append(symbol)
            self.out.functions[decl.name] = FunctionInfo(decl, result, tuple(params))

    def _lock_class(self, item: toplevel.LockClass) -> None:
        struct = self.out.structs.get(item.struct)
        if struct is None:
            hint = self.sink.suggest(item.struct, self.out.structs)
            self._error("unknown-type", item.span, f"there is no struct {item.struct}", hint)
        elif item.field not in struct.fields:
            self._error(
                "unknown-field",
                item.span,
                f"struct {item.struct} has no field '{item.field}'",
                self.sink.suggest(item.field, struct.fields),
            )
        elif not isinstance(element_of(struct.fields[item.field]), LockType):
            self._error("lock-expected", item.span, f"{item.struct}.{item.field} is no lock")

    # -- statements -----------------------------------------------------------------------------

    def _body(
        self, body: tree.Block, where: str, scope: dict[str, LocalSymbol] | None = None, result: Type = VOID
    ) -> None:
        self.where, self.result = where, result
        self.loops = self.switches = 0
        self.expr.scopes = [scope if scope is not None else {}]
        check_jumps(body, self.sink)
        self._block(body)

    def _block(self, block: tree.Block) -> None:
        self.expr.scopes.append({})
        for stmt in block.body:
            self._stmt(stmt)
        self.expr.scopes.pop()

    def _scoped(self, stmt: tree.Stmt) -> None:
        self.expr.scopes.append({})
        self._stmt(stmt)
        self.expr.scopes.pop()

    def _stmt(self, stmt: tree.Stmt) -> None:
        expr = self.expr
        match stmt:
            case tree.Block():
                self._block(stmt)
            case tree.Declare():
                self._declare(stmt)
            case tree.ExprStmt(expr=inner):
                expr.expect_action(inner)
            case tree.Empty() | tree.Label() | tree.Goto():
                pass
            case tree.If(test=test, then=then, other=other):
                expr.expect_truth(test)
                self._scoped(then)
                if other is not None:
                    self._scoped(other)
            case tree.While(test=test, body=body) | tree.DoWhile(test=test, body=body):
                expr.expect_truth(test)
                self._loop(body)
            case tree.For():
                self._for(stmt)
            case tree.ForEach():
                self._for_each(stmt)
            case tree.ForEachObject():
                self._for_each_object(stmt)
            case tree.Switch(subject=subject, body=body):
                expr.expect_integer(subject, "what is switched on")
                self._switch(body)
            case tree.Case():
                self._error("stray-case", stmt.span, "a case stands directly in the braces of its switch")
            case tree.Break():
                if not self.loops and not self.switches:
                    self._error("stray-break", stmt.span, "there is no loop or switch to leave here")
            case tree.Continue():
                if not self.loops:
                    self._error("stray-continue", stmt.span, "there is no loop to continue here")
            case tree.Return():
                self._return(stmt)
            case tree.Atomic(body=body):
                self._block(body)

    def _declare(self, stmt: tree.Declare) -> None:
        name = stmt.declarator.name
        found = self.resolve.declared(stmt.declarator)
        if not is_value(found):
            hint = "locals hold values; make it a global, or a POOL object reached by a pointer"
            self._error("bad-local", stmt.span, f"the local '{name}' cannot be {found}", hint)
            found = self.resolve.type(tree.TypeName(stmt.span, "name", "int"))
        if stmt.init is not None:
            self.expr.check_init(stmt.init, found, f"'{name}'")
        if name in self.expr.scopes[-1]:
            self._error("duplicate", stmt.declarator.name_span, f"'{name}' is declared already in this block")
        symbol = LocalSymbol(name, found, stmt)
        self.out.local_of[stmt] = symbol
        self.expr.scopes[-1][name] = symbol

    def _loop(self, body: tree.Stmt) -> None:
        self.loops += 1
        self._scoped(body)
        self.loops -= 1

    def _for(self, stmt: tree.For) -> None:
        self.expr.scopes.append({})
        for item in stmt.init:
            self._stmt(item)
        if stmt.test is not None:
            self.expr.expect_truth(stmt.test)
        if stmt.step is not None:
            self.expr.expect_action(stmt.step)
        self._loop(stmt.body)
        self.expr.scopes.pop()

    def _switch(self, body: tree.Block) -> None:
        self.switches += 1
        self.expr.scopes.append({})
        for stmt in body.body:
            if isinstance(stmt, tree.Case):
                if stmt.value is not None:
                    self.expr.expect_integer(stmt.value, "a case")
                    self.resolve.constant(stmt.value, "a case", 0)
            else:
                self._stmt(stmt)
        self.expr.scopes.pop()
        self.switches -= 1

    def _for_each(self, stmt: tree.ForEach) -> None:
        macro = self.out.unit.macros.get(stmt.name)
        if macro is None:
            known = [*self.out.unit.macros, "for_each_object"]
            hint = FOREIGN_CALLS.get(stmt.name) or self.sink.suggest(stmt.name, known)
            if stmt.name in self.out.functions or stmt.name in BUILTINS:
                hint = "a ';' is missing after the call"
            self._error("unknown-iterator", stmt.name_span, f"'{stmt.name}' is no iterator macro", hint)
            self._loop(stmt.body)
        elif len(stmt.args) != len(macro.params):
            self._error(
                "argument-count",
                stmt.span,
                f"{stmt.name} takes {count(len(macro.params), 'argument')}, and here {are(len(stmt.args))}",
            )
            self._loop(stmt.body)
        elif self._expanded > EXPANSION:
            pass  # it was reported
        elif (size := self._sizes.of(stmt, macro)) + self._expanded > EXPANSION:
            self._expanded += size
            self._error("limit-expansion", stmt.span, "the iterator macros expand to too much (limit EXPANSION)")
        else:
            self._expanded += size
            loop = expand(stmt, macro)
            self.out.loop_of[stmt] = loop
            self._for(loop)

    def _for_each_object(self, stmt: tree.ForEachObject) -> None:
        struct = self.resolve.type(stmt.type)
        if not isinstance(struct, StructType):
            self._error("not-an-object", stmt.type.span, f"for_each_object visits objects, and {struct} is none")
            return
        pointer = self.out.pointers.to(struct)
        known = next((s[stmt.variable] for s in reversed(self.expr.scopes) if stmt.variable in s), None)
        if known is not None and known.type is not pointer:
            self._error("type-mismatch", stmt.variable_span, f"'{stmt.variable}' is not a {pointer}")
        symbol = known or LocalSymbol(stmt.variable, pointer, stmt)
        self.out.local_of[stmt] = symbol
        self.out.reassigned.add(symbol)
        self.expr.scopes.append({stmt.variable: symbol})
        self._loop(stmt.body)
        self.expr.scopes.pop()

    def _return(self, stmt: tree.Return) -> None:
        if stmt.value is None:
            if self.result is not VOID:
                self._error("missing-value", stmt.span, f"{self.where} returns {self.result}")
        elif self.result is VOID:
            self._error("stray-value", stmt.value.span, f"{self.where} returns nothing")
        else:
            self.expr.expect_value(stmt.value, self.result, "the result")

    def _error(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        self.sink.error(code, message, span, hint)
