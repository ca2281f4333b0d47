"""Settings into texts: byte for byte outside the change."""

import os
import stat
from difflib import unified_diff

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from jupyter_runcfg.config import RunConfiguration
from jupyter_runcfg.errors import ConfigError

ENVIRONMENT = """\
environment:
  name: default-environment
  version: null
  environmentVariables:
    EXAMPLE_ENV_VAR: EXAMPLE_VALUE
  python:
    userManagedDependencies: false
    interpreterPath: python
    condaDependenciesFile: null
    condaDependencies:
      name: project_environment
      dependencies:
      - python=3.8.13
      - pip: [azureml-defaults]
      channels: [anaconda, conda-forge]
    baseCondaEnvironment: null
  docker:
    enabled: false
    baseImage: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20251130.v1
    baseDockerfile: null
    buildContext: null
    sharedVolumes: true
    shmSize: 2g
    arguments: []
    baseImageRegistry:
      address: null
      username: null
      password: null
      registryIdentity: null
    platform:
      os: Linux
      architecture: amd64
  spark:
    repositories: []
    packages: []
    precachePackages: true
  databricks:
    mavenLibraries: []
    pypiLibraries: []
    rcranLibraries: []
    jarLibraries: []
    eggLibraries: []
  r: null
  inferencingStackVersion: null
  assetId: null
"""
NASTY = """\
%YAML 1.2
---
# top comment, "quoted" and: colons
script:   "train.py"   # the script
arguments: [--lr, 0.1, 'it''s']   # flow
target: 'local'  # where

nodeCount: 1 # x
environmentVariables: &v
    # first
    A: 1   # one

    B: two  # 2
    C: "3"

environment:   # env
    name: e
    docker: {baseImage: 'x', enabled: no}   # d
    environmentVariables: *v
    python:
history:
  directoriesToWatch:
  - logs   # l
  - outputs
  # end of list
foo_bar: [ unknown,  spaced ]
mpi: {processCountPerNode: 2,}
# bottom"""
JSON = (
    '{\n\t"script": "a.py",\n\t"environment": {"name": "x"},\n'
    '\t"environmentVariables": {\n\t\t"A": "b"\n\t}\n}'
)
COMMENTS = "# a\n# b\nscript:\n# c\narguments: []\n# d\nmaxRunDurationSeconds:   # e\n# f\n"
FOLDED = "script: |\n  a.py\n\n# c\ntarget: >-\n  x\n  y\nnodeCount: 2\n"
ANCHOR = "a: &x {}\nenvironment: *x"
FLOW = "{script: a, arguments: [\n  --a, # one\n  b # two\n  ], environmentVariables: {A: 1,\n B: 2,\n }}"
ODD = """\
arguments:
- a
-
  b
- |
  c
- &x e
-   *x
environmentVariables: !!map
  &k A: 1
  B: >+
    f


target:
"""
MERGED = """\
base: &b
  docker:
    baseImage: q
  environmentVariables: &v {A: 1}
environment:
  <<: *b
  name: z
environmentVariables:
  <<: [*v]
  C: d
"""
TEXTS = [NASTY, NASTY + "\n", NASTY.replace("\n", "\r\n"), JSON, COMMENTS, FOLDED]
TEXTS += [ANCHOR, FLOW, ODD, MERGED]


def read(text):
    return RunConfiguration.from_text(text, strict=False)


def changed(text, change):
    """The lines that a change takes out and puts in."""
    config = read(text)
    change(config)
    new = config.to_yaml()
    assert read(new) == config
    lines = unified_diff(text.splitlines(True), new.splitlines(True), n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


pytestmark = pytest.mark.filterwarnings("ignore::jupyter_runcfg.config.fault.ConfigWarning")


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_changed_is_the_same_text(text):
    """Load and save without a change keeps every byte."""
    assert read(text).to_yaml() == text


ALIAS = ["-    environmentVariables: *v\n", "+    environmentVariables: {A: 1, B: two, C: '3'}\n"]
DOCKER = "-    docker: {baseImage: 'x', enabled: no}   # d\n"
NEW_DOCKER = "+" + DOCKER[1:]
ARGUMENTS = "-arguments: [--lr, 0.1, 'it''s']   # flow\n"
SCRIPT = '-script:   "train.py"   # the script\n'


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("key", "value", "lines"),
    [
        ("script", "b.py", [SCRIPT, '+script:   "b.py"   # the script\n']),
        ("target", "it's", ["-target: 'local'  # where\n", "+target: 'it''s'  # where\n"]),
        ("nodeCount", "2", ["-nodeCount: 1 # x\n", "+nodeCount: 2 # x\n"]),
        ("arguments", "--lr 2 it\\'s", [ARGUMENTS, "+arguments: [--lr, '2', 'it''s']   # flow\n"]),
        ("environment.docker.baseImage", "a:b", [DOCKER, NEW_DOCKER.replace("x", "a:b")]),
        ("environment.docker.enabled", "yes", [DOCKER, NEW_DOCKER.replace("no", "true")]),
        ("environment.python.interpreterPath", "/bin/python3", ["+      interpreterPath: /bin/python3\n"]),
        ("environment.version", "1.10", ["+    version: '1.10'\n"]),
        ("history.snapshotProject", "off", ["+  snapshotProject: false\n"]),
        ("maxRunDurationSeconds", "60", ["+maxRunDurationSeconds: 60\n"]),
        ("environmentVariables.B", "x", ["-    B: two  # 2\n", "+    B: x  # 2\n", *ALIAS]),
        ("environment.environmentVariables.A", "8", [ALIAS[0], ALIAS[1].replace("1", "8")]),
    ],
)
def test_one_change_changes_its_own_words(key, value, lines, ending):
    """Comments, order, quotes, flow style and unknown keys survive a change of one value."""
    text = NASTY.replace("\n", ending)
    expected = [line.replace("\n", ending) for line in lines]
    assert changed(text, lambda config: config.set(key, value)) == expected


