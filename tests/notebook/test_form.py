"""The form without a page: its widgets are set as a page would, the object is looked at, and back."""

import ipywidgets
import pytest

from jupyter_runcfg import RunConfiguration
from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.notebook.form import answer, layout
from jupyter_runcfg.notebook.form.page import Page
from jupyter_runcfg.notebook.form.setting import all_settings

from ..project import project

__all__ = ["project"]


@pytest.fixture(autouse=True)
def closed():
    """Widgets live as long as their manager: none of them outlives its test."""
    yield
    ipywidgets.Widget.close_all()


class Typist:
    """A page, all groups open; `type(key, value)` as a person would."""

    def __init__(self, config):
        self.config = config
        self.page = Page(config, lambda: None)
        for name in layout.groups():
            if name not in layout.OPEN:
                self.page._heads[name].click()

    def field(self, key):
        return self.page._fields[key]

    def type(self, key, value):
        self.field(key).input.value = value
        return [fault.message for fault in self.field(key).faults]

    def note(self, key):
        return self.field(key).note.value

    def shown(self):
        """The keys of the fields on the page."""
        there = {id(child) for body in self.page._bodies.values() for child in body.children}
        return {key for key, field in self.page._fields.items() if id(field.input) in there}


@pytest.fixture
def typist(project):
    return Typist(RunConfiguration())


def test_every_setting_of_the_schema_is_in_one_group():
    """None is forgotten, none is there twice."""
    grouped = [setting.key for settings in layout.groups().values() for setting in settings]
    assert sorted(grouped) == sorted(setting.key for setting in all_settings())
    assert len(set(grouped)) == len(grouped)


@pytest.mark.parametrize("setting", all_settings(), ids=lambda setting: setting.key)
def test_what_is_shown_is_what_is_written(project, setting):
    """Each field, filled from a value and written back, leaves the configuration as it was."""
    config = RunConfiguration()
    before = config.to_dict()
    field = Page(config, lambda: None)._field(setting)
    field.write(config)
    assert field.faults == []
    assert config.to_dict() == before


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("script", "train.py", "train.py"),
        ("arguments", "--lr 0.03 'two words'", ["--lr", "0.03", "two words"]),
        ("command", "python -m train", "python -m train"),
        ("framework", "PyTorch", "PyTorch"),
        ("nodeCount", "4", 4),
        ("nodeCount", "", 1),
        ("maxRunDurationSeconds", " 60 ", 60),
        ("resources.memory", "32G", "32G"),
        ("history.outputCollection", False, False),
        ("history.directoriesToWatch", "logs\n\n plots ", ["logs", "plots"]),
        ("dataReferences", "blob:\n  dataStoreName: b\n", {"blob": "b"}),
        ("environment.python.interpreterPath", "/opt/py/bin/python", "/opt/py/bin/python"),
    ],
)
def test_typed_values_are_in_the_object(typist, key, typed, value):
    """As text, number, list, map: what the model makes of it."""
    assert typist.type(key, typed) == []
    found = typist.config
    for part in key.split("."):
        found = getattr(found, found.find_field(part))
    if key == "dataReferences":
        found = {name: reference.data_store_name for name, reference in found.items()}
    assert found == value


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("nodeCount", "abc"),
        ("nodeCount", "0"),
        ("resources.gpus", "-1"),
        ("resources.memory", "lots"),
        ("arguments", "--lr 'x"),
        ("data", "a: [1"),
        ("data", "a: {mechansm: mount}"),
        ("maxRunDurationSeconds", "9" * 50),
    ],
)
def test_a_wrong_value_stays_typed_and_out_of_the_object(typist, key, typed):
    """The message stands beside the field; the object is as before; what is right takes its place."""
    before = typist.config.to_dict()
    assert len(typist.type(key, typed)) == 1
    assert typist.config.to_dict() == before
    assert typist.field(key).input.value == typed
    assert "runcfg-bad" in typist.field(key).input._dom_classes
    assert 'role="alert"' in typist.note(key)
    assert typist.page.pending == [typist.field(key)]
    typist.page.refresh()
    assert typist.field(key).input.value == typed
    typist.type(key, "")
    assert typist.page.pending == []
    assert "runcfg-bad" not in typist.field(key).input._dom_classes


def test_messages_are_those_of_the_model(typist):
    """The form says what `%runcfg set` says."""
    with pytest.raises(ConfigError) as caught:
        RunConfiguration().set("nodeCount", "abc")
    assert typist.type("nodeCount", "abc") == [caught.value.faults[0].message]
    typist.type("data", "a: {mechansm: mount}")
    assert "did you mean &#x27;mechanism&#x27;?" in typist.note("data")


