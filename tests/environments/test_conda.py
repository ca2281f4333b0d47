"""Conda files as definitions: which need conda, one digest for all spellings, each fault with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_runcfg import CondaDependencies, RunConfiguration
from jupyter_runcfg.environments import conda
from jupyter_runcfg.environments.conda_names import conda_names
from jupyter_runcfg.environments.definition import Asked, define
from jupyter_runcfg.errors import ConfigError, RuncfgError

SHARED = Path(__file__).parents[3] / "shared"
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(lambda name: name not in ("pip", "uv"))
NUMBERS = st.lists(st.integers(0, 30), min_size=2, max_size=3).map(lambda parts: ".".join(map(str, parts)))


def made(entries, channels=("conda-forge",), pip=()):
    lines = [Asked(one, f"env.yml:{number}") for number, one in enumerate(pip, 50)]
    return conda.define(
        define("", lines), channels, entries, lambda entry: f"env.yml:{entries.index(entry) + 1}"
    )


@pytest.mark.parametrize(
    ("entries", "needed"),
    [
        ([], False),
        (["python=3.11", "pip", "setuptools<70", "wheel", "uv"], False),
        (["conda-forge::python 3.11.*", "pip=24"], False),
        (["python=3.11", "python-dateutil"], True),
        (["numpy"], True),
        (["pip-tools"], True),
        (["https://a.example/c/noarch/x-1.0-py_0.conda"], True),
    ],
)
def test_whether_conda_is_needed(entries, needed):
    """Where it installs nothing but Python and what installs, pip does."""
    assert conda.installs_packages(entries) is needed


def test_the_facts():
    """Channels in their order, packages in one form, Python always among them; where each was asked."""
    definition = made(["numpy=1.26", "ours::tool", "cudatoolkit"], pip=["Tqdm >= 4.0"])
    assert definition.facts() == {
        "version": 1,
        "python": "",
        "packages": ["tqdm>=4"],
        "constraints": [],
        "options": [],
        "conda": {
            "channels": ["conda-forge", "ours"],
            "packages": ["cudatoolkit", "numpy 1.26.*", "ours::tool", "python"],
        },
    }
    assert definition.asked == {
        "numpy": "env.yml:1",
        "tool": "env.yml:2",
        "cudatoolkit": "env.yml:3",
        "tqdm": "env.yml:50",
    }
    assert [made([entry]).python for entry in ("python=3.8.13", "python>=3.8", "python==3.8.1")] == [
        "3.8.13",
        ">=3.8",
        "3.8.1",
    ]


@given(st.dictionaries(NAMES, NUMBERS, max_size=5), st.data())
def test_one_digest_for_all_spellings(packages, data):
    """Order, case, space and the operator's spelling change nothing."""

    def written():
        forms = st.sampled_from(["{}={}", "{} = {}", "{} {}.*", "{}=={}.*", "{}[version='{}.*']"])
        lines = [
            data.draw(forms).format(data.draw(st.sampled_from([name, name.upper()])), version)
            for name, version in packages.items()
        ]
        return data.draw(st.permutations(lines))

    assert made(written()).digest == made(written()).digest


@given(st.dictionaries(NAMES, NUMBERS, min_size=1, max_size=5), st.data())
def test_another_version_is_another_environment(packages, data):
    """One changed version, one more package, or another order of channels has another digest."""
    lines = [f"{name}={version}" for name, version in packages.items()]
    changed = data.draw(st.sampled_from(sorted(packages)))
    others = [f"{name}={version}{'.1' if name == changed else ''}" for name, version in packages.items()]
    digests = {
        made(lines).digest,
        made(others).digest,
        made([*lines, "zz-one-more"]).digest,
        made(lines, ("a", "b")).digest,
        made(lines, ("b", "a")).digest,
        made(lines, pip=["tqdm"]).digest,
    }
    assert len(digests) == 6


def test_without_conda_nothing_is_changed():
    """A definition of pip's packages has the digest that it had before there was conda."""
    assert "conda" not in define("3.11", [Asked("a")]).facts()


def test_all_faults_at_once():
    """Each entry that conda could not read, where it stands."""
    with pytest.raises(ConfigError) as caught:
        made(["numpy >=", "pandas", "dask[complete]"])
    assert [(fault.message, fault.file) for fault in caught.value.faults] == [
        ("'numpy >=' has the version '>=', which conda cannot read", "env.yml:1"),
        ("'[complete]' of 'dask[complete]' is nothing that conda knows", "env.yml:3"),
    ]


def test_names_that_differ():
    """Conda's names for what pip has under another."""
    assert "pytorch" in conda_names("torch", "torch")
    assert "py-opencv" in conda_names("opencv-python", "cv2")
    assert conda_names("numpy", "numpy") == ("numpy", "py-numpy")


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there")
@pytest.mark.filterwarnings("ignore::jupyter_runcfg.config.ConfigWarning")
def test_packages_of_real_projects():
    """What v1 and projects of its time wrote becomes a definition, for conda or for pip alone."""
    found = [CondaDependencies(file) for file in sorted(SHARED.glob("vectors/**/conda*.yml"))]
    for file in sorted(SHARED.glob("realworld/configs/*.runconfig*")):
        try:
            config = RunConfiguration.from_text(file.read_text(errors="replace"), file=file.name)
        except RuncfgError:
            continue  # it names files that are not here
        found.append(config.environment.python.conda_dependencies or CondaDependencies())
    entries = [one.conda_packages for one in found if conda.installs_packages(one.conda_packages)]
    assert ["python=3.6.2", "tensorflow"] in entries
    for one in found:
        assert made(one.conda_packages, one.conda_channels).conda_packages