def test_an_empty_value_is_filled_behind_its_colon():
    """Where a key has no value yet, the comments behind and below it stay where they are."""
    assert changed(COMMENTS, lambda config: config.set("script", "a.py")) == [
        "-script:\n",
        "+script: a.py\n",
    ]
    assert changed(COMMENTS, lambda config: config.set("maxRunDurationSeconds", "1")) == [
        "-maxRunDurationSeconds:   # e\n",
        "+maxRunDurationSeconds: 1   # e\n",
    ]


def test_lists_grow_and_shrink_by_their_items():
    """Items are added, changed and taken out one by one; the comments of the others stay."""

    def watch(*names):
        return lambda config: setattr(config.history, "directories_to_watch", list(names))

    assert changed(NASTY, watch("logs", "outputs", "x y")) == ["+  - x y\n"]
    assert changed(NASTY, watch("outputs")) == ["-  - logs   # l\n"]
    assert changed(NASTY, watch("logs")) == ["-  - outputs\n"]
    assert changed(NASTY, watch("logs", "o")) == ["-  - outputs\n", "+  - o\n"]
    taken = ["-  directoriesToWatch:\n", "-  - logs   # l\n", "-  - outputs\n"]
    assert changed(NASTY, watch()) == [*taken, "+  directoriesToWatch: []\n"]


def test_names_are_taken_out():
    """A removed variable takes its line along, no other."""
    text = "environmentVariables:\n  A: 1 # a\n  # of B\n  B: 2\ntarget: x\n"
    assert changed(text, lambda c: c.environment_variables.pop("A")) == ["-  A: 1 # a\n"]
    assert changed(text, lambda c: c.environment_variables.pop("B")) == ["-  B: 2\n"]
    assert changed(text, lambda c: c.environment_variables.clear()) == ["-  A: 1 # a\n", "-  B: 2\n"]
    merged = "a: &a {X: 1, Y: 2}\nenvironmentVariables: {<<: *a, Z: 3}\n"
    assert changed(merged, lambda c: c.environment_variables.pop("X")) == [
        "-environmentVariables: {<<: *a, Z: 3}\n",
        "+environmentVariables: {Z: 3, 'Y': 2}\n",
    ]


def test_json_stays_json():
    """A file in JSON gets quoted keys and its own indentation."""

    def change(config):
        config.set("nodeCount", "2")
        config.set("environmentVariables.B", "c")
        config.set("environment.docker.baseImage", "q")

    config = read(JSON)
    change(config)
    assert config.to_yaml() == (
        '{\n\t"script": "a.py",\n\t"environment": {"name": "x", "docker": {"baseImage": "q"}},\n'
        '\t"environmentVariables": {\n\t\t"A": "b",\n\t\t"B": "c"\n\t},\n\t"nodeCount": 2\n}'
    )


def test_an_anchor_used_by_kept_keys_stays_true():
    """Changing an anchored value writes its other uses out first."""
    text = "target: &t gpu\nsourceDirectoryDataStore: *t\n"
    config = read(text)
    config.target = "cpu"
    assert config.to_yaml() == "target: &t cpu\nsourceDirectoryDataStore: gpu\n"


