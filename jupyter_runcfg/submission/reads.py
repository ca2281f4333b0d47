"""Which names a piece of code reads and does not bind itself: those somebody else must have sent."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_DYNAMIC = {"exec", "globals", "vars", "locals", "__import__"}
_KNOWN = {*dir(builtins), "__file__", "__name__", "__doc__", "__builtins__", "__spec__", "__annotations__"}


@dataclass(frozen=True)
class Names:
    """What pieces of code, run one after the other, take from outside, and what they bind."""

    read: tuple[str, ...]
    """In their order. A name counts when its first use is a read; one that only functions read counts when
    nothing binds it. What is bound on one way only (`if`, `try`) is taken as bound."""
    bound: frozenset[str]
    is_certain: bool
    """Nobody can tell after `from x import *`, or `exec`."""


def names_of(pieces: Sequence[str]) -> Names:
    """Look at the code without running it.

    Raises:
        SyntaxError: A piece is no Python of this version.
    """
    reader = _Reader()
    for piece in pieces:
        reader.run(ast.parse(piece).body)
    later = [name for name in reader.deferred if name not in reader.bound]
    read = dict.fromkeys([*reader.read, *later])
    is_certain = not reader.has_star and read.keys().isdisjoint(_DYNAMIC)
    return Names(tuple(name for name in read if name not in _KNOWN), frozenset(reader.bound), is_certain)


class _Reader:
    """Walks code in the order it is run."""

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.read: list[str] = []
        self.deferred: list[str] = []
        """What bodies of functions read: they run later."""
        self.has_star = False

    def run(self, nodes: Sequence[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    def visit(self, node: ast.AST) -> None:
        method = getattr(self, f"visit_{type(node).__name__}", None)
        if isinstance(node, _FUNCTIONS):
            self.function(node)
        elif isinstance(node, _COMPREHENSIONS):
            self.comprehension(node)
        elif method is not None:
            method(node)
        else:
            self.children(node)

    def children(self, node: ast.AST) -> None:
        self.run(list(ast.iter_child_nodes(node)))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)
        elif node.id not in self.bound:
            self.read.append(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.run([node.value, *node.targets])

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id not in self.bound:
            self.read.append(node.target.id)
        self.run([node.value, node.target])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.run([node.value, node.target])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.run([node.value, node.target])

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.run([node.iter, node.target, *node.body, *node.orelse])

    visit_AsyncFor = visit_For

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.has_star |= alias.name == "*"
            self.bound.add(alias.asname or alias.name.partition(".")[0])

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        if node.name:
            self.bound.add(node.name)
        self.run(node.body)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self.bound.add(node.name)
        self.children(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.children(node)
        if node.rest:
            self.bound.add(node.rest)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.run([*node.decorator_list, *node.bases, *(word.value for word in node.keywords)])
        body = _Reader()
        body.bound = {*self.bound, *_type_parameters(node), "__module__", "__qualname__"}
        body.run(node.body)
        self.read += [name for name in body.read if name not in self.bound]
        self.deferred += [name for name in body.deferred if name != node.name]
        self.bound.add(node.name)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        arguments = node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        more = [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
        now: list[ast.AST] = [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]
        types = _type_parameters(node)
        if not isinstance(node, ast.Lambda):
            now += node.decorator_list
            if not types:  # with some, annotations are a scope of their own
                notes = [one.annotation for one in (*named, *more)] + [node.returns]
                now += [note for note in notes if note is not None]
        self.run(now)
        local = {one.arg for one in (*named, *more)} | types
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        reads, module_wide = _free(body, local)
        self.deferred += reads
        self.bound |= module_wide
        if not isinstance(node, ast.Lambda):
            self.bound.add(node.name)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        inner = _Reader()
        inner.bound = set(self.bound)
        for one in node.generators:
            inner.run([one.iter, one.target, *one.ifs])
        inner.run([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.read += [name for name in inner.read if name not in self.bound]
        self.deferred += inner.deferred
        self.bound |= {one.target.id for one in _walruses(node) if isinstance(one.target, ast.Name)}


def _walruses(node: ast.AST) -> Iterator[ast.NamedExpr]:
    return (one for one in ast.walk(node) if isinstance(one, ast.NamedExpr))


def _type_parameters(node: ast.AST) -> set[str]:
    return {one.name for one in getattr(node, "type_params", ())}


def _free(body: Sequence[ast.AST], local: set[str]) -> tuple[list[str], set[str]]:
    """What the body of a function reads of the module, and what it binds there (`global`)."""
    module_wide = {name for node in _of_scope(body) if isinstance(node, ast.Global) for name in node.names}
    inner = _Reader()
    inner.run(body)
    own = (local | inner.bound) - module_wide
    reads = [name for name in (*inner.read, *inner.deferred) if name not in own]
    return reads, module_wide & inner.bound


def _of_scope(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """All nodes but those in functions and classes below."""
    for node in body:
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            yield from _of_scope(list(ast.iter_child_nodes(node)))
