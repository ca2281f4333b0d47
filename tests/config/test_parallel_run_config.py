"""ParallelRunConfig: the rules of SDK v1, measured, against ours."""

import inspect
import json
import re
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

from jupyter_runcfg.config import Environment
from jupyter_runcfg.config.parallel_run_config import ParallelRunConfig
from jupyter_runcfg.errors import ConfigError

FILE = Path(__file__).parents[3] / "shared" / "vectors" / "parallel_run_config" / "constructor.json"
BASE = {
    "entry_script": "score.py",
    "error_threshold": 10,
    "output_action": "append_row",
    "compute_target": "cpu",
    "node_count": 2,
}
# id → arguments, and what becomes of them: attributes, or None where they are refused
COPIES = {
    "base": ({}, {"mini_batch_size": None, "run_max_try": 3, "environment_variables": {}, **BASE}),
    "mbs-str-'1024KB'": ({"mini_batch_size": "1024KB"}, {"mini_batch_size": 1048576}),
    "mbs-str-'10mB'": ({"mini_batch_size": "10mB"}, {"mini_batch_size": 10485760}),
    "mbs-str-'10\\n'": ({"mini_batch_size": "10\n"}, {"mini_batch_size": 10}),
    "mbs-str-'１０'": ({"mini_batch_size": "１０"}, {"mini_batch_size": 10}),
    "mbs-str-'1.5MB'": ({"mini_batch_size": "1.5MB"}, None),
    "mbs-5.0": ({"mini_batch_size": 5.0}, None),
    "mbs--1": ({"mini_batch_size": -1}, {"mini_batch_size": -1}),
    "mbs-pp": (
        {"mini_batch_size": "__PP__:mbs:5"},
        {"mini_batch_size": {"PipelineParameter": "mbs", "default": 5}},
    ),
    "pk-[]": ({"partition_keys": []}, {"partition_keys": []}),
    "pk-('a',)": ({"partition_keys": ["a"]}, None),
    "pk-pp-notlist": ({"partition_keys": '__PP__:pk:{"a":1}'}, None),
    "pk+mbs": ({"partition_keys": ["a"], "mini_batch_size": 5}, None),
    "et-None": ({"error_threshold": None}, None),
    "afc--1": ({"allowed_failed_count": -1}, {"allowed_failed_count": -1}),
    "afp-50.5": ({"allowed_failed_percent": 50.5}, {"allowed_failed_percent": 50.5}),
    "oa-'APPEND_ROW'": ({"output_action": "APPEND_ROW"}, {"output_action": "APPEND_ROW"}),
    "oa-None": ({"output_action": None}, None),
    "ppn-1.5": ({"process_count_per_node": 1.5}, {"process_count_per_node": 1.5}),
    "nc-0": ({"node_count": 0}, {"node_count": 0}),
    "nc-'2'": ({"node_count": "2"}, {"node_count": "2"}),
    "rit-1.5": ({"run_invocation_timeout": 1.5}, {"run_invocation_timeout": 1.5}),
    "rmt-None": ({"run_max_try": None}, {"run_max_try": 3}),
    "rmt-'3'": ({"run_max_try": "3"}, None),
    "ll-'info'": ({"logging_level": "info"}, {"logging_level": "info"}),
    "ll-'bogus'": ({"logging_level": "bogus"}, {"logging_level": "bogus"}),
    "arfn-'a:b'": ({"append_row_file_name": "a:b"}, None),
    "arfn-summary": (
        {"append_row_file_name": "a/b", "output_action": "summary_only"},
        {"append_row_file_name": "a/b", "output_action": "summary_only"},
    ),
    "env-str": ({"environment": "AzureML-Minimal"}, None),
    "entry-none": ({"entry_script": None}, {"entry_script": None}),
    "entry-strip": ({"entry_script": "  s.py "}, {"entry_script": "s.py"}),
}
# what SDK v1 takes although no job can run with it: taken as it is, with a warning
DOUBTS = {
    "mbs--1": "mini_batch_size: -1 is no size of a mini-batch; write 1 or more",
    "nc-0": "node_count: '0' is no number of machines; write 1",
    "nc-'2'": "node_count: '2' is no number of machines; write 2",
    "ppn-1.5": "process_count_per_node: there is no part of a process: 1.5; write 1",
    "ll-'bogus'": "logging_level: 'bogus' is none of DEBUG, INFO, WARNING, ERROR, CRITICAL",
}


class Parameter:
    """As v1's PipelineParameter."""

    def __init__(self, name, default_value):
        self.name = name
        self.default_value = default_value


def make(**values):
    return ParallelRunConfig(**{"environment": Environment("batch"), **BASE, **values})


def load(path):
    return ParallelRunConfig.load_yaml(None, path)


