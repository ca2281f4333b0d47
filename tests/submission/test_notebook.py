"""A notebook as the script: what is told of it before it is sent, and its parameters."""

import json
import sys

import pytest

from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.runtime.parameters import Wrong, read_parameters
from jupyter_runcfg.submission.notebook import code_cells, find_faults, read_notebook

CELLS = [
    {"cell_type": "markdown", "source": "# hi", "metadata": {}},
    {
        "cell_type": "code",
        "id": "a",
        "source": ["lr = 0.1\n", "epochs = 2"],
        "metadata": {"tags": ["parameters"]},
    },
    {"cell_type": "code", "source": "print(lr)", "metadata": {}},
]


def write(path, cells=CELLS):
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    return path


@pytest.mark.parametrize(
    ("words", "parameters"),
    [
        ([], {}),
        (["--lr", "0.03", "--epochs=20"], {"lr": 0.03, "epochs": 20}),
        (["-p", "a=b=c", "-p", "n=-1"], {"a": "b=c", "n": -1}),
        (["--verbose", "--data-path", "x y"], {"verbose": True, "data_path": "x y"}),
        (["--cfg", '{"a": [1, null]}', "--t", "(1, 2)"], {"cfg": {"a": [1, None]}, "t": (1, 2)}),
        (["--on", "true", "--off", "False", "--none", "None"], {"on": True, "off": False, "none": None}),
        (["--shift", "-3"], {"shift": -3}),
        (["--empty", ""], {"empty": ""}),
        (["--zip", "01234"], {"zip": "01234"}),
    ],
)
def test_parameters(words, parameters):
    """Values are read as JSON, then as Python, else they are texts."""
    assert read_parameters(words) == parameters


@pytest.mark.parametrize("words", [["lr"], ["-p"], ["-p", "lr"], ["-x", "1"], ["--", "1"]])
def test_what_is_no_parameter(words):
    """The word is named, or what it takes."""
    with pytest.raises(Wrong, match="NAME"):
        read_parameters(words)


def test_cells_have_their_ids_and_sources(tmp_path):
    """A source is a text, or a list of lines; an id may be missing."""
    assert code_cells(read_notebook(write(tmp_path / "n.ipynb"))) == [
        ("a", "lr = 0.1\nepochs = 2"),
        ("", "print(lr)"),
    ]


def messages(path, *words):
    return [fault.message for fault in find_faults(path, words, sys.executable)]


def test_a_parameter_that_the_notebook_does_not_have(tmp_path):
    """A typo would change nothing: it is told, with those there are."""
    path = write(tmp_path / "n.ipynb")
    assert messages(path, "--lr", "1") == []
    assert messages(path, "--lrr", "1") == ["'n.ipynb' has no parameter 'lrr'"]
    assert find_faults(path, ["-p", "x=1"], sys.executable)[0].hint.endswith("has epochs, lr")
    assert messages(write(tmp_path / "m.ipynb", CELLS[2:]), "--any", "1") == []
    odd = [{"cell_type": "code", "source": "!ls", "metadata": {"tags": ["parameters"]}}]
    assert messages(write(tmp_path / "o.ipynb", odd), "--any", "1") == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": 3}', '{"worksheets": []}'])
def test_what_is_no_notebook(tmp_path, text):
    """An empty file, broken JSON and notebooks of old formats are one clear fault each."""
    path = tmp_path / "n.ipynb"
    path.write_text(text)
    with pytest.raises(ConfigError, match="is no notebook"):
        read_notebook(path)
    assert len(messages(path)) == 1


def test_a_notebook_without_code(tmp_path):
    """One that was never saved has nothing to run."""
    assert messages(write(tmp_path / "n.ipynb", CELLS[:1])) == ["'n.ipynb' has no code to run"]
