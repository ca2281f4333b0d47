"""Texts, files and paths made to hurt: each is a ConfigError, and soon."""

import os
import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_runcfg.config import CondaDependencies, RunConfiguration
from jupyter_runcfg.errors import ConfigError

from .strategies import examples
from .test_reading import faults_of
from .test_writing import TEXTS

PIECES = [
    *(
        "",
        "\n",
        "  ",
        "\t",
        ":",
        ": ",
        "-",
        "- ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a",
        "!a ",
        "!!int ",
    ),
    *("'", '"', "|", ">", "#", " #", "%", "@", "---\n", "...\n", "<<: ", "\\", "\x00", "\x85", "\ufeff"),
    *("environment: ", "null", "1e999", "arguments:", "ArgumentVector: [a]\n", "batchai: ", "\r", "a: b\n"),
    "\ud800",
]


@pytest.mark.parametrize(
    "text",
    [
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3000)),
        "a0: &a0 {x: y}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}}}\n" for n in range(1, 100)),
        "a0: &a0 {}\n" + "".join(f"a{n}: &a{n} {{<<: [{f'*a{n - 1}, ' * 9}]}}\n" for n in range(1, 12)),
        "a: &a " + "x" * 50_000 + "\nb: &b [" + "*a, " * 2000 + "]\nc: [" + "*b, " * 40 + "]\n",
        "".join(f"k{n}: 1\n" for n in range(60_000)),
        "environmentVariables:\n" + "".join(f"  k{n}: 1\n" for n in range(60_000)),
        "arguments:\n" + "- a\n" * 20_000,
        "arguments: [" + "a," * 20_000 + "]\n",
        "datacaches:\n" + "- {mode: [a]}\n" * 20_000,
        "[" * 1_000_000,
        "- " * 500_000,
        "? " * 500_000,
        "a: 1\n" * 200_000,
        "[" + "*a," * 300_000,
        " " * 1_000_000,
        "\n" * 1_000_000,
        "'" * 999_999,
    ],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_texts_made_to_hurt_are_refused_quickly(text):
    """Bombs of every kind; the processor's time counts, whatever else the machine does."""
    began = time.process_time()
    assert faults_of(text)
    assert time.process_time() - began < 5


@given(st.sampled_from(TEXTS), st.data())
@examples(300)
def test_no_text_makes_another_exception(text, data):
    """Texts with pieces taken out, put in and moved are read, or are a ConfigError with a line."""
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        piece = data.draw(st.sampled_from(PIECES))
        text = text[:at] + piece + text[at + data.draw(st.integers(0, 8)) :]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            config = RunConfiguration.from_text(text, strict=False)
    except ConfigError as error:
        assert all(fault.message and fault.file for fault in error.faults)
        assert str(error)
    else:
        assert config.to_yaml() == text


def odd_files(directory):
    """Things with a name that are no files of text."""
    (directory / "folder.runconfig").mkdir()
    os.mkfifo(directory / "pipe.runconfig")
    (directory / "dangling.runconfig").symlink_to(directory / "none")
    (directory / "circle.runconfig").symlink_to(directory / "circle.runconfig")
    (directory / "zero.runconfig").symlink_to("/dev/zero")
    (directory / "null.runconfig").symlink_to("/dev/null")
    (directory / "tty.runconfig").symlink_to("/dev/tty")
    return sorted(directory.iterdir())


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path):
    """Directories, pipes, devices and links to nowhere: in the place of each file that is read."""
    for file in odd_files(tmp_path):
        name = file.name.removesuffix(".runconfig")
        for load in (
            lambda file=file: RunConfiguration.load(file),
            lambda name=name: RunConfiguration.load(tmp_path, name),
            lambda file=file: CondaDependencies(str(file)),
            lambda file=file: RunConfiguration(conda_dependencies=file),
            lambda file=file: RunConfiguration.from_text(f"environment: {file}\n"),
            lambda file=file: RunConfiguration.from_text(
                f"environment: {{python: {{condaDependenciesFile: {file}}}}}\n"
            ),
        ):
            with pytest.raises(ConfigError):
                load()


@pytest.mark.parametrize(
    "path", ["x" * 5000, "a\0b", "~nobody-of-this-name/a", "\udcff", "/", "//", "a/../..", "."]
)
def test_odd_paths_are_config_errors(tmp_path, monkeypatch, path):
    """Whatever the system says of them."""
    monkeypatch.chdir(tmp_path)
    for call in (
        lambda: RunConfiguration.load(path),
        lambda: RunConfiguration.load(path, "a"),
        lambda: RunConfiguration.load(tmp_path, path),
        lambda: RunConfiguration.delete(tmp_path, path),
        lambda: RunConfiguration.from_text(f"environment: '{path}'"),
        lambda: RunConfiguration.from_text(f"environment: {{python: {{condaDependenciesFile: '{path}'}}}}"),
    ):
        with pytest.raises(ConfigError):
            call()


@pytest.mark.parametrize("wrong", [3, b"a", ["a"], object(), True])
def test_paths_and_names_of_another_kind_are_config_errors(tmp_path, wrong):
    """A path is a str or a Path, a name is a str."""
    for call in (
        lambda: RunConfiguration.load(wrong),
        lambda: RunConfiguration.load(tmp_path, wrong),
        lambda: RunConfiguration("a").save(wrong),
        lambda: RunConfiguration("a").save(tmp_path, wrong),
        lambda: RunConfiguration.delete(wrong, "a"),
        lambda: RunConfiguration.delete(tmp_path, wrong),
        lambda: RunConfiguration(_path=wrong),
        lambda: RunConfiguration(_name=wrong),
    ):
        with pytest.raises(ConfigError):
            call()
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_named_are_as_guarded_as_the_first(tmp_path):
    """Faults in them name them, with their line."""
    file = tmp_path / "a.runconfig"
    named = tmp_path / "x.yml"
    for data, line in ((b"a: [b\n", 2), (b"\xff\xfe", 1), (b"", 0), (b"#" * (2 << 20), 0), (b"- a\n", 1)):
        named.write_bytes(data)
        for text in ("environment: x.yml\n", "environment: {python: {condaDependenciesFile: x.yml}}\n"):
            file.write_text(text)
            with pytest.raises(ConfigError) as caught:
                RunConfiguration.load(file)
            assert [(f.file, f.line) for f in caught.value.faults] == [(str(named), line)]