def refused(action):
    with pytest.raises(ConfigError) as caught:
        action()
    return [(fault.key, fault.line, fault.message) for fault in caught.value.faults]


def warned(action):
    """What the action gives, and the warnings it gave."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = action()
    return found, [str(one.message) for one in caught]


def cases():
    if FILE.is_file():
        for case in json.loads(FILE.read_text(encoding="utf-8"))["cases"]:
            yield case["id"], case["kwargs"], case["expected"].get("attributes")
    else:
        yield from ((name, *case) for name, case in COPIES.items())


def argument(name, value):
    if isinstance(value, str) and value.startswith("__PP__:"):
        _, word, default = value.split(":", 2)
        return Parameter(word, int(default) if default.isdecimal() else default)
    return tuple(value) if name == "pk-('a',)" else value


def attribute(value):
    if isinstance(value, Parameter):
        return {"PipelineParameter": value.name, "default": value.default_value}
    return value


@pytest.mark.parametrize(("name", "arguments", "expected"), list(cases()), ids=lambda value: str(value)[:30])
def test_as_v1_does(name, arguments, expected, tmp_path):
    """Attributes and refusals are those of v1, and the file loses nothing, as v1's own does."""
    values = {word: argument(name, value) for word, value in arguments.items()}
    if expected is None:
        assert {key.partition(".")[0] for key, _, _ in refused(lambda: make(**values))} <= {*values}
        return
    config, said = warned(lambda: make(**values))
    assert said == ([DOUBTS[name]] if name in DOUBTS else [])
    assert {word: attribute(getattr(config, word)) for word in expected} == expected
    config.save_to_yaml(tmp_path / "a.yml")
    loaded, said = warned(lambda: load(tmp_path / "a.yml"))
    assert loaded == config.resolved()
    assert [re.sub(r"^.*a\.yml:\d+: ", "", message) for message in said] == [
        message for word, message in DOUBTS.items() if word == name
    ]


@pytest.mark.skipif(not FILE.is_file(), reason="../shared/vectors is not there")
def test_the_copies_are_true():
    """The cases kept here are those that were measured, and each deviation is one of them."""
    measured = {name: case for name, *case in cases()}
    for name, (values, expected) in COPIES.items():
        found = measured[name][1]
        assert measured[name][0] == values
        assert (found is None) == (expected is None)
        assert all(found[word] == value for word, value in (expected or {}).items())
    assert set(DOUBTS) <= set(measured) & set(COPIES)


def test_the_signature_is_v1s():
    """Names, order and defaults of the reference page."""
    empty = inspect.Parameter.empty
    parameters = inspect.signature(ParallelRunConfig).parameters.items()
    assert [(name, found.default) for name, found in parameters] == [
        ("environment", empty), ("entry_script", empty), ("error_threshold", empty),
        ("output_action", empty), ("compute_target", empty), ("node_count", empty),
        ("process_count_per_node", None), ("mini_batch_size", None), ("source_directory", None),
        ("description", None), ("logging_level", "INFO"), ("run_invocation_timeout", 60),
        ("run_max_try", 3), ("append_row_file_name", None), ("allowed_failed_count", None),
        ("allowed_failed_percent", None), ("partition_keys", None), ("environment_variables", None),
    ]  # fmt: skip


def test_all_faults_at_once():
    """Every bad argument is told by its name, and what excludes each other as well."""
    found = refused(
        lambda: ParallelRunConfig(
            None, "s.py", -2, "append", "", "five", 0, "10MB", run_invocation_timeout=0,
            run_max_try=0.5, append_row_file_name="a:b*", allowed_failed_count="3",
            allowed_failed_percent=float("nan"), partition_keys=["a"],
        )
    )  # fmt: skip
    assert sorted((key, message) for key, _, message in found) == [
        ("allowed_failed_count", "the text '3' is not a whole number"),
        ("allowed_failed_percent", "'nan' is not between 0 and 100"),
        ("compute_target", "no compute target is named"),
        ("environment", "'None' is no Environment, as in Environment('batch')"),
        ("error_threshold", "'-2' is less than -1"),
        ("node_count", "the text 'five' is not a number"),
        ("output_action", "'append' is none of append_row, summary_only"),
        ("partition_keys", "'mini_batch_size' and 'partition_keys' exclude each other"),
        ("process_count_per_node", "'0' is less than 1"),
        ("run_invocation_timeout", "'0' is not more than 0 seconds"),
        ("run_max_try", "'0.5' is less than 1"),
    ]
    with pytest.raises(ValueError, match="holds \\* :"):
        make(append_row_file_name="a:b*")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("node_count", None), ("node_count", True), ("mini_batch_size", "10 MB"), ("mini_batch_size", True),
        ("mini_batch_size", "9" * 5000), ("mini_batch_size", "99999999999GB"), ("error_threshold", 2**63),
        ("run_invocation_timeout", float("inf")), ("allowed_failed_percent", True), ("partition_keys", "a"),
        ("partition_keys", ["a", 1]), ("environment", {"name": "a"}), ("compute_target", Parameter("a", "b")),
        ("error_threshold", Parameter("a", 1)), ("environment_variables", {"A=": "b"}),
        ("node_count", Parameter("a", float("nan"))), ("partition_keys", Parameter("a", None)),
    ],
)  # fmt: skip
def test_an_assignment_is_checked(name, value):
    """A value that the constructor refuses cannot be assigned, and leaves the old one."""
    config = make()
    key = f"{name}.1" if value == ["a", 1] else name
    assert [found[0] for found in refused(lambda: setattr(config, name, value))] == [key]
    assert config == make()


