"""Every section: SDK v1's signature, values of the wrong kind, equality, copies, what is shown."""

import copy
import inspect
import pickle
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jupyter_runcfg.config as config_module
from jupyter_runcfg.config import (
    AmlComputeConfiguration,
    CondaDependencies,
    HistoryConfiguration,
    PythonSection,
    RunConfiguration,
)
from jupyter_runcfg.config.section import Section
from jupyter_runcfg.errors import ConfigError

from .strategies import examples, sections, texts

# SDK v1's positional arguments, of the classes whose constructor has any
SIGNATURES = {
    "ApplicationEndpointConfiguration": "type port properties",
    "Data": "data_location create_output_directories mechanism environment_variable_name path_on_compute"
    " overwrite options",
    "DataLocation": "dataset data_path uri",
    "DataPath": "datastore_name relative_path",
    "DataReferenceConfiguration": "datastore_name mode path_on_datastore path_on_compute overwrite",
    "DatacacheConfiguration": "datacache_id datacache_store dataset_id mode replica failure_fallback"
    " path_on_compute",
    "Dataset": "dataset_id dataset_name dataset_version",
    "DatasetRegistrationOptions": "additional_transformation",
    "DockerBuildContext": "location_type location dockerfile_path",
    "DockerConfiguration": "use_docker shared_volumes arguments shm_size",
    "DockerImagePlatform": "os architecture",
    "EggLibrary": "library",
    "Environment": "name",
    "EnvironmentReference": "name version",
    "GlobsOptions": "patterns",
    "JarLibrary": "library",
    "MavenLibrary": "coordinates repo exclusions",
    "MountOptions": "disable_metadata_cache",
    "MpiConfiguration": "process_count_per_node node_count",
    "OutputData": "output_location mechanism additional_options",
    "OutputOptions": "path_on_compute registration_options upload_options mount_options",
    "ParallelTaskConfiguration": "max_retries_per_worker worker_count_per_node terminal_exit_codes",
    "PyPiLibrary": "package repo",
    "PyTorchConfiguration": "communication_backend process_count node_count",
    "RCranLibrary": "package repo",
    "RegistrationOptions": "name description tags dataset_registration_options",
    "ResourceConfiguration": "gpus cpus memory",
    "RunConfiguration": "script arguments framework communicator conda_dependencies _history_enabled _path"
    " _name command",
    "SparkPackage": "group artifact version",
    "TensorflowConfiguration": "worker_count parameter_server_count",
    "UploadOptions": "overwrite source_globs",
    "Uri": "path is_file",
}
NAMES = [
    name
    for name in config_module.__all__
    if isinstance(getattr(config_module, name), type)
    and issubclass(getattr(config_module, name), Section)
    and name != "ParallelRunConfig"  # which cannot be made of nothing; it has tests of its own
]
CLASSES = [getattr(config_module, name) for name in NAMES]
each_class = pytest.mark.parametrize("cls", CLASSES, ids=NAMES)
WRONG = [
    *(None, 0, -1, 2**70, 10**5000, 1.5, float("nan"), float("inf"), True, b"x", bytearray(b"x"), object()),
    *("", "x", "a\0b", "\ud800", "a 'b", [], [None], [[]], [object()], [{"a": object()}], (1, 2), {1, 2}, {}),
    *(
        {1: 2},
        {"a": object()},
        {"name": []},
        {"": {}},
        {"\ud800": 1},
        {None: None},
        {"a": {"b": [set()]}},
    ),
    *(iter([1]), CondaDependencies(), RunConfiguration, lambda: 0, [b"x"], [{}], {"x": {}}, {"x": None}),
    *({"x": [1]}, {"enabled": "maybe"}, {"foo": 1}, [{"foo": 1}], {"a": {"foo": 1}}, 3 + 4j, ..., Section),
]
NESTED: list = []
NESTED.append(NESTED)
MAP: dict = {}
MAP["a"] = MAP
DEEP: list = []
for _ in range(5000):
    DEEP = [DEEP]
WRONG += [NESTED, MAP, DEEP, {"a": DEEP}, [MAP]]


def state(section):
    return section.copy(), section.to_dict()


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@each_class
def test_positional_arguments_are_those_of_v1(cls):
    """By name and order; a section without a constructor of its own takes keywords."""
    parameters = inspect.signature(cls.__init__).parameters.values()
    words = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "self"]
    assert " ".join(words) == SIGNATURES.get(cls.__name__, "")


@each_class
def test_no_default_object_is_shared(cls):
    """What one is given, another does not have."""
    one, two = cls(), cls()
    for name in cls.model_fields:
        value = getattr(one, name)
        if isinstance(value, list | dict | Section | CondaDependencies):
            assert value is not getattr(two, name), name
            assert value is not getattr(cls.bare(), name), name
    assert one.unknown_keys is not two.unknown_keys


