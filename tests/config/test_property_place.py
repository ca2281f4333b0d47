"""A change of one value, in texts as people write them, changes no byte outside that value."""

import warnings

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jupyter_runcfg.config import DockerSection, RunConfiguration
from jupyter_runcfg.config.fault import Report
from jupyter_runcfg.config.node import parse
from jupyter_runcfg.config.section import Section, camel
from jupyter_runcfg.errors import ConfigError

from .strategies import examples, texts, value_of
from .test_writing import TEXTS

SECTIONS = """\
# a configuration of a person	with tabs
script: train.py	 # a tab before this
arguments:
    # the rate
    - --lr
    - 0.10   # ten percent

    - "--name"
    - 'it''s'
Target : gpu
node_count: 0x2
communicator: OpenMpi
history:
    # what is watched
    directories_to_watch:
        - logs   # l

        # o
        - outputs
    Enabled: yes
environment:
    name: "my env"
    environment_variables:
        my_VAR: 1
        B.c: >-
            folded
            text
        # the last
        D:
    docker:
        base_image: python:3.13   # image
        arguments: [ "--gpus",   'all' ]	# flow
        platform: {os: Linux, unknown_thing: [1,2]}
        buildContext:
            location: |
                https://h/x
    python:
        interpreterPath:   /opt/python   # which
        condaDependencies:
            # mine
            dependencies:
            - python=3.9   # p
            - pip: [a]
    spark:
        packages:
        # the first
        - group: g   # g
          artifact: a
          # of a

          version: 1.10
        # the second
        -   group: h
            foo: bar   # unknown
        # the end
    r:
data_references:
    my_data: {dataStoreName: d, mode: "mount"}   # one line
    'yes':
        data_store_name: e   # e
        overwrite: off
datacaches:
-
  datacacheId: a
- {datacacheId: b, replica: 2}
# c
- # of c
  datacacheId: c
spark:
    configuration:
        spark.app.name: x   # n
        my_key: {a: [1, 2], b: }
foo_bar:
    - unknown   # u
    - {a: b}
"Mpi": {process_count_per_node: 2,   # p
   nodeCount: 3,
   }
services:
    s: {type: SSH, port: 22}
"""
PLAIN = [SECTIONS, SECTIONS.replace("\n", "\r\n"), SECTIONS.rstrip("\n"), "\ufeff" + SECTIONS]
PLAIN += TEXTS


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def settings_of(section, path=()):
    """Every section with a setting of its own, and the YAML path of that."""
    for name, shape in section.shapes().items():
        value, place = getattr(section, name), (*path, section.key(name))
        if shape.section is None:
            if name not in ("conda_dependencies", "conda_dependencies_file", *DockerSection._SOURCES):
                yield section, name, place
        elif isinstance(value, Section):
            yield from settings_of(value, place)
        elif isinstance(value, dict | list):
            entries = value.items() if isinstance(value, dict) else enumerate(value)
            for step, entry in entries:
                yield from settings_of(entry, (*place, step))


def spelled(node, part, old):
    """The key and value of a path's next step, in whatever spelling it has."""
    if isinstance(part, int):
        item = node.items[part]
        return item, item
    words = (part, *old, "services" if part == "applicationEndpoints" else part)
    pairs = [pair for pair in node.pairs if camel(pair[0].text) in words or pair[0].text == part]
    return pairs[0] if pairs else (None, None)


def found_in(root, path):
    """Key and value at a path, as far as the text has it; whether an alias or anchor is on the way."""
    key, node, special = None, root, False
    for part in path:
        if node.kind == "alias" or node.anchor or any(k.text == "<<" for k, _ in node.pairs):
            return key, node, True
        old = {"outputCollection": ("enabled",)}.get(part, ())
        here = spelled(node, part, old) if node.kind in ("mapping", "sequence") else (None, None)
        if here[0] is None:
            return None, node, special
        key, node = here
    return key, node, special or node.kind == "alias" or bool(node.anchor)


def is_insertion(old, new):
    """Whether `new` is `old` with one piece put in."""
    start = next((i for i, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), len(old))
    return new.endswith(old[start:]) and len(new) >= len(old)


@given(st.sampled_from(PLAIN), st.data())
@examples(250)
def test_a_change_of_one_value_stays_in_its_place(text, data):
    """What stands before the key and behind the value stays, to the byte; a new key is put in between."""
    config = RunConfiguration.from_text(text, strict=False)
    section, name, path = data.draw(st.sampled_from(list(settings_of(config))))
    try:
        setattr(section, name, data.draw(value_of(type(section), name)))
        assume(config.faults() == [])
    except ConfigError:
        assume(False)
    new = config.to_yaml()
    assert RunConfiguration.from_text(new, strict=False) == config
    if config == RunConfiguration.from_text(text, strict=False):
        assert new == text
        return
    key, value, special = found_in(parse(text, Report("")), path)
    if special:
        return
    if key is None:
        assert value.kind == "scalar" or is_insertion(text, new), new
    else:
        assert new.startswith(text[: key.end if key is not value else key.start])
        assert new.endswith(
            text[value.end :].lstrip("\n") if value.style in ("|", ">") else text[value.end :]
        )


@given(st.sampled_from(PLAIN), st.data())
@examples(80)
def test_an_entry_comes_and_goes(text, data):
    """A variable that is added is put in; taken out again, the text is what it was."""
    config = RunConfiguration.from_text(text, strict=False)
    maps = [config.environment_variables, config.environment.environment_variables]
    chosen = maps["environment:" in text and data.draw(st.booleans())]
    name = data.draw(texts.filter(lambda name: name and "=" not in name and name not in chosen))
    chosen[name] = data.draw(texts)
    new = config.to_yaml()
    assert RunConfiguration.from_text(new, strict=False) == config
    again = RunConfiguration.from_text(new, strict=False)
    where = again.environment_variables if chosen is maps[0] else again.environment.environment_variables
    del where[name]
    back = again.to_yaml()
    if not config.environment.is_reference and "{" not in text:
        assert RunConfiguration.from_text(back, strict=False) == RunConfiguration.from_text(
            text, strict=False
        )
    if chosen and len(chosen) > 1 and "*" not in text and "<<" not in text and "{" not in text:
        assert is_insertion(text, new), new
        assert back == text
