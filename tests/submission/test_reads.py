"""Which names code takes from outside, found without running it."""

import pytest

from jupyter_runcfg.submission.reads import names_of


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("model = Ridge().fit(df[feats], df.y)", ["Ridge", "df", "feats"]),
        ("df = df.dropna()", ["df"]),
        ("x = 1\nprint(x)", []),
        ("x += 1", ["x"]),
        ("x: int = 1\nx", []),
        ("x: int\nx", ["x"]),
        ("import numpy as np, os.path\nnp.pi, os", []),
        ("from a import b as c\nc, b", ["b"]),
        ("for i in rows: print(i)\ni", ["rows"]),
        ("[x * k for x in xs if x in ok]", ["xs", "ok", "k"]),
        ("{k: v for k, v in d.items()}\nk", ["d", "k"]),
        ("[(y := x) for x in [1]]\ny", []),
        ("def f(a, b=default): return a + b + g\nf(1)", ["default", "g"]),
        ("def f(): return later\nlater = 1\nf()", []),
        ("def f():\n    def g(): return a\n    a = 1\n    return g() + z", ["z"]),
        ("def f():\n    global made\n    made = 1\nf()\nmade", []),
        ("f = lambda x, *r, k=K: x + r + k + z", ["K", "z"]),
        (
            "class A(Base, metaclass=M):\n    x = y\n    def m(self): return self.x + q",
            ["Base", "M", "y", "q"],
        ),
        ("class A:\n    x = 1\n    y = x\nx", ["x"]),
        ("class A:\n    def m(self): return A", []),
        ("try: import foo\nexcept ImportError as e: print(e)\nfoo", []),
        ("with open(p) as s: s.read()", ["p"]),
        ("if flag: v = 1\nv", ["flag"]),
        (
            "match v:\n    case [a, *b]: a, b\n    case {'k': c, **d}: c, d\n    case P(x=e) as f: e, f",
            ["v", "P"],
        ),
        ("@wrap\ndef f(x: T) -> U: pass", ["wrap", "T", "U"]),
        ("print(len([1]), __name__, __file__)", []),
        ("del gone", ["gone"]),
        ("f'{a} {b:{c}}'", ["a", "b", "c"]),
        ("async def f():\n    async with a as b: b\n    return await c", ["a", "c"]),
        ("", []),
    ],
)
def test_names_that_code_reads(code, read):
    """In the order they are read; what it binds first, builtins and names of its functions are its own."""
    assert sorted(names_of([code]).read) == sorted(read)


def test_a_later_piece_has_the_names_of_an_earlier_one():
    """Parts run before the cell, in one namespace."""
    names = names_of(["data = load(path)", "print(data, more)"])
    assert (names.read, "data" in names.bound) == (("load", "path", "more"), True)


@pytest.mark.parametrize("code", ["from math import *\nsqrt(2)", "exec(text)\nmade", "globals()['a'] = 1\na"])
def test_nobody_can_tell_after_a_star(code):
    """A name may come from a star import or from `exec`: then nothing is said of it."""
    assert not names_of([code]).is_certain


def test_what_is_no_python_raises():
    """The plan tells what is wrong with the code."""
    with pytest.raises(SyntaxError):
        names_of(["x ="])
