"""The line after `%runcfg`."""

import pytest

from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.notebook.words import split


class Options:
    rate = 0.5


NAMES = {"lr": 0.03, "path": "a b.csv", "options": Options()}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("submit train.py -- --lr {lr}", ["submit", "train.py", "--", "--lr", "0.03"]),
        ("-- {path}", ["--", "a b.csv"]),
        ("--tag lr={lr}-{options.rate}", ["--tag", "lr=0.03-0.5"]),
        ("""-- '{"lr": 1}' '[{"lr": {}}]'""", ["--", '{"lr": 1}', '[{"lr": {}}]']),
        ("-- $HOME ^a{2,3}$ {0} {}", ["--", "$HOME", "^a{2,3}$", "{0}", "{}"]),
        ("-- {{lr}} {{2}} }} {{", ["--", "{lr}", "{{2}}", "}}", "{{"]),
        ("""'--cfg={"a":{"b":{lr}}}' "{'a': {'b': 1}}" """, ['--cfg={"a":{"b":0.03}}', "{'a': {'b': 1}}"]),
        ("", []),
    ],
)
def test_variables_are_put_in_and_all_else_stays(line, words):
    """Names become values, one word each; JSON, regular expressions and `$` stay as typed."""
    assert split(line, NAMES) == words


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{lrr}", "no variable 'lrr' in this notebook"),
        ("{options.rat}", "'Options' object has no attribute 'rat'"),
        ("--tag 'a", "the line cannot be read: no closing quotation"),
    ],
)
def test_what_cannot_be_put_in_is_an_error(line, message):
    """A missing name, a missing attribute and an open quote are told, never passed on."""
    with pytest.raises(ConfigError) as caught:
        split(line, NAMES)
    assert caught.value.message == message
