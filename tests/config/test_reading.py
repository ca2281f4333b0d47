"""Texts and files into settings: spellings, warnings, every fault with its line."""

import warnings

import pytest

from jupyter_runcfg.config import ConfigWarning, Environment, RunConfiguration
from jupyter_runcfg.errors import ConfigError, Fault


def faults_of(text, **options):
    with pytest.raises(ConfigError) as caught:
        RunConfiguration.from_text(text, **options)
    return caught.value.faults


@pytest.mark.parametrize(
    "text",
    [
        "nodeCount: 2\nenvironment: {docker: {baseImage: i}}\nenvironmentVariables: {my_Var: x}\n",
        "node_count: 2\nenvironment: {docker: {base_image: i}}\nenvironment_variables: {my_Var: x}\n",
        "NodeCount: 2\nEnvironment: {Docker: {BaseImage: i}}\nEnvironmentVariables: {my_Var: x}\n",
        '{"nodeCount": 2, "environment": {"docker": {"baseImage": "i"}},'
        '"environmentVariables": {"my_Var": "x"}}',
    ],
)  # fmt: skip
def test_three_spellings_of_keys(text):
    """camelCase, snake_case, PascalCase and JSON are the same; the person's names stay."""
    assert RunConfiguration.from_text(text).changes() == {
        "nodeCount": 2,
        "environment.docker.baseImage": "i",
        "environmentVariables.my_Var": "x",
    }


@pytest.mark.parametrize("word", ["yes", "Yes", "on", "true", '"true"', "True", "1"])
@pytest.mark.parametrize("no", ["no", "off", '"false"', "FALSE", "0"])
def test_booleans_mean_what_a_person_means(word, no):
    """v1 takes every word for true."""
    text = f"environment: {{docker: {{enabled: {word}}}}}\nhistory: {{snapshotProject: {no}}}\n"
    expected = {"environment.docker.enabled": True, "history.snapshotProject": False}
    assert RunConfiguration.from_text(text).changes() == expected


def test_scalars_keep_their_words():
    """Numbers in text settings are not rounded or reformatted."""
    config = RunConfiguration.from_text(
        "arguments: [--lr, 1.0, 1e-3, yes, 007]\nenvironment: {version: 1.10}\n"
        "environmentVariables: {A: 0x10, B: , C: true, D: 'null'}\n"
    )
    assert config.arguments == ["--lr", 1.0, 1e-3, "yes", 7]
    assert config.argument_words == ["--lr", "1.0", "1e-3", "yes", "007"]
    assert config.environment.version == "1.10"
    assert config.environment_variables == {"A": "0x10", "B": "", "C": "true", "D": "null"}


def test_null_means_the_default():
    """Empty keys, as v1's files have them, change nothing."""
    text = "script:\narguments:\ntarget:\nframework:\nnodeCount:\nenvironment:\nhistory: ~\ncommand: ''\n"
    assert RunConfiguration.from_text(text) == RunConfiguration()


def test_no_variables_are_none():
    """An empty `environmentVariables` of an environment is not the example variable of a new object."""
    config = RunConfiguration.from_text("environment: {name: e, environmentVariables: }\n")
    assert config.environment.environment_variables == {}
    environment = Environment("e")
    environment.environment_variables = None
    assert environment.environment_variables == {}


def test_anchors_aliases_and_merged_maps():
    """What an alias stands for and what is merged is read in its place."""
    config = RunConfiguration.from_text(
        "environmentVariables: &v {A: a, B: b}\nenvironment: {environmentVariables: {<<: *v, B: c}}\n"
    )
    assert config.environment_variables == {"A": "a", "B": "b"}
    assert config.environment.environment_variables == {"A": "a", "B": "c"}