def test_of_two_that_exclude_each_other_the_second_waits(typist):
    """A command beside a script is told; once the script is gone, it is taken."""
    typist.type("script", "train.py")
    assert typist.type("command", "make") == ["'command' and 'script' exclude each other"]
    typist.type("script", "")
    assert (typist.config.command, typist.config.script, typist.page.pending) == ("make", None, [])


def test_only_what_matters_is_shown(typist):
    """Sections of a framework, communicator, container; a value that was set stays in sight."""
    assert not typist.shown() & {"mpi.nodeCount", "spark.configuration", "docker.shmSize"}
    typist.type("communicator", "OpenMpi")
    assert {"mpi.nodeCount", "mpi.processCountPerNode"} <= typist.shown()
    typist.type("mpi.processCountPerNode", "4")
    typist.type("communicator", "None")
    assert "mpi.processCountPerNode" in typist.shown()
    assert "mpi.nodeCount" not in typist.shown()
    typist.type("docker.useDocker", True)
    assert {"docker.shmSize", "environment.docker.baseImage"} <= typist.shown()
    typist.type("framework", "PySpark")
    assert "spark.configuration" in typist.shown()
    typist.type("environment.python.userManagedDependencies", True)
    assert "environment.python.condaDependenciesFile" not in typist.shown()


def test_what_does_not_fit_together_is_told_at_its_field(typist):
    """A communicator of another framework; a target that is not there; what is not acted on."""
    typist.type("framework", "PyTorch")
    typist.type("communicator", "Nccl")
    typist.type("framework", "Python")
    assert "the communicator &#x27;Nccl&#x27; does not fit" in typist.note("communicator")
    typist.type("resources.memory", "1G")
    assert "runcfg-remark" in typist.note("resources.memory")
    typist.type("target", "slrum")
    assert "no compute target named &#x27;slrum&#x27;" in typist.note("target")
    assert typist.config.target == "slrum"


def test_names_and_values_are_rows(typist):
    """A row more, a row renamed, a row removed; the same name twice is told."""
    field = typist.field("environmentVariables")
    for name, value in (("A", "1"), ("B", "<b>")):
        field._add_empty()
        field._rows[-1][0].value, field._rows[-1][1].value = name, value
    assert typist.config.environment_variables == {"A": "1", "B": "<b>"}
    field._rows[1][0].value = "A"
    assert [fault.message for fault in field.faults] == ["'A' is there twice"]
    field._remove(field._rows[0])
    assert typist.config.environment_variables == {"A": "<b>"}


def test_packages_are_lists(typist):
    """Python, conda, pip and channels of the conda file; its other lines stay."""
    python = typist.config.environment.python
    python.conda_dependencies = {"name": "mine", "prefix": "/x", "dependencies": ["python=3.11", "numpy"]}
    typist.page.refresh()
    parts = typist.field("environment.python.condaDependencies")._parts
    assert [parts[name].value for name in ("python", "conda", "pip")] == ["3.11", "numpy", ""]
    parts["pip"].value = "scipy>=1\n--pre\n"
    parts["conda"].value = "numpy>=2\ncuda"
    parts["python"].value = "3.12"
    found = python.conda_dependencies.as_dict()
    assert found == {
        "name": "mine",
        "prefix": "/x",
        "dependencies": ["python=3.12", "numpy>=2", "cuda", {"pip": ["scipy>=1", "--pre"]}],
    }
    parts["python"].value = "three"
    field = typist.field("environment.python.condaDependencies")
    assert [fault.message for fault in field.faults] == ["'three' is no version"]


def test_changes_from_python_are_shown(typist):
    """Values, entries in a map that was changed in place, sections made anew."""
    typist.config.node_count = 7
    typist.config.environment_variables["SEED"] = "1"
    typist.config.arguments = ["--lr", 0.1]
    typist.config.framework = "pyspark"
    typist.page.refresh()
    assert typist.field("nodeCount").input.value == "7"
    assert typist.field("arguments").input.value == "--lr 0.1"
    assert typist.field("framework").input.value == "PySpark"
    assert [row[0].value for row in typist.field("environmentVariables")._rows] == ["SEED"]


def test_numbers_among_arguments_stay_numbers(typist):
    """What is typed beside them does not make texts of them."""
    typist.config.arguments = ["--lr", 0.1, "--n", 3]
    typist.page.refresh()
    typist.type("arguments", "--lr 0.1 --n 3 --fast")
    assert typist.config.arguments == ["--lr", 0.1, "--n", 3, "--fast"]


def test_the_answer_hides_passwords(project):
    """Neither the YAML of Preview nor the picture in the saved notebook has them."""
    config = RunConfiguration()
    config.environment.docker.base_image_registry.password = "hunter2-and-more"
    config.environment_variables["API_KEY"] = "sk-live-0123456789abcdef0123456789abcdef"
    texts = [answer.file_change(config, None), str(answer.masked_changes(config.changes()))]
    assert not [text for text in texts if "hunter2" in text or "0123456789abcdef" in text]
