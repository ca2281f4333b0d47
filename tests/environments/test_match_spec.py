"""Packages as conda's files write them: one form for all spellings, and what cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_runcfg.environments.match_spec import read
from jupyter_runcfg.environments.requirement import Wrong

MD5 = "0123456789abcdef" * 2
SPELLINGS = [
    ("numpy", ["numpy", " NumPy ", "numpy *", "numpy=*", "numpy[version='*']"]),
    ("numpy 1.26.*", ["numpy=1.26", "numpy ==1.26.*", "numpy =1.26", "numpy 1.26.*", "numpy = 1.26"]),
    ("numpy ==1.26", ["numpy==1.26", "numpy 1.26", "numpy == 1.26.0", "numpy[version='==1.26.0.0']"]),
    ("numpy <2,>=1.2", ["numpy>=1.2,<2", "numpy >=1.2, <2.0", "numpy[version='>=1.2,<2.0']"]),
    ("numpy <1|>=2", ["numpy>=2|<1", "numpy <1.0 | >=2"]),
    ("numpy !=1.5,>=1", ["numpy>=1,!=1.5.0"]),
    ("numpy ~=1.2", ["numpy~=1.2", "numpy ~= 1.2"]),
    ("numpy ~=1.2.0", ["numpy~=1.2.0"]),
    ("numpy ==1.2 py311_0", ["numpy=1.2=py311_0", "numpy==1.2=py311_0", "numpy 1.2.0 py311_0"]),
    ("numpy * py311_0", ["numpy=*=py311_0", "numpy[build=py311_0]"]),
    ("pytorch 2.1.* *cuda*", ["pytorch 2.1.* *cuda*"]),
    ("c-f::numpy <2,>=1.2", ["c-f::numpy >=1.2,<2", "numpy[channel=c-f,version='>=1.2,<2']"]),
    ("https://a.example/c::numpy", ["https://a.example/c::numpy"]),
    ("python 3.8.13.*", ["python=3.8.13"]),
    ("_libgcc_mutex 0.1.*", ["_libgcc_mutex=0.1"]),
    (f"numpy ==1.26[md5='{MD5}',subdir='linux-64']", [f"numpy==1.26[subdir=linux-64, md5='{MD5}']"]),
    (
        "https://a.example/c/noarch/x-1.0-py_0.conda",
        ["https://a.example/c/noarch/x-1.0-py_0.conda"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "spelling"), [(text, one) for text, all_ in SPELLINGS for one in all_])
def test_one_form(text, spelling):
    """What means the same has the same text."""
    assert read(spelling).text == text


@pytest.mark.parametrize("text", [text for text, _ in SPELLINGS])
def test_the_form_is_its_own(text):
    """The form is read as itself."""
    assert read(text).text == text


@pytest.mark.parametrize(("text", "spelling"), [(text, one) for text, all_ in SPELLINGS for one in all_])
def test_py_rattler_reads_it_so(text, spelling):
    """The solver means by the form what it means by the spelling, but where conda is laxer than it."""
    rattler = pytest.importorskip("rattler")
    if spelling.startswith("https://") or "==1.26.*" in spelling or "=*" in spelling:
        return  # a file; and two that conda reads and py-rattler does not
    form, lax = rattler.MatchSpec(text), rattler.MatchSpec(spelling.strip().lower())
    build = rattler.BuildString("py311_0")
    for version in ("1.0", "1.2", "1.2.3", "1.5", "1.26", "1.26.4", "2.0", "3.8.13"):
        package = rattler.PackageRecord(read(text).name, version, build, 0, "linux-64")
        assert form.matches(package) == lax.matches(package), version


def test_different_ones():
    """What means something else has another text."""
    lines = [
        "a",
        "a=1",
        "a==1",
        "a=1.0",
        "a>=1",
        "a>1",
        "a~=1.0",
        "a~=1.0.0",
        "b::a",
        "a=1=x",
        "a==1.1",
        "a!=1.*",
    ]
    assert len({read(line).text for line in lines}) == len(lines)


@given(st.text(max_size=40))
def test_any_text(text):
    """It is read, or a word says what would be right; the form is stable."""
    try:
        made = read(text)
    except Wrong as wrong:
        assert wrong.hint
    else:
        assert read(made.text).text == made.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "'' is no package of conda's"),
        ("::numpy", "'::numpy' is no package of conda's"),
        ("numpy >=", "'numpy >=' has the version '>=', which conda cannot read"),
        ("numpy ^1.2", "'numpy ^1.2' has the version '^1.2', which conda cannot read"),
        ("dask[complete]", "'[complete]' of 'dask[complete]' is nothing that conda knows"),
        ("a b c d", "'a b c d' is no package of conda's"),
    ],
)
def test_what_cannot_be_read(line, said):
    """One word says what is wrong."""
    with pytest.raises(Wrong) as caught:
        read(line)
    assert str(caught.value) == said