def test_all_faults_at_once_with_lines():
    """Wrong types, typos and contradictions of one text are reported together."""
    text = (
        "nodeCount: abc\n"
        "maxRunDurationSeconds: 'abc'\n"
        "environment:\n"
        "  docker: {enabled: maybe}\n"
        "  pyhton: {}\n"
        "script: x.py\n"
        "command: ls\n"
        "node_count: 3\n"
        "history: 3\n"
    )
    where = "exp.yml"
    assert faults_of(text, file=where, base_line=1) == [
        Fault("'abc' is not a whole number of nodes", "nodeCount", where, 2),
        Fault("'abc' is not a whole number of seconds", "maxRunDurationSeconds", where, 3),
        Fault(
            "'maybe' is neither true nor false (yes, no, on and off do as well)",
            "environment.docker.enabled",
            where,
            5,
        ),
        Fault("no setting named 'pyhton'", "environment.pyhton", where, 6, "did you mean 'python'?"),
        Fault(
            "'command' and 'script' exclude each other",
            "command",
            where,
            8,
            "set 'script' or 'command' to nothing",
        ),
        Fault("'node_count' and 'nodeCount' are the same setting", "node_count", where, 9),
        Fault("'3' is no map of settings", "history", where, 10),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "is empty: it holds no setting", 0),
        ("# only a comment\n", "is empty: it holds no setting", 0),
        ("- a\n- b\n", "holds a list, not settings", 1),
        ("train.py\n", "holds one value, not settings", 1),
        ("a:\n\tb: 1\n", "a tab stands where YAML allows only spaces", 2),
        ("script: a: b\n", "a ':' stands where no key can be", 1),
        ('x: 1\nscript: "a\nb: 2\n', "a quote is opened here and never closed", 2),
        ("arguments: [a,\n b\nscript: x\n", "a ',' or ']' is missing: the '[' on line 1 is open", 3),
        ("environment:\n  name: a\n version: b\n", "the indentation does not fit the lines above", 3),
        ("  script: a\ntarget: b\n", "the text goes on where the configuration has ended", 2),
        ("script: a\ntarget\nnodeCount: 1\n", "a ':' is missing after a key", 2),
        ("script: @a\n", "a value cannot begin with '@'", 1),
        ('script: "\\q"\n', "an unknown escape after '\\' in double quotes", 1),
        ("script: *nowhere\n", "'*nowhere' names an anchor that does not stand above it", 1),
        ("environment: &e\n  docker: *e\n", "'*e' stands inside what it names", 2),
        ("script: a\n---\nscript: b\n", "a second document begins; a configuration has one", 2),
        ("script: a\x07\n", "the character U+0007 cannot stand in a YAML file", 1),
        ("[a]: b\n", "a key must be text", 1),
        ("script: " + "[" * 60 + "\n", "nested deeper than 50 levels", 1),
        ("script: " + "{a: " * 5000, "nested deeper than 50 levels", 1),
        ("script: !!python/name:os.system\n", "the tag '!!python/name:os.system' is not understood", 1),
        ("target: x\nscript: !!binary aGk=\n", "the tag '!!binary' is not understood", 2),
        ("arguments: !!set {a, b}\n", "the tag '!!set' is not understood", 1),
        ("environment: {version: !!timestamp 2001-01-01}\n", "the tag '!!timestamp' is not understood", 1),
        ("script: !mine a\n", "the tag '!mine' is not understood", 1),
        ("environment:\n  <<: x\n", "'<<' stands before something that is no map", 2),
        ("a: &a {b: c}\nenvironment:\n  <<: [*a, [*a]]\n", "'<<' stands before something that is no map", 3),
        ("? [a, b]\n: c\n", "a key must be text", 1),
        ("? {a: b}\n: c\n", "a key must be text", 1),
        ("script: &", "a name is missing behind '&', '*' or '%'", 1),
        ("# a\n%YAML 1.3\n---\nscript: a\n", "the version of YAML in '%YAML' is not known", 2),
        ("%YAML 3.0\n---\nscript: a\n", "the version of YAML in '%YAML' is not known", 1),
        ("script: >x\n  a\n", "words stand on the line of '|' or '>'", 1),
        ("script: a\n...\nfoo\n", "a second document begins; a configuration has one", 3),
        ("script: \ud800\n", "the character U+D800 cannot stand in a YAML file", 1),
        ("]", "a value is missing", 1),
        ("script: 'a''\n", "a quote is opened here and never closed", 1),
    ],
)  # fmt: skip
def test_broken_texts_are_explained(text, message, line):
    """Broken YAML is explained in plain words, with its line."""
    assert [(fault.message, fault.line) for fault in faults_of(text)] == [(message, line)]


