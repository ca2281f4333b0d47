"""Files of packages: their faults, and how they are written."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_runcfg.config.conda_dependencies import CondaDependencies, check_tree
from jupyter_runcfg.config.fault import Report
from jupyter_runcfg.config.node import parse
from jupyter_runcfg.errors import Fault

from ..snapshot.unprivileged import run_unprivileged
from .conda_texts import (
    ALIASES,
    DEFAULT_TEXT,
    MERGED,
    NASTY,
    fault_of,
    faults_of,
    of,
)

# faults of texts and files


def test_variables_that_are_none():
    """A map of names and single values, each on its line."""
    text = "dependencies: []\nvariables:\n  A: 1\n  B: [x]\n  C:\n    d: e\n"
    found = [(fault.message, fault.key, fault.line) for fault in faults_of(text)]
    assert found == [
        ("the environment variable 'B' is neither a text nor a number", "variables.B", 4),
        ("the environment variable 'C' is neither a text nor a number", "variables.C", 6),
    ]
    message = "'A=1' is no map of environment variables"
    assert [fault.message for fault in faults_of("dependencies: []\nvariables: A=1\n")] == [message]


def test_all_faults_at_once_with_lines():
    """Typos and wrong kinds of one file are reported together, in the order of their lines."""
    text = (
        "nmae: x\n"
        "channels:\n"
        "- a\n"
        "- 1\n"
        "-\n"
        "dependencies:\n"
        "- python: 3.8\n"
        "- 3.10\n"
        "- [a]\n"
        "- pip: numpy\n"
        "- ''\n"
        "- {}\n"
        "- pip:\n"
        "  - a: b\n"
        "zzzz: 1\n"
    )
    packages = "write packages as `numpy=1.26`, those of pip as `pip: [numpy]`"
    pip, channel = "write `pip: [numpy]`", "write `channels: [conda-forge]`"
    neither = "is neither a package nor pip's list"
    known = "a conda file has name, channels, dependencies, prefix, variables"
    assert faults_of(text, file="x.yml") == [
        Fault("no key named 'nmae' in a conda file", "nmae", "x.yml", 1, "did you mean 'name'?"),
        Fault("'1' is no channel: not a text", "channels", "x.yml", 4, channel),
        Fault("an empty value is no channel: not a text", "channels", "x.yml", 5, channel),
        Fault(
            "'python' cannot be a map: of the dependencies only 'pip' is one",
            *("dependencies", "x.yml", 7, "write `python=3.8`"),
        ),
        Fault(f"'3.1' {neither}", "dependencies", "x.yml", 8, packages),
        Fault(f"'['a']' {neither}", "dependencies", "x.yml", 9, packages),
        Fault("'numpy' is no list of packages", "dependencies.pip", "x.yml", 10, pip),
        Fault(f"an empty value {neither}", "dependencies", "x.yml", 11, packages),
        Fault(f"'{{}}' {neither}", "dependencies", "x.yml", 12, packages),
        Fault(
            "'pip' is listed twice",
            *("dependencies.pip", "x.yml", 13, "it is on line 10 already; join the lists"),
        ),
        Fault("'{'a': 'b'}' is no package: not a text", "dependencies.pip", "x.yml", 14, pip),
        Fault("no key named 'zzzz' in a conda file", "zzzz", "x.yml", 15, known),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 0, "is empty: it holds no dependencies"),
        ("\ufeff# nothing\n", 0, "is empty: it holds no dependencies"),
        ("null", 0, "is empty: it holds no dependencies"),
        ("- python\n", 1, "holds a list, not the keys of a conda file"),
        ("# c\npython\n", 2, "holds one value, not the keys of a conda file"),
        ("name: x\n\tchannels: []\n", 2, "a tab stands where YAML allows only spaces"),
        ("name: x\nname: y\n", 2, "the key 'name' stands twice"),
        ("channels: [a\ndependencies: []\n", 2, "a ',' or ']' is missing: the '[' on line 1 is open"),
        ("channels: *a\n", 1, "'*a' names an anchor that does not stand above it"),
        ("name: x\n---\nname: y\n", 2, "a second document begins; a configuration has one"),
        ("dependencies: python\n", 1, "'python' is no list of packages"),
        ("dependencies: {pip: [a]}\n", 1, "'{'pip': ['a']}' is no list of packages"),
        ("name: x\x01\n", 1, "the character U+0001 cannot stand in a YAML file"),
        ("name: \ud800\n", 1, "the character U+D800 cannot stand in a YAML file"),
    ],
)
def test_one_fault_with_its_line(text, line, message):
    """Broken and odd texts, one fault each; nothing of the YAML library comes through."""
    (fault,) = faults_of(text, file="e.yml")
    assert (fault.file, fault.line, fault.message) == ("e.yml", line, message)


def test_lines_are_counted_from_the_base():
    """A text inside a larger one is told by the larger one's lines."""
    (fault,) = faults_of("dependencies:\n- pip: []\n- pip: []\n", file="<cell>", base_line=10)
    assert (fault.line, fault.hint) == (13, "it is on line 12 already; join the lists")
    (fault,) = faults_of("nam: x\n")
    assert fault.where == "nam, <text>:1"


