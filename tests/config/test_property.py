"""What must hold for every configuration: written and read it is the same, changed in place too."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jupyter_runcfg.config import RunConfiguration

from .strategies import configurations, examples
from .test_writing import TEXTS

pytestmark = pytest.mark.filterwarnings("ignore")
FILES = ("conda.yml", ".azureml/conda_dependencies.yml", "a b/ü.yml")


def project(directory):
    """An empty project; the directory that packages may be asked for is there."""
    place = Path(directory)
    (place / "a b").mkdir()
    return place


@given(configurations(FILES), st.booleans(), st.booleans())
@examples(100)
def test_what_is_saved_is_loaded(config, full, separate):
    """Every configuration, in short and in full, with and without a file for its environment."""
    with tempfile.TemporaryDirectory() as directory:
        file = config.save(project(directory), "x", separate, full=full)
        again = RunConfiguration.load(file)
        assert again == config
        before = {path: path.read_bytes() for path in Path(directory).rglob("*") if path.is_file()}
        again.save()
        assert before == {path: path.read_bytes() for path in Path(directory).rglob("*") if path.is_file()}


@given(configurations(), st.booleans())
@examples(100)
def test_what_is_written_is_read_back(config, full):
    """The text alone says all of it."""
    assert RunConfiguration.from_text(config.to_yaml(full=full), strict=False) == config


def assign_all(config, wanted):
    """Every setting of another, those that exclude each other emptied before."""
    for name in ("script", "arguments", "command"):
        setattr(config, name, None)
    for name in type(config).model_fields:
        setattr(config, name, getattr(wanted, name))


@given(st.sampled_from(TEXTS), configurations(FILES, unknown=False), st.booleans())
@examples(100)
def test_every_text_takes_on_every_configuration(text, wanted, separate):
    """Whatever a file looks like, it can become any other configuration; its unknown keys stay."""
    with tempfile.TemporaryDirectory() as directory:
        file = project(directory) / "x.runconfig"
        file.write_bytes(text.encode())
        config = RunConfiguration.load(file)
        unknown = dict(config.unknown_keys)
        assign_all(config, wanted)
        config.save(separate_environment_yaml=separate)
        again = RunConfiguration.load(file)
        assert again == config
        assert again.unknown_keys == unknown


@given(configurations(FILES), configurations(FILES), st.booleans())
@examples(80)
def test_every_configuration_takes_on_every_other(one, two, separate):
    """What we wrote ourselves is changed in place as well, the environment's file with it."""
    python = two.environment.python  # a file of packages that is there is read
    assume(python.conda_dependencies is not None or python.conda_dependencies_file is None)
    with tempfile.TemporaryDirectory() as directory:
        file = one.save(project(directory), "x", separate)
        config = RunConfiguration.load(file)
        assign_all(config, two)
        config.save()
        assert RunConfiguration.load(file) == config