@pytest.mark.parametrize(
    "text",
    [
        "script: a\t# c\ntarget:\tgpu\t\n",
        "script: 'a'\t\n\t\n \t# c\ntarget: gpu\n",
        "script: |-\n  a\n\t\ntarget: &x\tgpu\n",
        '{\n\t"script": "a",\t"target": "gpu"\t}\t\n',
    ],
)
def test_tabs_behind_values_are_no_fault(text):
    """YAML allows them, the library that reads for us does not."""
    assert RunConfiguration.from_text(text).changes() == {"script": "a", "target": "gpu"}


@pytest.mark.parametrize(
    ("text", "message", "key"),
    [
        ("environment: [a]", "'['a']' is no map of settings", "environment"),
        ("environment: {docker: x}", "'x' is no map of settings", "environment.docker"),
        ("environment: {docker: {platform: a}}", "'a' is no map of settings", "environment.docker.platform"),
        ("environment: {spark: {packages: {a: b}}}", "'{'a': 'b'}' is no list", "environment.spark.packages"),
        ("environment: {spark: {packages: [a]}}", "'a' is no map of settings",
         "environment.spark.packages.0"),
        ("environment: {r: {cranPackages: x}}", "'x' is no list", "environment.r.cranPackages"),
        (
            "environment: {python: {condaDependencies: [a]}}",
            "holds a list, not the keys of a conda file",
            "environment.python.condaDependencies",
        ),
        ("datacaches: {a: b}", "'{'a': 'b'}' is no list", "datacaches"),
        ("datacaches: [{}, []]", "'[]' is no map of settings", "datacaches.1"),
        ("datacaches: [{}, {replica: 0}]", "'0' is less than 1", "datacaches.1.replica"),
        ("data: [a]", "'['a']' is no map of names", "data"),
        ("data: {a: x}", "'x' is no map of settings", "data.a"),
        ("dataReferences: {a: }", "no datastore is named", "dataReferences.a.dataStoreName"),
        ("history: x", "'x' is no map of settings", "history"),
        ("spark: {configuration: [a]}", "'['a']' is no map of names and values", "spark.configuration"),
        ("arguments: {a: {b: c}}", "'{'b': 'c'}' is no text", "arguments.a"),
        ("arguments: 3", "'3' is no list of words", "arguments"),
        ("command: [a, [b]]", "'['b']' is no text", "command.1"),
        ("environmentVariables: [a]", "'['a']' is no map of names and values", "environmentVariables"),
        ("environmentVariables: {a: [b]}", "the value of 'a' is no text", "environmentVariables.a"),
        ("nodeCount: 1e400", "'1e400' is not a whole number of nodes", "nodeCount"),
        (f"nodeCount: {'9' * 5000}", f"'{'9' * 57}…' is not a whole number of nodes", "nodeCount"),
        ("priority: .inf", "'.inf' is not a whole number", "priority"),
        ('script: "a\\0b"', "'a\\x00b' holds a zero character", "script"),
        ('script: "\\ud800"', "'\\ud800' holds characters that are no Unicode", "script"),
        ("script: a\nScript: b", "'Script' and 'script' are the same setting", "Script"),
        ("node_count: 2\nNodeCount: 2", "'NodeCount' and 'node_count' are the same setting", "NodeCount"),
    ],
)  # fmt: skip
def test_values_of_another_kind_are_faults(text, message, key):
    """At every level, with the key and the line, and as one fault."""
    (fault,) = faults_of(text.replace("\n", "\n\n"))
    assert (fault.message, fault.key, fault.line) == (message, key, 1 + 2 * text.count("\n"))


def test_every_duplicate_key_is_named():
    """Each second occurrence is a fault that names the first."""
    assert faults_of("a: 1\nscript: x\nscript: y\na: 2\n", base_line=10) == [
        Fault("the key 'script' stands twice", "script", "<cell>", 13, "it is on line 12 already"),
        Fault("the key 'a' stands twice", "a", "<cell>", 14, "it is on line 11 already"),
    ]