@pytest.mark.parametrize(
    ("name", "value", "doubt"),
    [
        ("node_count", -1, "'-1' is no number of machines; write 1"),
        ("node_count", "-1", "'-1' is no number of machines; write 1"),
        ("node_count", 2.5, "'2.5' is no number of machines; write 2"),
        ("run_max_try", 1.5, "there is no part of a try: 1.5; write 1"),
    ],
)
def test_what_no_job_can_run_with_is_taken_as_v1_takes_it(name, value, doubt, tmp_path):
    """With a warning; the file keeps it, and says it again when it is read."""
    config, said = warned(lambda: make(**{name: value}))
    assert (getattr(config, name), said) == (value, [f"{name}: {doubt}"])
    config.save_to_yaml(tmp_path / "a.yml")
    loaded, said = warned(lambda: load(tmp_path / "a.yml"))
    assert loaded == config
    assert [message.partition(": ")[2] for message in said] == [f"{name}: {doubt}"]


def test_a_doubt_is_told_once_where_it_is_made():
    """At the assignment, for the default of a parameter as well; not again for other settings."""
    config = make()
    for value in (0, Parameter("nodes", "0")):
        _, said = warned(lambda value=value: setattr(config, "node_count", value))
        assert said == [DOUBTS["nc-0"]]
    config.description = "no doubt about this"


def test_what_excludes_each_other_is_checked_at_assignment():
    """The one that was there stays; None makes room."""
    config = make(mini_batch_size="1KB")
    assert refused(lambda: setattr(config, "partition_keys", ["a"]))[0][0] == "partition_keys"
    config.mini_batch_size = None
    config.partition_keys = ["a"]
    config.output_action, config.append_row_file_name = "summary_only", "a/b"
    assert refused(lambda: setattr(config, "output_action", "append_row"))[0][0] == "append_row_file_name"
    assert (config.partition_keys, config.output_action) == (["a"], "summary_only")


def test_it_is_a_section_like_all_others():
    """Equality by value, copies that share nothing, a repr of what differs, no new attributes."""
    config = make(compute_target=SimpleNamespace(name="gpu"), error_threshold=True, source_directory=" d ")
    twin = config.copy()
    twin.environment.name = "other"
    twin.environment_variables["A"] = "b"
    assert (config.compute_target, config.error_threshold, config.source_directory) == ("gpu", 1, "d")
    assert (config == twin, config == make(), make() == make(), make() == 1) == (False, False, True, False)
    assert repr(make(description="d")) == (
        "ParallelRunConfig(error_threshold=10, output_action='append_row', compute_target_name='cpu', "
        "node_count=2, entry_script='score.py', description='d', environment.name='batch')"
    )
    assert "score.py" in config._repr_html_()
    with pytest.raises(AttributeError, match="did you mean 'node_count'"):
        config.nodes_count = 2


def test_parameters_of_a_pipeline(tmp_path):
    """They are kept, compared by name and default, checked by the default, and written as that."""
    values = {
        "partition_keys": Parameter("keys", '["a", "b"]'),
        "node_count": Parameter("nodes", 3),
        "process_count_per_node": Parameter("processes", 2),
        "logging_level": Parameter("level", "debug"),
        "run_invocation_timeout": Parameter("seconds", 1.5),
        "run_max_try": Parameter("tries", 4),
    }
    config = make(**values)
    assert config.node_count is values["node_count"]
    assert config == config.copy() != make(**{**values, "node_count": Parameter("nodes", 4)})
    config.save_to_yaml(tmp_path / "a.yml")
    loaded = load(tmp_path / "a.yml")
    assert {name: getattr(loaded, name) for name in values} == {
        "partition_keys": ["a", "b"], "node_count": 3, "process_count_per_node": 2,
        "logging_level": "debug", "run_invocation_timeout": 1.5, "run_max_try": 4,
    }  # fmt: skip
    config = make(mini_batch_size=Parameter("size", "10MB"))
    assert config.to_dict()["mini_batch_size"] == 10 << 20
