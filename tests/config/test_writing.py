"""Settings into texts: byte for byte outside the change."""

from difflib import unified_diff

import pytest
from ruamel.yaml import YAML

from jupyter_runcfg.config import RunConfiguration

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


def test_a_variable_may_be_called_as_what_merges():
    """In quotes it is a name like others, beside a merge of the file."""
    text = "a: &a {X: 1}\nenvironmentVariables:\n  <<: *a\n  Z: 3\n"
    assert changed(text, lambda c: c.environment_variables.update({"<<": "x"})) == ["+  '<<': x\n"]
    text += "  '<<': x\n"
    assert changed(text, lambda c: c.environment_variables.update({"<<": "z"})) == [
        "-  '<<': x\n",
        "+  '<<': z\n",
    ]
    assert changed(text, lambda c: c.environment_variables.pop("<<")) == ["-  '<<': x\n"]


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
    assert list(tree) == [key for key in list(RunConfiguration.keys()) if key != "resources"]


def test_a_change_deep_in_an_unknown_key_is_written():
    """Also when it is made in place."""
    config = read("foo: {a: [1, {b: c}], d: e}  # f\nmpi: {x: {y: z}}\n")
    config.unknown_keys["foo"]["a"][1]["b"] = "new"
    config.mpi.unknown_keys["x"]["y"] = 3
    assert config.to_yaml() == "foo: {a: [1, {b: new}], d: e}  # f\nmpi: {x: {y: 3}}\n"


def test_a_change_deep_in_a_plain_map_is_written():
    """Spark's settings, for example."""
    config = read("spark:\n  configuration:\n    a: {b: [1, x]} # c\n    d: 1\n")
    config.spark.configuration["a"]["b"].append(2)
    assert config.to_yaml() == "spark:\n  configuration:\n    a: {b: [1, x, 2]} # c\n    d: 1\n"


def test_what_an_alias_names_may_be_taken_out():
    """The alias gets its value first; also where the anchor is deep in what leaves."""
    text = "arguments:\n- &x a\n- b\n- *x\n"
    assert changed(text, lambda c: setattr(c, "arguments", ["b", "a"])) == ["-- &x a\n", "-- *x\n", "+- a\n"]
    text = "data:\n  a:\n    options: {x: &x 3}\n  b: {options: {y: *x, z: 1}}\n"
    gone = ["-  a:\n", "-    options: {x: &x 3}\n", "-  b: {options: {y: *x, z: 1}}\n"]
    assert changed(text, lambda c: c.data.pop("a")) == [*gone, "+  b: {options: {y: 3, z: 1}}\n"]


def test_many_items_leave_at_once():
    """However many they are, those that stay are not touched."""
    text = "arguments:\n" + "".join(f"- a{n} # {n}\n" for n in range(12))
    lines = changed(text, lambda c: setattr(c, "arguments", ["a0", "a11"]))
    assert lines == [f"-- a{n} # {n}\n" for n in range(1, 11)]


def test_an_anchored_section_that_an_unknown_key_uses_is_written_out_there():
    """The other use keeps the old value."""
    text = "environment: &e\n  name: a\nfoo: *e\n"
    lines = ["-  name: a\n", "-foo: *e\n", "+  name: b\n", "+foo: {name: a}\n"]
    assert changed(text, lambda config: setattr(config.environment, "name", "b")) == lines