@pytest.mark.parametrize("value", [None, 3, b"name: x", ["name: x"], Path("x.yml")])
def test_a_text_is_a_str(value):
    """from_text does not guess."""
    assert fault_of(CondaDependencies.from_text, value).message.endswith("is no text")


def test_a_map_inside_a_larger_file():
    """check_tree names the lines and keys of the file around; the node's value is a structure then."""
    text = (
        "python:\n  condaDependencies: &c\n    dependencies:\n    - python=3.8\n    - pip: [a]\n  again: *c\n"
    )
    report = Report("r.yml", base_line=2)
    ((_, python),) = parse(text, report).pairs
    for _, node in python.pairs:
        check_tree(node, report, "python.condaDependencies")
        made = CondaDependencies(_underlying_structure=node.plain())
        assert made.as_dict() == {"dependencies": ["python=3.8", {"pip": ["a"]}]}
    assert report.faults == []
    ((_, python),) = parse(text.replace("[a]", "[1]").replace("*c", "[]"), report).pairs
    for _, node in python.pairs:
        check_tree(node, report, "p.c")
    assert report.faults == [
        Fault("'1' is no package: not a text", "p.c.dependencies.pip", "r.yml", 7, "write `pip: [numpy]`"),
        Fault(
            "holds a list, not the keys of a conda file",
            *("p.c", "r.yml", 8, "begin with `dependencies: [python=3.10]`"),
        ),
    ]


def test_what_a_file_may_hold():
    """Empty lists, anchors, merged maps, quotes and names in any script."""
    made = CondaDependencies.from_text(
        "channels:\ndependencies: ~\nname: 環境\nprefix: /a\nvariables: {A: 1}\n"
    )
    assert (made.conda_channels, made.conda_packages, made.pip_packages) == ([], [], [])
    assert made.as_dict()["name"] == "環境"
    assert CondaDependencies.from_text(MERGED).conda_channels == ["q"]
    assert CondaDependencies.from_text(ALIASES).conda_packages == ["q", "r"]
    assert CondaDependencies.from_text("dependencies:\n- pip:\n- 'python=3'\n").conda_packages == ["python=3"]


def test_files_are_read(tmp_path):
    """A str or a path; CRLF, a byte order mark and names of any script."""
    file = tmp_path / "umgebung-ü.yml"
    file.write_bytes("\ufeffname: ü\r\ndependencies:\r\n- python\r\n".encode())
    for path in (file, str(file)):
        made = CondaDependencies(path)
        assert made.as_dict() == {"name": "ü", "dependencies": ["python"]}
        assert made.serialize_to_string().encode() == file.read_bytes()
    file.write_text("nam: x")
    fault = fault_of(CondaDependencies, file)
    assert fault == Fault("no key named 'nam' in a conda file", "nam", str(file), 1, "did you mean 'name'?")


def test_files_that_cannot_be_read(tmp_path):
    """A directory, a missing file and bytes that are no text."""
    fault = fault_of(CondaDependencies, tmp_path)
    assert fault == Fault("is a directory, not a configuration file", file=str(tmp_path))
    missing = tmp_path / "x.yml"
    assert fault_of(CondaDependencies, missing) == Fault(
        "cannot be read: no such file or directory", file=str(missing)
    )
    missing.write_bytes(b"name: x\n\xff")
    assert fault_of(CondaDependencies, missing).line == 2


# files that are written


def test_save(tmp_path, monkeypatch):
    """To a file, or to v1's name where we are; whole, readable for others, no temporary file left."""
    made = CondaDependencies()
    file = tmp_path / "a.yml"
    assert made.save(file) == made.save(str(file)) == str(file)
    assert file.read_text() == DEFAULT_TEXT
    assert stat.S_IMODE(file.stat().st_mode) & 0o600 == 0o600
    assert CondaDependencies(file) == made
    monkeypatch.chdir(tmp_path)
    assert made.save() == "conda_dependencies.yml"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.yml", "conda_dependencies.yml"]
    (tmp_path / "link.yml").symlink_to("a.yml")
    made.add_channel("x")
    made.save("link.yml")
    assert (tmp_path / "link.yml").is_symlink()
    assert file.read_text() == DEFAULT_TEXT + "- x\n"


