"""One form for all spellings of a definition, and its digest."""

from operator import add
from string import ascii_lowercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_runcfg.environments.definition import Asked, define
from jupyter_runcfg.environments.lines import expand, read_requirements
from jupyter_runcfg.errors import ConfigError

FIRST = st.builds(add, st.sampled_from(ascii_lowercase), st.text(ascii_lowercase + digits, max_size=5))
MORE = st.lists(st.text(ascii_lowercase + digits, min_size=1, max_size=4), max_size=2)
NAMES = st.builds(lambda first, more: "-".join([first, *more]), FIRST, MORE)
NUMBERS = st.lists(st.integers(0, 30), min_size=2, max_size=3).map(tuple)
OPERATORS = st.sampled_from([">=", "<=", "==", "!=", "~=", "<", ">"])
BOUNDS = st.lists(st.tuples(OPERATORS, NUMBERS), max_size=2, unique_by=lambda bound: bound[0])
EXTRAS = st.lists(NAMES, max_size=2, unique=True)
PACKAGES = st.dictionaries(NAMES, st.tuples(EXTRAS, BOUNDS), max_size=5)
MARKERS = ["", "python_version >= '3.8'", 'python_version>="3.8"']


def digest(packages, python="3.11", options=()):
    return define(python, [Asked(one) for one in (*options, *packages)]).digest


@st.composite
def spellings(draw, name, extras, bounds):
    """One of the ways to write a package that mean the same."""
    separator = draw(st.sampled_from(["-", "_", "."]))
    upper = draw(st.integers(0, 2 ** len(name) - 1))  # a bit for each letter
    shown = "".join(char.upper() if upper >> place & 1 else char for place, char in enumerate(name))
    shown = shown.replace("-", separator)
    space = st.sampled_from(["", " ", "  "])
    named = draw(st.permutations(extras))
    inner = ("," + draw(space)).join(named)
    words = [
        operator
        + draw(space)
        + ".".join(map(str, number))
        + ("" if operator == "~=" else draw(st.sampled_from(["", ".0"])))
        for operator, number in draw(st.permutations(bounds))
    ]
    return (
        draw(space) + shown + draw(space) + (f"[{inner}]" if extras else "") + draw(space)
        + (draw(space) + "," + draw(space)).join(words)
        + draw(st.sampled_from(["", "  # why"]))
    )  # fmt: skip


@given(PACKAGES, st.data())
def test_the_same_however_it_is_written(packages, data):
    """Order, case, separators, space, trailing zeros and comments change nothing."""

    def written():
        lines = [data.draw(spellings(name, *wanted)) for name, wanted in packages.items()]
        return data.draw(st.permutations(lines))

    assert digest(written()) == digest(written())


@given(PACKAGES, NAMES, NUMBERS, NUMBERS)
def test_another_version_is_another_environment(packages, name, one, other):
    """One changed version changes the digest, unless only zeros are behind it."""
    plain = [key for key in packages if key != name]
    first, second = ([*plain, f"{name}=={'.'.join(map(str, number))}"] for number in (one, other))
    same = [*one, 0][:3] == [*other, 0][:3]
    assert (digest(first) == digest(second)) is same
    assert digest(plain) != digest(first)


def test_what_matters_beside_packages():
    """The Python, pip's options, constraints, markers, hashes and URLs are parts of it."""
    found = {
        digest(["a"]),
        digest(["a"], python="3.12"),
        digest(["a"], options=["--pre"]),
        digest(["a"], options=["--extra-index-url https://a.example/simple"]),
        define("3.11", [Asked("a")], [Asked("b<2")]).digest,
        digest(["a; os_name == 'nt'"]),
        digest(["a @ https://a.example/a-1.whl"]),
        digest(["a --hash=sha256:00"]),
        digest(["a[b]"]),
        digest(["a~=1.0"]),
        digest(["a~=1.0.0"]),
    }
    assert len(found) == 11
    assert len({digest([f"a; {marker}" if marker else "a"]) for marker in MARKERS}) == 2


