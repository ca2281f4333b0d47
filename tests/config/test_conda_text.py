"""CondaDependencies: texts that are kept to the byte, but for what was changed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_runcfg.config.conda_dependencies import CondaDependencies

from .conda_texts import (
    ALIASES,
    FLAT,
    FLOWS,
    JSON,
    NASTY,
    TEXTS,
    changed,
)


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_changed_is_the_same_text(text):
    """Every byte, also after a change that was taken back."""
    made = CondaDependencies.from_text(text)
    assert (made.serialize_to_string(), made.text_as_read) == (text, text)
    assert made.copy().serialize_to_string() == text
    made.add_channel("later")
    made.remove_channel("later")
    if made == CondaDependencies.from_text(text):
        assert made.serialize_to_string() == text


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (
            lambda made: made.add_channel("d"),
            ["-channels: [a,   b]   # c\n", "+channels: [a,   b,   d]   # c\n"],
        ),
        (lambda made: made.remove_channel("a"), ["-channels: [a,   b]   # c\n", "+channels: [b]   # c\n"]),
        (lambda made: made.remove_conda_package("numpy"), ["-    - numpy   # n\n"]),
        (lambda made: made.add_conda_package("numpy<2"), ["-    - numpy   # n\n", "+    - numpy<2   # n\n"]),
        (lambda made: made.add_conda_package("a=1"), ["+    - a=1\n"]),
        (lambda made: made.add_conda_package("scipy"), ['-    - "scipy>=1"\n', '+    - "scipy"\n']),
        (
            lambda made: made.set_python_version("3.10"),
            ["-    - python =3.8   # p\n", "+    - python=3.10   # p\n"],
        ),
        (lambda made: made.set_pip_option("--no-deps"), ["+        - --no-deps\n"]),
        (lambda made: made.remove_pip_option("--pre"), ["-        - --pre\n"]),
        (lambda made: made.remove_pip_package("X"), ["-        - 'x'   # x\n"]),
        (lambda made: made.add_pip_package("x==2"), ["-        - 'x'   # x\n", "+        - 'x==2'   # x\n"]),
        (
            lambda made: made.add_pip_package('q[a]; os_name == "nt"'),
            ['+        - q[a]; os_name == "nt"\n'],
        ),
    ],
)
def test_one_change_changes_its_own_lines(change, lines, ending, start):
    """Comments, order, quotes and layout elsewhere survive; the new entry looks like its neighbours."""
    expected = [line.replace("\n", ending) for line in lines]
    assert changed(start + NASTY.replace("\n", ending), change) == expected


def test_many_changes_of_one_text():
    """Changes add up; a package that takes another's place does not take its comment."""
    lines = changed(
        NASTY,
        lambda made: made.remove_conda_package("matplotlib"),
        lambda made: made.add_conda_package("seaborn"),
        lambda made: made.set_pip_requirements(["x", "new"]),
        lambda made: made.remove_channel("a"),
        lambda made: made.remove_channel("b"),
    )
    assert lines == [
        *("-channels: [a,   b]   # c\n", "+channels: []   # c\n"),
        *("-    - matplotlib>=3\n", "+    - seaborn\n", "-        - --pre\n", "-        - Y_z[all] ~=1.0\n"),
        "+        - 'new'\n",
    ]


def test_sections_that_are_not_there_yet():
    """New ones are indented as the lists of the file are; a last line without an end is no trap."""
    lines = changed(
        "name: x\ndependencies:\n  - python",
        lambda made: made.add_pip_package("a"),
        lambda made: made.add_channel("c"),
    )
    assert lines == ["-  - python", "+  - python\n", "+  - pip:\n", "+      - a\n", "+channels:\n", "+  - c"]
    add = [lambda made: made.add_channel("c"), lambda made: made.add_pip_package("a>1")]
    assert changed(FLAT, *add) == [
        *("-- pip:   # none\n", "-channels:   # none\n", "+- pip:\n", "+  - a>1\n", "+channels:\n", "+- c\n"),
    ]
    assert changed(FLOWS, *add) == [
        *("-channels: []  # c\n", "-dependencies: [ python, {pip: []} ]  # d\n"),
        *("+channels: [c]  # c\n", "+dependencies: [ python, {pip: ['a>1']} ]  # d\n"),
    ]
    assert changed("name: x\n", *add) == [
        *("+channels:\n", "+- c\n", "+dependencies:\n", "+- pip:\n", "+  - a>1\n"),
    ]


def test_json_stays_json():
    """Conda files may be JSON; what is new is quoted as JSON wants it."""
    lines = changed(
        JSON,
        lambda made: made.add_channel("c"),
        lambda made: made.add_pip_package("d>1"),
        lambda made: made.add_conda_package("e"),
    )
    assert lines == [
        *('-\t\t"a", {"pip": ["b"]}\n', "-\t]\n", '+\t\t"a",\n'),
        *('+\t\t"e", {"pip": ["b", "d>1"]}\n', '+\t], "channels": ["c"]\n'),
    ]


def test_the_last_package_and_the_first():
    """A list that loses all its entries, and one that gets its first again."""
    text = "channels:\n- a  # a\n\ndependencies:\n- pip:\n  - b\n"
    empty = changed(text, lambda made: made.set_pip_requirements([]), lambda made: made.remove_channel("a"))
    assert empty == [
        *("-channels:\n", "-- a  # a\n", "+channels: []\n"),
        *("-dependencies:\n", "-- pip:\n", "-  - b\n", "+dependencies: []\n"),
    ]


def test_aliases_are_written_out():
    """Two keys that share a list part when one of them is changed."""
    made = CondaDependencies.from_text(ALIASES)
    made.add_channel("s")
    assert made.as_dict() == {"channels": ["q", "r", "s"], "dependencies": ["q", "r"]}
    expected = "channels:\n- q\n- r\n- s\ndependencies:\n- q\n- r\n"
    assert made.serialize_to_string() == expected


NAMES = st.sampled_from(["a", "b", "python", "x", "y-z", "numpy", "q"])
VERSIONS = st.sampled_from(["", "=1", ">=1,<2", "==2.0", "[e]", " ~=1", "=1=h_0", "; os_name == 'nt'"])
PACKAGES = st.builds(str.__add__, NAMES, VERSIONS)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["add_channel", "remove_channel"]), NAMES),
    st.tuples(st.sampled_from(["add_conda_package", "add_pip_package", "remove_pip_package"]), PACKAGES),
    st.tuples(st.just("remove_conda_package"), st.sampled_from(["a", "numpy", "matplotlib", "scipy", "q"])),
    st.tuples(
        st.sampled_from(["set_pip_option", "remove_pip_option"]), st.sampled_from(["--pre", "-i u", "-e ."])
    ),
    st.tuples(st.just("set_pip_requirements"), st.lists(PACKAGES, max_size=4)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TEXTS), st.lists(STEPS, min_size=1, max_size=6))
def test_any_changes_are_read_back(text, steps):
    """Whatever is done to whatever text, what is written says what the object says."""
    made = CondaDependencies.from_text(text)
    for method, argument in steps:
        getattr(made, method)(argument)
    new = made.serialize_to_string()
    assert CondaDependencies.from_text(new) == made
    if text.startswith("# a head"):
        kept = (
            "# a head",
            "mine   # name",
            "# c",
            "# plotting",
            "# the end\n",
            "variables: {A: 1.10}",
            "# bottom",
        )
        assert [part for part in kept if part.strip() not in new] == []
    assert ("\r\n" in new) == ("\r\n" in text)
    assert "\n" not in new.replace("\r\n", "") or "\r\n" not in new
