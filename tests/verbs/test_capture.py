"""`--with`, `--include`, `--get`: what is told before anything is sent."""

import collections
import pathlib

import pytest

from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.submission.capture import Part
from jupyter_runcfg.verbs.capture import Namespace, Words, captured

from ..project import project

__all__ = ["project"]
PARTS = {
    "load": [Part("load", "data = open(path)")],
    "tagged": [Part("tagged", "a = 1"), Part("tagged-2", "b = 2")],
}
VARIABLES = {
    "df": [1],
    "y": 2,
    "path": "x",
    "Counter": collections.Counter,
    "od": collections,
    "get_ipython": 1,
}


def capture(code, *, send=(), include=(), get=()):
    notebook = Namespace(
        VARIABLES, frozenset({"get_ipython"}), lambda name: PARTS.get(name, []), lambda: [*PARTS]
    )
    return captured(code, Words.read(send, include, get, yes=False), notebook)


def fault(code, **words):
    with pytest.raises(ConfigError) as caught:
        capture(code, **words)
    return caught.value.message, caught.value.hint


def test_nothing_is_captured_of_a_plain_cell(project):
    """Names that the notebook does not have are left to Python, its own machinery too."""
    assert not capture("x = 1\nprint(x, unknown, get_ipython)")


def test_names_that_nobody_sends(project):
    """Each kind with the words that mend it."""
    assert fault("df + y", send=["path"]) == (
        "the cell reads df and y, which are not sent",
        "add `--with path,df,y`",
    )
    assert fault("Counter(df)") == (
        "the cell reads Counter and df, which are not sent",
        "add `--with Counter,df`, or import in the cell: `from collections import Counter`",
    )
    assert fault("od.Counter()") == (
        "the cell reads od, which is not sent",
        "import in the cell: `import collections as od`",
    )


def test_a_part_may_bind_and_may_read(project):
    """What a part makes is there; what it reads has to be sent like the cell's own."""
    assert fault("print(data)", include=["load"])[0] == "the cell reads path, which is not sent"
    found = capture("print(data)", include=["load,tagged"], send=["path"])
    assert [part.file for part in found.parts] == ["cell-load.py", "cell-tagged.py", "cell-tagged-2.py"]
    assert [one.name for one in found.variables] == ["path"]


def test_auto_sends_what_is_read(project):
    """Modules are imported there; names that were said as well come first."""
    found = capture("od.Counter(df)", send=["y", "auto"])
    assert found.described == "sends od (imported there), df 17 B, y 2"
    assert [one.name for one in found.variables] == ["y", "od", "df"]


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ({"send": ["dff"]}, "no variable 'dff' in this notebook", "did you mean 'df'?"),
        ({"send": ["zzz"]}, "no variable 'zzz' in this notebook", "`--with auto` sends what the cell reads"),
        ({"send": ["get_ipython"]}, "no variable 'get_ipython' in this notebook", None),
        ({"send": ["df.x"]}, "'df.x' is no name of a variable", "`--with df,model`"),
        ({"get": ["1"]}, "'1' is no name of a variable", "`--get df,model`"),
        ({"get": ["scroe"]}, "the cell binds no 'scroe'", "did you mean 'score'?"),
        ({"include": ["laod"]}, "no part and no tagged cell 'laod' was run here", "did you mean 'load'?"),
    ],
)
def test_wrong_words(project, words, message, hint):
    """One error with the nearest right word."""
    found = fault("score = 1", **words)
    assert found[0] == message
    assert hint is None or found[1] == hint


def test_a_sent_name_may_come_back(project):
    """`--with df --get df` brings back what the cell made of it; what nobody can tell is left alone."""
    assert capture("df.append(1)", send=["df"], get=["df"]).results == ("df",)
    assert capture("exec('a = 1')", get=["a"]).results == ("a",)
    assert capture("from os import *\nprint(df)").results == ()


def test_code_that_is_no_python(project):
    """The plan has the place and the hint: here nothing is said."""
    assert not capture("x = (")


def test_a_public_place_to_import_from(project):
    """A class that a package defines in a private module is imported from where people do."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    notebook = Namespace({"R": linear_model.Ridge, "Path": pathlib.Path})
    with pytest.raises(ConfigError) as caught:
        captured("R, Path", Words(), notebook)
    assert "`from sklearn.linear_model import Ridge as R; from pathlib import Path`" in caught.value.hint