@each_class
@given(data=st.data())
@examples(10)
def test_a_copy_is_equal_and_shares_nothing(cls, data):
    """By `copy`, by the copy module, and by pickle."""
    one = data.draw(sections(cls, most=6))
    for other in (one.copy(), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert other == one
        assert (repr(other), other.to_dict()) == (repr(one), one.to_dict())
        for name in cls.model_fields:
            value = getattr(one, name)
            if isinstance(value, list | dict | Section | CondaDependencies):
                assert value is not getattr(other, name), name
        other.unknown_keys["new"] = 1
        assert other != one
        with pytest.raises(TypeError):
            hash(one)


@each_class
@given(data=st.data())
@examples(10)
def test_a_map_stands_for_a_section(cls, data):
    """What `to_dict` gives makes an equal section again, in three spellings of keys."""
    one = data.draw(sections(cls, most=6, unknown=False))
    assert cls.given(one.to_dict()) == one
    named = {name: getattr(one, name) for name in cls.model_fields}
    assert cls.given(named) == one
    pascal = {cls.key(name)[:1].upper() + cls.key(name)[1:]: value for name, value in named.items()}
    assert cls.given(pascal) == one


@each_class
@given(data=st.data())
@examples(10)
def test_what_is_shown_is_escaped_and_holds_what_differs(cls, data):
    """The text begins with the class; the table is well-formed whatever the values are."""
    one = data.draw(sections(cls, most=6))
    assert repr(one).startswith(f"{cls.__name__}(")
    assert repr(cls()) == f"{cls.__name__}()"
    one.unknown_keys["<b>"] = "<script>&"
    table = one._repr_html_()
    assert "<b>" not in table
    assert "<script>" not in table
    assert "&lt;script&gt;&amp;" in table
    assert table.count("<tr>") == table.count("</tr>") == len(one.changes())


@each_class
def test_values_of_another_kind_are_config_errors(cls):
    """Never another exception, and nothing is changed by a value that was refused."""
    before = state(cls())
    for name in cls.model_fields:
        for value in WRONG:
            section = cls()
            try:
                setattr(section, name, value)
            except ConfigError as error:
                assert state(section) == before, name
                assert all(fault.key and fault.message for fault in error.faults), (name, error)
                assert str(error)
            else:
                assert pickle.loads(pickle.dumps(section)) == section
                assert repr(section)
                assert section._repr_html_()


@each_class
def test_constructors_refuse_what_assignment_refuses(cls):
    """By keyword, all at once."""
    parameters = inspect.signature(cls.__init__).parameters
    for name in [n for n in [*parameters, *cls.model_fields] if n not in ("self", "values", "settings")]:
        if name not in parameters and not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
            continue
        for value in WRONG:
            try:
                cls(**{name: value})
            except ConfigError as error:
                assert str(error)
    if "values" in parameters or "settings" in parameters:
        with pytest.raises(ConfigError, match="no setting named 'nonsense'"):
            cls(nonsense=1)


@each_class
def test_unknown_attributes_are_attribute_errors(cls):
    """Also on the classes where SDK v1 takes every name."""
    section = cls()
    before = state(section)
    with pytest.raises(AttributeError, match=f"'{cls.__name__}' has no setting 'nonsense'"):
        section.nonsense = 1
    with pytest.raises(AttributeError):
        _ = section.nonsense
    with pytest.raises(AttributeError):
        _ = section._nonsense
    assert state(section) == before
    assert not hasattr(section, "_nonsense")


@given(st.sampled_from(CLASSES), texts)
@examples(200)
def test_any_key_is_known_or_not(cls, key):
    """No text makes the search for a setting fail."""
    found = cls.find_field(key)
    assert found is None or found in cls.model_fields
    if found is None:
        with pytest.raises(ConfigError):
            cls.given({key: 1})


def test_names_with_an_underscore_are_those_without():
    """v1's private attributes, read and written."""
    cluster = AmlComputeConfiguration()
    cluster._name, cluster._retain_cluster, cluster._cluster_max_node_count = "c", True, 4
    assert cluster.to_dict() == {
        "vmSize": None,
        "vmPriority": None,
        "retainCluster": True,
        "name": "c",
        "clusterMaxNodeCount": 4,
    }
    assert (cluster._name, cluster._retain_cluster, cluster._cluster_max_node_count) == ("c", True, 4)
    python = PythonSection()
    python._base_conda_environment = "base"
    assert (python.base_conda_environment, python._base_conda_environment) == ("base", "base")
    history = HistoryConfiguration()
    history._ambient_authentication = {"method": "RunToken"}
    assert history.ambient_authentication is history._ambient_authentication
    config = RunConfiguration()
    config._target = "gpu"
    assert config.target == "gpu"
    with pytest.raises(ConfigError, match="'x' is not a whole number of nodes"):
        cluster._cluster_max_node_count = "x"


def test_the_key_of_a_fault_says_where_the_section_stands():
    """In maps and lists of sections, too."""
    found = {}
    for name, value in {
        "data_references": {"my_d": {"mode": "teleport"}},
        "datacaches": [{}, {"replica": 0}],
        "environment": {"docker": {"build_context": {"location_type": "ftp"}}, "spark": {"packages": [1]}},
        "history": {"ambient_authentication": {"method": "x", "app": 1}},
        "spark": {"configuration": 3},
    }.items():
        with pytest.raises(ConfigError) as caught:
            setattr(RunConfiguration(), name, value)
        found[name] = [fault.key for fault in caught.value.faults]
    assert found == {
        "data_references": ["dataReferences.my_d.mode"],
        "datacaches": ["datacaches.1.replica"],
        "environment": ["environment.docker.buildContext.locationType", "environment.spark.packages.0"],
        "history": ["history.ambientAuthentication.method", "history.ambientAuthentication"],
        "spark": ["spark.configuration"],
    }