def test_the_form():
    """Names as PEP 503, versions as PEP 440, options by their long names; pip's manners are no part."""
    lines = [
        "Scikit_Learn[ B , a ] >= 1.0 , < 2.0rc1",
        "--no-cache-dir",
        "-i https://one.example/simple",
        "--index-url=https://two.example/simple",
        "--extra-index-url https://x.example",
        "-e git+https://git.example/lib.git@v1#egg=My_Lib",
    ]
    made = define("3.11", [Asked(one, f"a.yml:{n}") for n, one in enumerate(lines, 1)])
    assert made.facts() == {
        "version": 1,
        "python": "3.11",
        "packages": ["my-lib @ git+https://git.example/lib.git@v1", "scikit-learn[a,b]<2rc1,>=1"],
        "constraints": [],
        "options": ["--extra-index-url https://x.example", "--index-url https://two.example/simple"],
    }
    assert made.asked == {"scikit-learn": "a.yml:1", "my-lib": "a.yml:6"}


def test_v1s_own_packages_are_left_out():
    """Nobody can install them any more, and a run has their names without."""
    made = define(
        "3.8",
        [Asked("azureml-defaults"), Asked("Azureml_Core[x]==1.2"), Asked("azureml-inference-server-http")],
    )
    assert (made.packages, made.left_out) == (
        ("azureml-inference-server-http",),
        ("azureml-defaults", "azureml-core"),
    )


def test_all_faults_at_once():
    """Each line that cannot be a part of an environment, where it stands, and what would be right."""
    lines = ["numpy=1.26", "./mine", "-e .", "--target x", "--index-url", "a b c", "x.whl"]
    with pytest.raises(ConfigError) as caught:
        define("3.11", [Asked(one, f"r.txt:{n}") for n, one in enumerate(lines, 1)])
    assert [(fault.message, fault.file) for fault in caught.value.faults] == [
        ("'numpy=1.26' is no package of pip's", "r.txt:1"),
        ("'./mine' cannot be installed: no package index has it", "r.txt:2"),
        ("'.' cannot be installed: no package index has it", "r.txt:3"),
        ("no environment can have pip's option '--target'", "r.txt:4"),
        ("the option '--index-url' has no value", "r.txt:5"),
        ("'a b c' is no package of pip's", "r.txt:6"),
        ("'x.whl' cannot be installed: no package index has it", "r.txt:7"),
    ]
    assert caught.value.faults[0].hint == "write `numpy==1.26`"


def test_files_in_files(tmp_path):
    """What `-r` and `-c` name is read, from the directory of the file that names it; lines are kept."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "more.txt").write_text(
        "\ufeff# why\nnumpy \\\n  >=1\n\n-c limits.txt\n", encoding="utf-8"
    )
    (tmp_path / "inner" / "limits.txt").write_text("numpy<2\n")
    found, limits = expand([Asked("-r inner/more.txt  # see"), Asked("tqdm", "a:1")], tmp_path)
    assert found == [Asked("numpy   >=1", "more.txt:3"), Asked("tqdm", "a:1")]
    assert limits == [Asked("numpy<2", "limits.txt:1")]


def test_files_that_cannot_be_read(tmp_path):
    """Missing, no text, and naming itself: one clear error each."""
    (tmp_path / "self.txt").write_text("-r self.txt\n")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n")
    for line, said in (
        ("-r none.txt", f"cannot read '{tmp_path}/none.txt': no such file or directory"),
        ("-rself.txt", "'-r self.txt' names itself"),
        ("--requirement=latin.txt", f"'{tmp_path}/latin.txt' is no text in UTF-8"),
    ):
        with pytest.raises(ConfigError) as caught:
            expand([Asked(line)], tmp_path)
        assert caught.value.message == said
    assert read_requirements(tmp_path / "self.txt") == [Asked("-r self.txt", "self.txt:1")]