def test_alias_bombs_are_refused():
    """Nine levels of nine aliases stand for a billion values and are refused before they are built."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    messages = [fault.message for fault in faults_of("\n".join(lines))]
    assert messages == ["its aliases stand for more than 10,000 values"]


def test_unknown_keys_of_a_file_are_warnings(tmp_path):
    """They are kept, and each is named with file, line and what was probably meant."""
    file = tmp_path / "a.runconfig"
    file.write_text("script: a.py\nnodecont: 2\nmpi:\n  processCount: 2\n  foo_bar: 1\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        config = RunConfiguration.load(file)
    assert [(w.category, str(w.message)) for w in caught] == [
        (ConfigWarning, f"{file}:2: no setting named 'nodecont'; did you mean 'nodeCount'?"),
        (ConfigWarning, f"{file}:4: no setting named 'processCount'; did you mean 'processCountPerNode'?"),
        (ConfigWarning, f"{file}:5: no setting named 'foo_bar'; it is kept"),
    ]  # fmt: skip
    assert {w.filename for w in caught} == {__file__}
    assert config.to_dict()["nodecont"] == 2


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"script: a\ntarget: \xff\n", "is no UTF-8 text: the byte 0xff", 2),
        (b"\xff\xfes\x00", "is no UTF-8 text: the byte 0xff", 1),
        (b"", "is empty: it holds no setting", 0),
        (b"# " + b"x" * (5 << 20), "has 5.0 MB; a configuration has at most 1", 0),
    ],
)
def test_files_that_are_no_configuration(tmp_path, data, message, line):
    """Encoding and size are faults with the file's name."""
    file = tmp_path / "a.runconfig"
    file.write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        RunConfiguration.load(file)
    found = [(fault.message, fault.file, fault.line) for fault in caught.value.faults]
    assert found == [(message, str(file), line)]


def test_unreadable_files_are_faults(tmp_path):
    """A file that vanishes into a broken place is a ConfigError, never an OSError."""
    from jupyter_runcfg.config.reading import read_text

    with pytest.raises(ConfigError, match="is a directory, not a configuration file"):
        read_text(tmp_path)
    with pytest.raises(ConfigError, match="cannot be read: no such file"):
        read_text(tmp_path / "none")
    with pytest.raises(ConfigError, match="cannot be read: file name too long"):
        read_text(tmp_path / ("x" * 300))
    with pytest.raises(ConfigError, match="cannot be read: "):
        read_text(tmp_path / "a\0b")


def test_a_byte_order_mark_is_kept(tmp_path):
    """Files from Windows editors begin with one."""
    file = tmp_path / "a.runconfig"
    file.write_bytes("\ufeffscript: a.py\r\n".encode())
    config = RunConfiguration.load(file)
    config.node_count = 2
    config.save()
    assert file.read_bytes().decode() == "\ufeffscript: a.py\r\nnodeCount: 2\r\n"


def test_environment_file_is_read(tmp_path):
    """`environment: FILE` is looked for in the project first; its faults name it."""
    (tmp_path / ".azureml").mkdir()
    file = tmp_path / ".azureml" / "a.runconfig"
    file.write_text("script: a.py\nenvironment: .azureml/environment.yml\n")
    with pytest.raises(ConfigError) as caught:
        RunConfiguration.load(file)
    message, hint = (
        "no environment file '.azureml/environment.yml'",
        "put it there, or write the section here",
    )
    assert caught.value.faults == [Fault(message, "environment", str(file), 2, hint)]
    environment = tmp_path / ".azureml" / "environment.yml"
    environment.write_text("name: e\ndocker: {enabled: maybe}\n")
    with pytest.raises(ConfigError) as wrong:
        RunConfiguration.load(file)
    assert [(f.key, f.file, f.line) for f in wrong.value.faults] == [
        ("environment.docker.enabled", str(environment), 2)
    ]
    environment.write_text("name: e\nspark: {precachePackages: false}\n")
    config = RunConfiguration.load(tmp_path, "a")
    assert config.changes() == {
        "script": "a.py",
        "environment.name": "e",
        "environment.spark.precachePackages": False,
    }


def test_place_of_a_value():
    """A value as the text has it has a line; one set since has none."""
    config = RunConfiguration.from_text("script: a\nenvironment:\n  name: x\n", base_line=1)
    assert config.place_of("environment.name") == ("<cell>", 4)
    config.script = "b"
    assert [config.place_of(key) for key in ("script", "target", "--source")] == [("", 0)] * 3
