"""Expressions as people type them."""

import pytest

from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.history.filter import Both, Compare, Either, Negated, names_in, parse

A, B, C = Compare("a", ">", "1"), Compare("b", "=", "x y"), Compare("c.d/e", "!~", "f")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a > 1", A),
        ("  a>1  ", A),
        ("a == 1", Compare("a", "=", "1")),
        ("b = 'x y'", B),
        ('b="x y"', B),
        ("`b` = 'x y'", B),
        ("metrics.`my loss` <= -1e-3", Compare("metrics.my loss", "<=", "-1e-3")),
        ("c.d/e !~ f", C),
        ("a > 1 and b = 'x y' AND c.d/e !~ f", Both((A, B, C))),
        ("a > 1 or b = 'x y' and c.d/e !~ f", Either((A, Both((B, C))))),
        ("(a > 1 or b = 'x y') and c.d/e!~f", Both((Either((A, B)), C))),
        ("not a > 1", Negated(A)),
        ("not (a > 1 or not b = 'x y')", Negated(Either((A, Negated(B))))),
        ("((a > 1))", A),
        ("and > 1", Compare("and", ">", "1")),
        ("a = 'it is (not) > 1'", Compare("a", "=", "it is (not) > 1")),
        ("größe = '’'", Compare("größe", "=", "’")),
    ],
)
def test_parse(text, node):
    """Operators, quotes, brackets; `and` binds stronger than `or`."""
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a name of a column, metric or tag is missing, at its end"),
        ("a", "after 'a', one of = != < <= > >= ~ !~ is missing, at its end"),
        ("a >", "after `a >`, a value is missing, at its end"),
        ("a > > 1", "after `a >`, a value is missing, before '>' (character 5)"),
        ("> 1", "a name of a column, metric or tag is missing, before '>' (character 1)"),
        ("a > 1 b < 2", "`and` or `or` is missing, before 'b' (character 7)"),
        ("a > 1 and", "a name of a column, metric or tag is missing, at its end"),
        ("(a > 1", "a bracket is not closed: `)` is missing, at its end"),
        ("a > 1)", "`and` or `or` is missing, before ')' (character 6)"),
        ("a = 'x", "a quote is not closed"),
        ("a = `x", "a quote is not closed"),
        ("a > 1 && b < 2", "`and` or `or` is missing, before '&&' (character 7)"),
        ("not", "a name of a column, metric or tag is missing, at its end"),
        ("'a' > 1", "a name stands in backquotes, not in quotes: `a`, before 'a' (character 1)"),
        ("a b > 1", "after 'a', one of = != < <= > >= ~ !~ is missing, before 'b' (character 3)"),
        ("(" * 5000 + "a > 1" + ")" * 5000, "too many brackets, before '(' (character 52)"),
        ("not " * 5000 + "a > 1", "too many brackets, before 'not' (character 205)"),
    ],
)
def test_what_cannot_be_read(text, message):
    """Where it stops to make sense, with an example of what would."""
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert caught.value.message == message
    assert "`accuracy > 0.9 and status = Completed`" in caught.value.hint


def test_names():
    """Every name of an expression, in its order."""
    assert names_in(parse("a > 1 and not (b = 2 or tags.c = 3)")) == ["a", "b", "tags.c"]
