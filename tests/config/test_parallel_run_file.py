"""The file of a ParallelRunConfig: found with what it names, changed in place, nothing lost."""

import os
import stat
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_runcfg.config import CondaDependencies, ConfigWarning, Environment, EnvironmentReference
from jupyter_runcfg.config.parallel_run_config import ParallelRunConfig
from jupyter_runcfg.errors import ConfigError

from .test_parallel_run_config import load, make, refused

PERHAPS = "'perhaps' is neither true nor false (yes, no, on and off do as well)"
NEAT = """\
# how the pictures are scored
parallel_run_config:
  environment:   # by hand
    name: 'batch'
    python: {userManagedDependencies: true}
  mini_batch_size: 10MB # of a table

  output_action: Append_Row
  error_threshold: -1
  owner: [ me,  you ]
  compute_target_name: cpu
  node_count: 0x2
  entry_script: "score.py"
  run_invocation_timeout: 60.0
# the end
"""


def load_warned(path):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        return load(path), [(warning.category, str(warning.message)) for warning in caught]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A directory that we are in, with NEAT as a.yml."""
    (tmp_path / "a.yml").write_text(NEAT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_change_of_one_value_changes_one_line(here):
    """Comments, order, spelling and unknown keys stay, wherever the file is saved."""
    config, said = load_warned("a.yml")
    assert type(config) is ParallelRunConfig
    assert said == [(ConfigWarning, "a.yml:10: no setting named 'owner'; it is kept")]
    config.save_to_yaml("a.yml")
    assert (here / "a.yml").read_text() == NEAT
    config.node_count = 5
    config.environment.python.user_managed_dependencies = False
    config.save_to_yaml("b.yml")
    wanted = NEAT.replace("0x2", "5").replace("ies: true", "ies: false")
    assert (here / "b.yml").read_text() == wanted
    config.description, config.mini_batch_size, config.partition_keys = "d: e", None, ["a", "1"]
    config.save_to_yaml("b.yml")
    assert (here / "b.yml").read_text() == wanted.replace("10MB", "null").replace(
        "60.0\n", "60.0\n  partition_keys: [a, '1']\n  description: 'd: e'\n"
    )
    assert load_warned("b.yml")[0] == config


def test_every_fault_of_a_file_with_its_line(here):
    """Wrong values, missing keys and what excludes each other are told at once."""
    (here / "a.yml").write_text(
        "parallel_run_config:\n"
        "  mini_batch_size: 5\n"
        "  partition_keys:\n  - a\n"
        "  error_threshold: '3'\n"
        "  node_count:\n"
        "  environment: {docker: {enabled: perhaps}}\n"
        "  run_max_try: true\n"
    )
    assert refused(lambda: load("a.yml")) == [
        ("output_action", 1, "'output_action' is missing"),
        ("compute_target_name", 1, "'compute_target_name' is missing"),
        ("entry_script", 1, "'entry_script' is missing"),
        ("partition_keys", 3, "'mini_batch_size' and 'partition_keys' exclude each other"),
        ("error_threshold", 5, "the text '3' is not a whole number"),
        ("node_count", 6, "must have a value"),
        ("environment.docker.enabled", 7, PERHAPS),
        ("run_max_try", 8, "'True' is not a number"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key", "line", "message"),
    [
        ("", "", 0, "is empty: it holds no setting"),
        ("- a\n", "", 1, "holds a list, not settings"),
        ("# c\nparalel_run_config:\n  a: 1\n", "", 2, "there is no key 'parallel_run_config'"),
        ("a: 1\nparallel_run_config: 5\n", "parallel_run_config", 2, "'5' is no map of settings"),
        ("parallel_run_config: [\n", "", 2, "a value is missing"),
        (NEAT.replace("  environment: ", "  surroundings: "), "environment", 2, "'environment' is missing"),
        (NEAT.replace("node_count", "x: *y\n  node_count"), "", 12,
         "'*y' names an anchor that does not stand above it"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_configuration(here, text, key, line, message):
    """It is refused with the line where that shows."""
    (here / "a.yml").write_text(text)
    assert refused(lambda: load("a.yml")) == [(key, line, message)]
    assert refused(lambda: load("b.yml")) == [("", 0, "cannot be read: no such file or directory")]


def test_settings_without_the_key_above_them(here):
    """They are read with a warning, and stay as they are written."""
    text = "".join(line[2:] or "\n" for line in NEAT.splitlines(True)[2:-1])
    (here / "a.yml").write_text(text)
    config, said = load_warned("a.yml")
    assert said[0][1] == (
        "a.yml:1: there is no key 'parallel_run_config'; write `parallel_run_config:`, all else below it"
    )
    config.node_count = 7
    config.save_to_yaml("a.yml")
    assert (here / "a.yml").read_text() == text.replace("0x2", "7")


def with_environment(line):
    head, _, tail = NEAT.partition("  environment:")
    return head + line + "   # env\n" + tail.split("\n", 3)[3]


def test_an_environment_in_a_file_of_its_own(here):
    """It is found from the file, then from where we are; it stays there while it says the same."""
    (here / "sub").mkdir()
    (here / "env.yml").write_text("name: e\npython: {condaDependenciesFile: conda.yml}\n")
    (here / "conda.yml").write_text("dependencies:\n- python=3.12\n")
    text = with_environment("  environment: env.yml")
    (here / "sub" / "a.yml").write_text(text)
    config, _ = load_warned("sub/a.yml")
    assert config.environment.name == "e"
    assert config.environment.python.conda_dependencies.get_python_version() == "3.12"
    config.node_count = 3
    config.save_to_yaml("sub/a.yml")
    assert (here / "sub" / "a.yml").read_text() == text.replace("0x2", "3")
    config.environment.name = "f"
    config.save_to_yaml("sub/a.yml")
    assert (here / "sub" / "a.yml").read_text() == text.replace("0x2", "3").replace(
        " env.yml   # env\n",
        "    # env\n    name: f\n    environmentVariables: {}\n    python:\n"
        "      condaDependenciesFile: conda.yml\n      condaDependencies:\n"
        "        dependencies: [python=3.12]\n",
    )
    assert (here / "env.yml").read_text().startswith("name: e\n")
    assert load_warned("sub/a.yml")[0] == config


def test_an_environment_whose_file_is_not_found_from_the_new_place(here, tmp_path_factory):
    """The file that is written says all itself."""
    (here / "sub").mkdir()
    (here / "sub" / "env.yml").write_text("name: e\n")
    (here / "sub" / "a.yml").write_text(with_environment("  environment: env.yml"))
    config, _ = load_warned("sub/a.yml")
    config.save_to_yaml(here / "a.yml")
    assert "environment:    # env\n    name: e\n" in (here / "a.yml").read_text()
    assert load_warned(here / "a.yml")[0] == config


@pytest.mark.parametrize(
    ("line", "environment"),
    [
        ("environment_name: AzureML-Minimal", EnvironmentReference("AzureML-Minimal")),
        ("environment_dir_path: saved", Environment("s")),
    ],
)
def test_environments_of_older_files(here, line, environment):
    """They are read with one warning that names the new key, and stay until the environment changes."""
    Environment("s").save_to_directory("saved")
    text = with_environment(f"  {line}").replace("  owner: [ me,  you ]\n", "")
    (here / "a.yml").write_text(text)
    config, said = load_warned("a.yml")
    key = line.partition(":")[0]
    assert said == [(ConfigWarning, f"a.yml:3: '{key}' is read as 'environment'; write 'environment'")]
    assert config.environment == environment
    config.run_max_try = 9
    config.save_to_yaml("a.yml")
    assert (here / "a.yml").read_text() == text.replace("60.0\n", "60.0\n  run_max_try: 9\n")
    config.environment.name = "other"
    config.save_to_yaml("a.yml")
    assert key not in (here / "a.yml").read_text()
    assert load_warned("a.yml") == (config, [])


def test_older_keys_beside_newer_ones(here):
    """The newer one counts; the older one is kept, and told to have no effect."""
    text = NEAT.replace("  owner: [ me,  you ]\n", "  environment_name: x\n  environment_dir_path:\n")
    (here / "a.yml").write_text(text)
    config, said = load_warned("a.yml")
    assert config.environment.name == "batch"
    assert [message for _, message in said] == [
        "a.yml:10: 'environment_name' has no effect: 'environment' is there; write 'environment'",
        "a.yml:11: 'environment_dir_path' has no effect: 'environment' is there; write 'environment'",
    ]
    config.save_to_yaml("a.yml")
    assert (here / "a.yml").read_text() == text


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("environment: gone.yml", "no environment file 'gone.yml'"),
        ("environment_dir_path: gone", "no directory 'gone'"),
        ("environment: ''", "'environment' is missing"),
        ("environment: [a]", "'['a']' is no map of settings"),
        ("environment: {python: {condaDependenciesFile: gone.yml}}", "no file of packages 'gone.yml'"),
    ],
)
def test_an_environment_that_is_not_there(here, line, message):
    """The line that names it is told."""
    (here / "a.yml").write_text(with_environment(f"  {line}"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConfigWarning)
        assert [found[1:] for found in refused(lambda: load("a.yml"))] == [(3, message)]


def test_faults_of_other_files_have_their_lines(here):
    """The file of the environment is named, with the line in it."""
    (here / "env.yml").write_text("name: e\ndocker: {enabled: perhaps}\n")
    (here / "a.yml").write_text(with_environment("  environment: env.yml"))
    with pytest.raises(ConfigError) as caught, warnings.catch_warnings():
        warnings.simplefilter("ignore", ConfigWarning)
        load("a.yml")
    assert [(Path(f.file).name, f.line) for f in caught.value.faults] == [("env.yml", 2)]


def test_packages_in_a_file_of_their_own(here):
    """They stay there while it has them; others are written into the configuration."""
    (here / "conda.yml").write_text("dependencies:\n- python=3.12\n")
    (here / "a.yml").write_text(
        NEAT.replace("userManagedDependencies: true", "condaDependenciesFile: conda.yml")
    )
    config, _ = load_warned("a.yml")
    before = (here / "a.yml").read_text()
    config.save_to_yaml("a.yml")
    assert (here / "a.yml").read_text() == before
    config.environment.python.conda_dependencies.add_conda_package("numpy")
    config.save_to_yaml("a.yml")
    assert (here / "a.yml").read_text() == before.replace(
        "conda.yml}", "conda.yml, condaDependencies: {dependencies: [python=3.12, numpy]}}"
    )
    assert load_warned("a.yml")[0] == config
    assert (here / "conda.yml").read_text() == "dependencies:\n- python=3.12\n"


def test_a_new_file_has_v1s_keys(tmp_path):
    """Those of v1 below its root key, and the two that v1 loses."""
    make(allowed_failed_count=1, allowed_failed_percent=0.5).save_to_yaml(str(tmp_path / "a.yml"))
    lines = (tmp_path / "a.yml").read_text().splitlines()
    assert lines[0] == "parallel_run_config:"
    assert [line.strip().partition(":")[0] for line in lines if line[2] != " "][1:] == [
        "mini_batch_size", "partition_keys", "error_threshold", "allowed_failed_count",
        "allowed_failed_percent", "output_action", "logging_level", "compute_target_name", "node_count",
        "process_count_per_node", "entry_script", "source_directory", "description",
        "run_invocation_timeout", "run_max_try", "append_row_file_name", "environment",
        "environment_variables",
    ]  # fmt: skip
    assert "      condaDependencies:" in lines


def test_files_are_written_whole(tmp_path):
    """A link stays a link, rights are 0644, and a place that cannot be written is a ConfigError."""
    link, real = tmp_path / "link.yml", tmp_path / "real.yml"
    link.symlink_to(real)
    make().save_to_yaml(link)
    mask = os.umask(0)
    os.umask(mask)
    assert (link.is_symlink(), stat.S_IMODE(real.stat().st_mode)) == (True, 0o644 & ~mask)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link.yml", "real.yml"]
    with pytest.raises(ConfigError, match="cannot be written: "):
        make().save_to_yaml(real / "a.yml")


words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=10)
names = words.filter(lambda name: name and "=" not in name)
maps = st.dictionaries(names, words, max_size=3)
counts = st.integers(1, 2**63 - 1)
thresholds = st.integers(-1, 2**63 - 1)


@st.composite
def environments(draw):
    if draw(st.integers(0, 3)) == 0:
        return EnvironmentReference(draw(words), draw(st.none() | words))
    environment = draw(st.sampled_from([Environment, lambda name: Environment.bare()]))(draw(words))
    environment.environment_variables = draw(maps)
    environment.docker.base_image = draw(st.none() | words)
    environment.docker.arguments = draw(st.lists(words, max_size=2))
    environment.python.user_managed_dependencies = draw(st.booleans())
    packages = draw(st.none() | st.lists(st.sampled_from(["numpy", "scipy=1.1", "pip"]), unique=True))
    if packages is None:
        environment.python.conda_dependencies = None
    else:
        environment.python.conda_dependencies = CondaDependencies.create(conda_packages=packages)
        environment.python.conda_dependencies_file = draw(st.none() | words)
    return environment


@st.composite
def configurations(draw):
    by_size = draw(st.booleans())
    action = draw(st.sampled_from(["append_row", "Summary_Only"]))
    return ParallelRunConfig(
        draw(environments()),
        draw(st.none() | words),
        draw(thresholds),
        action,
        draw(words.filter(bool)),
        draw(counts),
        process_count_per_node=draw(st.none() | counts),
        mini_batch_size=draw(st.none() | st.integers(0, 2**63 - 1) | st.just("7kb")) if by_size else None,
        source_directory=draw(st.none() | words),
        description=draw(st.none() | words),
        logging_level=draw(st.sampled_from(["DEBUG", "info", "Warning"])),
        run_invocation_timeout=draw(counts | st.floats(0, exclude_min=True, allow_infinity=False)),
        run_max_try=draw(counts),
        append_row_file_name=draw(st.none() | (st.just("a b.txt") if action == "append_row" else words)),
        allowed_failed_count=draw(st.none() | thresholds),
        allowed_failed_percent=draw(st.none() | st.integers(0, 100) | st.floats(0, 100)),
        partition_keys=None if by_size else draw(st.none() | st.lists(words, max_size=3)),
        environment_variables=draw(maps),
    )


@given(configurations())
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_what_is_written_is_read_back(tmp_path, config):
    """Every configuration is the same after a new file was written and read."""
    config.save_to_yaml(tmp_path / "a.yml")
    assert load(tmp_path / "a.yml") == config


@given(st.sampled_from([NEAT, with_environment("  environment_name: e")]), configurations())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_every_change_is_read_back(tmp_path, text, wanted):
    """A loaded file takes on any values, and keeps what nobody knows."""
    file = tmp_path / "a.yml"
    file.write_text(text)
    config, _ = load_warned(file)
    config.mini_batch_size, config.append_row_file_name = None, None
    for name in ParallelRunConfig.model_fields:
        setattr(config, name, getattr(wanted, name))
    config.save_to_yaml(file)
    assert load_warned(file)[0] == config
    assert "  owner: [ me,  you ]\n" in file.read_text()
