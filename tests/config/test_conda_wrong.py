"""CondaDependencies: arguments that are wrong, each with its error."""

import pytest

from jupyter_runcfg.config.conda_dependencies import CondaDependencies
from jupyter_runcfg.errors import Fault

from .conda_texts import (
    DEFAULT,
    fault_of,
)

TAKES_TEXT = [
    ("add_channel", "channel"),
    ("remove_channel", "channel"),
    ("add_conda_package", "conda_package"),
    ("remove_conda_package", "conda_package"),
    ("add_pip_package", "pip_package"),
    ("remove_pip_package", "pip_package"),
    ("set_pip_option", "pip_option"),
    ("remove_pip_option", "pip_option"),
    ("set_pip_index_url", "index_url"),
    ("set_python_version", "version"),
]


@pytest.mark.parametrize(("method", "name"), TAKES_TEXT)
def test_what_is_no_text(method, name):
    """Every method says in one fault what it got, and changes nothing."""
    made = CondaDependencies()
    call = getattr(made, method)
    for value, words in [
        (None, "'None'"),
        (3, "'3'"),
        (b"x", "\"b'x'\""),
        (["x"], "\"['x']\""),
        ({}, "'{}'"),
    ]:
        expected = words.replace('"', "'")
        assert fault_of(call, value) == Fault(f"{expected} is no text", name, hint="give a str")
    for value in ("", "  ", "\t\n"):
        assert fault_of(call, value) == Fault(f"'{name}' is empty", name, hint="give its text")
    for value, words in [("a\nb", "'a\\nb'"), ("a\0b", "'a\\x00b'"), ("a\ud800", "'a\\ud800'")]:
        message = f"{words} holds a line end or another character that cannot be printed"
        assert fault_of(call, value) == Fault(message, name, hint="give one line of plain text")
    assert made.as_dict() == DEFAULT


@pytest.mark.parametrize("value", ["numpy", b"numpy", 3, {"a": 1}])
def test_what_is_no_list(value):
    """One text is not taken for a list of letters."""
    words = value if isinstance(value, str) else repr(value)
    made = CondaDependencies()
    for call, name in [
        (made.set_pip_requirements, "pip_requirements"),
        (lambda given: CondaDependencies.create(pip_packages=given), "pip_packages"),
        (lambda given: CondaDependencies.create(conda_packages=given), "conda_packages"),
        (CondaDependencies.merge_requirements, "requirements"),
    ]:
        fault = fault_of(call, value)
        assert (fault.message, fault.hint) == (f"'{words}' is no list of texts", "give a list: ['numpy']")
        assert fault.key in (name, "pip_requirements")
    assert fault_of(made.set_pip_requirements, ["a", None]).message == "'None' is no text"
    assert made.as_dict() == DEFAULT


def test_wrong_arguments_of_create():
    """None is no version of Python; an index is a url."""
    assert fault_of(CondaDependencies.create, python_version=None).message == "'None' is no text"
    fault = fault_of(CondaDependencies.create, pip_indexurl="a b")
    assert fault == Fault("'a b' is no url", "index_url", hint="write 'https://pypi.org/simple'")


@pytest.mark.parametrize("value", [3, b"x", ["x"], "", "a\0b"])
def test_wrong_paths(value, tmp_path):
    """Numbers, bytes and empty paths are refused by everything that takes a path."""
    made = CondaDependencies()
    calls = [CondaDependencies, made.save, made.save_to_file]
    calls.append(lambda path: made.save_to_file(tmp_path, path))
    for call in calls:
        assert "no " in (fault := fault_of(call, value)).message or fault.message.endswith("is empty")
    assert fault_of(made.save_to_file, None).message == "'None' is no text"
    assert list(tmp_path.iterdir()) == []