def test_a_new_file_has_only_what_differs():
    """Script, target and framework always, and the whole environment; else only what is not the default."""
    config = RunConfiguration("train.py", ["--a", 1])
    config.environment_variables = {"A": "1", "B.c": "yes"}
    config.mpi.node_count = 2
    config.datacaches = [{"datacache_id": "x"}, {}]
    config.data = {"my_data": {"data_location": {"uri": {"path": "p"}}}}
    before, whole, after = config.to_yaml().partition(ENVIRONMENT)
    assert before == "script: train.py\narguments: [--a, 1]\ntarget: local\nframework: Python\n"
    assert whole == ENVIRONMENT
    assert after == (
        "mpi:\n"
        "  nodeCount: 2\n"
        "data:\n"
        "  my_data:\n"
        "    dataLocation:\n"
        "      uri:\n"
        "        path: p\n"
        "datacaches:\n"
        "- datacacheId: x\n"
        "- {}\n"
        "environmentVariables:\n"
        "  A: '1'\n"
        "  B.c: 'yes'\n"
    )


def test_a_full_file_has_every_setting_in_v1s_order():
    """As v1 writes it."""
    tree = YAML(typ="safe", pure=True).load(RunConfiguration().to_yaml(full=True))
    assert tree == RunConfiguration().to_dict()
    assert list(tree) == [key for key in RunConfiguration.keys() if key != "resources"]


def test_environment_in_a_file_of_its_own(tmp_path):
    """separate_environment_yaml moves the section; later changes go into that file."""
    text = "script: a.py  # c\nenvironment:\n  name: e\n  spark: {precachePackages: false}\ntarget: t\n"
    (tmp_path / ".azureml").mkdir()
    file = tmp_path / ".azureml" / "a.runconfig"
    file.write_text(text)
    config = RunConfiguration.load(file)
    config.save(separate_environment_yaml=True)
    environment = tmp_path / ".azureml" / "environment.yml"
    assert file.read_text() == ("script: a.py  # c\nenvironment: .azureml/environment.yml\ntarget: t\n")
    before = environment.read_text()
    assert YAML(typ="safe", pure=True).load(before)["spark"]["precachePackages"] is False
    again = RunConfiguration.load(file)
    assert again == config
    again.environment.name = "f"
    again.save()
    assert environment.read_text() == before.replace("name: e\n", "name: f\n")
    assert RunConfiguration.load(file) == again


def test_files_are_written_whole(tmp_path):
    """A link stays a link, rights are 0644, nothing else is left in the directory."""
    real = tmp_path / "real.runconfig"
    real.write_text("script: a.py\n")
    link = tmp_path / "link.runconfig"
    link.symlink_to(real)
    config = RunConfiguration.load(link)
    config.script = "b.py"
    assert config.save() == link
    assert (link.is_symlink(), real.read_text()) == (True, "script: b.py\n")
    assert stat.S_IMODE(real.stat().st_mode) == 0o644 & ~_umask()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link.runconfig", "real.runconfig"]


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_place_that_cannot_be_written_is_a_config_error(tmp_path):
    """The old file stays whole, and no OSError comes through."""
    (tmp_path / ".azureml").write_text("in the way")
    with pytest.raises(ConfigError, match="cannot be written: "):
        RunConfiguration("a.py").save(tmp_path, "a")


def test_an_anchored_section_that_an_unknown_key_uses_is_written_out_there():
    """The other use keeps the old value."""
    text = "environment: &e\n  name: a\nfoo: *e\n"
    lines = ["-  name: a\n", "-foo: *e\n", "+  name: b\n", "+foo: {name: a}\n"]
    assert changed(text, lambda config: setattr(config.environment, "name", "b")) == lines


words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
filled = words.filter(bool)
names = filled.filter(lambda name: "=" not in name)
maps = st.dictionaries(names, words, max_size=4)


@st.composite
def configurations(draw):
    config = RunConfiguration()
    if draw(st.booleans()):
        config.command = draw(filled | st.lists(words, min_size=1, max_size=3))
    else:
        config.script, config.arguments = draw(words), draw(st.lists(words, max_size=4))
    config.target = draw(words)
    config.node_count = draw(st.integers(1, 9))
    config.max_run_duration_seconds = draw(st.none() | st.integers(1, 10**6))
    config.environment_variables = draw(maps)
    config.environment.environment_variables = draw(maps)
    config.environment.name = draw(words)
    config.environment.docker.base_image = draw(words)
    config.environment.docker.enabled = draw(st.booleans())
    config.history.directories_to_watch = draw(st.lists(words, max_size=3))
    return config


@given(configurations())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_is_read_back(config):
    """Every configuration is the same after a new file was written and read."""
    assert RunConfiguration.from_text(config.to_yaml()) == config


@given(st.sampled_from(TEXTS), configurations())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_change_of_every_text_is_read_back(text, wanted):
    """A loaded text takes on any values, and its kept keys stay as they were."""
    config = read(text)
    for name in ("script", "arguments", "command"):
        setattr(config, name, None)
    for name in type(config).model_fields:
        setattr(config, name, getattr(wanted, name))
    again = read(config.to_yaml())
    assert again == config
    assert again.unknown_keys == read(text).unknown_keys