def test_save_keeps_the_bytes(tmp_path):
    """CRLF and a byte order mark are in the file as they were."""
    file = tmp_path / "a.yml"
    data = ("\ufeff" + NASTY.replace("\n", "\r\n")).encode()
    file.write_bytes(data)
    CondaDependencies(file).save(file)
    assert file.read_bytes() == data


def test_where_nothing_can_be_saved(tmp_path):
    """A directory, a missing directory, links in a circle and names that no system takes."""
    made = CondaDependencies()
    hint = f"name a file in it: '{tmp_path / 'conda_dependencies.yml'}'"
    assert fault_of(made.save, tmp_path) == Fault(f"'{tmp_path}' is a directory", str(tmp_path), hint=hint)
    missing = tmp_path / "no" / "a.yml"
    expected = Fault(f"no directory '{missing.parent}'", str(missing), hint="create it first")
    assert fault_of(made.save, missing) == expected
    assert fault_of(made.save, tmp_path / ".azureml" / "a.yml").hint == "create it first"
    long = tmp_path / ("x" * 300)
    assert fault_of(made.save, long) == Fault("cannot be written: file name too long", str(long))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "circle").symlink_to("circle")
    if sys.version_info < (3, 13):
        assert fault_of(made.save, tmp_path / "circle").message.startswith("cannot be written: ")


def test_a_directory_that_cannot_be_written():
    """The system's reason in our words, and nothing left behind."""

    def attempt(root, home):
        root.chmod(0o500)
        file = root / "a.yml"
        assert fault_of(CondaDependencies().save, file) == Fault(
            "cannot be written: permission denied", str(file)
        )
        assert (
            fault_of(CondaDependencies().save_to_file, root).message == "cannot be written: permission denied"
        )
        assert os.listdir(root) == []

    run_unprivileged(attempt)


def test_python_must_be_there(tmp_path):
    """v1's rule: conda packages without a Python are not saved; pip's alone are."""
    made = of("numpy", pip=["a"])
    fault = Fault("no python is among the conda packages", "dependencies")
    fault.hint = "add one: set_python_version('3.10')"
    assert fault_of(made.save, tmp_path / "a.yml") == fault_of(made.save_to_file, tmp_path) == fault
    assert list(tmp_path.iterdir()) == []
    made.set_python_version("3.10")
    made.save(tmp_path / "a.yml")
    of(pip=["a"]).save(tmp_path / "b.yml")
    of().save(tmp_path / "c.yml")
    assert (tmp_path / "b.yml").read_text() == "dependencies:\n- pip:\n  - a\n"


def test_save_to_file(tmp_path):
    """v1's places below the base directory, told from there."""
    made = CondaDependencies()
    assert made.save_to_file(tmp_path) == ".azureml/conda_dependencies.yml"
    assert (tmp_path / ".azureml" / "conda_dependencies.yml").read_text() == DEFAULT_TEXT
    (tmp_path / "aml_config").mkdir()
    assert made.save_to_file(str(tmp_path)) == "aml_config/conda_dependencies.yml"
    assert made.save_to_file(tmp_path, "conda.yml") == "conda.yml"
    assert made.save_to_file(tmp_path, tmp_path / "aml_config" / "x.yml") == "aml_config/x.yml"
    other = tmp_path / "other"
    assert made.save_to_file(tmp_path / "aml_config", tmp_path / "y.yml") == str(tmp_path / "y.yml")
    assert fault_of(made.save_to_file, other) == Fault(
        f"no directory '{other}'", "base_directory", hint="create it first"
    )
    assert fault_of(made.save_to_file, tmp_path, "other/a.yml").message == f"no directory '{other}'"
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.yml"))
    assert found == [
        *(".azureml/conda_dependencies.yml", "aml_config/conda_dependencies.yml", "aml_config/x.yml"),
        *("conda.yml", "y.yml"),
    ]


def test_a_file_where_the_directory_belongs(tmp_path):
    """`.azureml` that is a file is told in the system's words."""
    (tmp_path / ".azureml").write_text("")
    assert fault_of(CondaDependencies().save_to_file, tmp_path).message.startswith("cannot be written: ")


def test_libraries_are_imported_when_they_are_needed():
    """Neither the module nor a new object's methods need ruamel or pydantic."""
    code = (
        "import sys; from jupyter_runcfg.config.conda_dependencies import CondaDependencies as C\n"
        "made = C.create(conda_packages=['a']); made.add_pip_package('b'); made.serialize_to_string()\n"
        "print(sorted({'ruamel.yaml', 'pydantic', 'packaging', 'difflib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
