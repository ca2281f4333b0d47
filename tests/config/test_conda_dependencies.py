"""CondaDependencies: v1's methods, files with all their faults, texts kept to the byte."""

import copy
import json
import pickle

import pytest

from jupyter_runcfg.config.conda_dependencies import CondaDependencies
from jupyter_runcfg.errors import ConfigError, Fault

from .conda_texts import (
    DEFAULT,
    DEFAULT_TEXT,
    entries,
    fault_of,
    of,
)

# what v1's methods do


def test_the_default_is_v1s():
    """Content and text of an object made of nothing."""
    made = CondaDependencies()
    assert made.as_dict() == DEFAULT
    assert made.serialize_to_string() == DEFAULT_TEXT
    assert made.text_as_read is None
    assert CondaDependencies.from_text(DEFAULT_TEXT) == made


def test_create():
    """create() changes v1's defaults by what is given; names are not pinned, whatever is said."""
    assert CondaDependencies.create().as_dict() == {
        **DEFAULT,
        "dependencies": ["python=3.10.18", {"pip": ["azureml-defaults"]}],
    }
    made = CondaDependencies.create(
        "https://pypi.example/simple", ["azureml-core", "numpy>=1"], ("scipy", "pip"), "3.11", True
    )
    pip = ["--index-url https://pypi.example/simple", "azureml-core", "numpy>=1"]
    assert entries(made) == ["python=3.11", "scipy", "pip", {"pip": pip}]
    assert entries(CondaDependencies.create(pip_packages=[])) == ["python=3.10.18"]
    assert entries(CondaDependencies.create(conda_packages=["python>=3.9"], pip_packages=[])) == [
        "python>=3.9"
    ]


def test_properties_are_lists_of_their_own():
    """Packages without pip's section, options apart; changing what they return changes nothing."""
    made = of("python", "numpy", pip=["--pre", "a", "-e .", "b==1"])
    made.add_channel("c")
    seen = (made.conda_channels, made.conda_packages, made.pip_packages, made.pip_options)
    assert seen == (["c"], ["python", "numpy"], ["a", "b==1"], ["--pre", "-e ."])
    for values in seen:
        values.append("x")
    assert (made.conda_channels, made.conda_packages) == (["c"], ["python", "numpy"])
    assert (made.pip_packages, made.pip_options) == (["a", "b==1"], ["--pre", "-e ."])


def test_channels():
    """A channel is listed once; removing one that is not there is no error."""
    made = of("python")
    made.remove_channel("x")
    assert "channels" not in made.as_dict()
    made.add_channel("conda-forge")
    made.add_channel(" https://repo.example/c ")
    made.add_channel("conda-forge")
    assert made.conda_channels == ["conda-forge", "https://repo.example/c"]
    made.remove_channel("conda-forge")
    assert made.conda_channels == ["https://repo.example/c"]


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("NumPy>=2", ["python=3.8", "NumPy>=2", "_x_y=1"]),
        ("numpy", ["python=3.8", "numpy", "_x_y=1"]),
        ("numpy 1.2", ["python=3.8", "numpy 1.2", "_x_y=1"]),
        ("conda-forge::numpy=2", ["python=3.8", "conda-forge::numpy=2", "_x_y=1"]),
        ("c/noarch::numpy[build=x]", ["python=3.8", "c/noarch::numpy[build=x]", "_x_y=1"]),
        ("numpy-base", ["python=3.8", "numpy=1", "_x_y=1", "numpy-base"]),
        ("_x_y", ["python=3.8", "numpy=1", "_x_y"]),
        ("-x-y", None),
        ("_x-y", ["python=3.8", "numpy=1", "_x_y=1", "_x-y"]),
        ("python=3.10", ["python=3.10", "numpy=1", "_x_y=1"]),
        ("python>=3.9,<4", ["python>=3.9,<4", "numpy=1", "_x_y=1"]),
        ("https://c.example/a.conda", ["python=3.8", "numpy=1", "_x_y=1", "https://c.example/a.conda"]),
    ],
)  # fmt: skip
def test_a_conda_package_takes_the_place_of_its_name(package, expected):
    """A new one goes behind the others, before pip's section; '-' and '_' differ for conda."""
    made = of("python=3.8", "numpy=1", "_x_y=1", pip=["numpy"])
    if expected is None:
        assert fault_of(made.add_conda_package, package).message == "'-x-y' is an option, not a package"
    else:
        made.add_conda_package(package)
        assert entries(made) == [*expected, {"pip": ["numpy"]}]


def test_conda_packages_leave_by_name():
    """Versions do not matter, all of that name go, python stays."""
    made = of("numpy=1", "python=3", "Numpy>2", pip=["numpy"])
    made.remove_conda_package("numpy==5")
    made.remove_conda_package("other")
    assert entries(made) == ["python=3", {"pip": ["numpy"]}]
    for name in ("python", "Python=3.8", "conda-forge::python"):
        fault = fault_of(made.remove_conda_package, name)
        assert fault == Fault("python cannot be removed", "python", hint="set_python_version changes it")
    assert entries(made) == ["python=3", {"pip": ["numpy"]}]


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ("numpy", "numpy==1.0"),
        ("Foo.Bar_baz>=1", "foo-bar-baz"),
        ("foo[a,b]", "foo"),
        ("foo [a] >=1 ; python_version < '3.9'", "Foo[b]==2"),
        ("foo @ https://x.example/foo.whl", "foo~=1.0"),
        ("foo>=1", "foo@git+https://x.example/foo"),
        ("git+https://x.example/r@main#egg=foo", "foo"),
        ("foo (>=1)", "foo"),
        ("https://x.example/a.whl", "https://x.example/a.whl"),
        ("./dist/a.whl", "./dist/a.whl"),
    ],
)
def test_a_pip_package_takes_the_place_of_its_name(there, new):
    """Names are compared as PEP 503 says; extras, versions, markers and urls do not matter."""
    made = of("python", pip=["a", there, "b", "-e ."])
    made.add_pip_package(new)
    assert entries(made) == ["python", {"pip": ["a", new, "b", "-e ."]}]
    made.remove_pip_package(there)
    assert entries(made) == ["python", {"pip": ["a", "b", "-e ."]}]


def test_pips_section_comes_and_goes():
    """The first entry of pip makes the section, the last one takes it away."""
    made = of("python")
    made.remove_pip_package("a")
    made.add_pip_package("a")
    made.add_pip_package("foo-bar")
    made.add_pip_package("foo")
    assert entries(made) == ["python", {"pip": ["a", "foo-bar", "foo"]}]
    made.set_pip_requirements(["--pre", "x", "x"])
    assert entries(made) == ["python", {"pip": ["--pre", "x", "x"]}]
    made.set_pip_requirements([])
    assert entries(made) == ["python"]


def test_an_option_is_no_package():
    """The error names the method that takes options."""
    made = CondaDependencies()
    message = "'--pre' is an option, not a package"
    assert fault_of(made.add_pip_package, "--pre") == Fault(
        message, "pip_package", hint="give options of pip to set_pip_option"
    )
    assert fault_of(made.remove_pip_package, "--pre") == Fault(
        message, "pip_package", hint="remove_pip_option removes options of pip"
    )
    assert made.as_dict() == DEFAULT


def test_pip_options_are_told_by_their_flag():
    """One of the same flag, short or long, is replaced; a new one goes behind the options."""
    made = of("python", pip=["numpy"])
    made.set_pip_option("-i https://a.example")
    made.set_pip_option("--pre")
    made.set_pip_option("--index-url=https://b.example")
    assert made.pip_options == ["--index-url=https://b.example", "--pre"]
    made.set_pip_index_url("https://c.example")
    made.set_pip_option("--extra-index-url https://d.example")
    pip = ["--index-url https://c.example", "--pre", "--extra-index-url https://d.example", "numpy"]
    assert entries(made) == ["python", {"pip": pip}]
    made.remove_pip_option("-i")
    made.remove_pip_option("--extra-index-url whatever")
    made.remove_pip_option("--no-deps")
    assert entries(made) == ["python", {"pip": ["--pre", "numpy"]}]


@pytest.mark.parametrize("option", ["numpy", "-", "--", "- x", "–pre"])
def test_what_is_no_option(option):
    """An option begins with a dash and a letter."""
    hint = "write '--pre' or '--index-url …'; add_pip_package takes packages"
    expected = Fault(f"'{option}' is no option of pip", "pip_option", hint=hint)
    assert fault_of(CondaDependencies().set_pip_option, option) == expected
    assert fault_of(CondaDependencies().remove_pip_option, option) == expected


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ("python=3.8", "3.8"),
        ("python==3.8.13", "3.8.13"),
        ("python>=3.8,<3.10", "3.10"),
        ("python >=3.8", "3.8"),
        ("python 3.8", "3.8"),
        ("Python=3.8.*", "3.8"),
        ("python=3.8.13=h12debd9_0", "3.8.13"),
        ("python 3.8.13 h12debd9_0", "3.8.13"),
        ("python=3.8, <3.10", "3.10"),
        ("conda-forge::python=3.13.0rc1", "3.13.0rc1"),
        ("python", None),
        ("ipython=8", None),
        ("python-dateutil=2", None),
    ],
)
def test_get_python_version(package, version):
    """The version as it stands in the python package; of a range the last one, as in v1."""
    assert of("numpy=1", package).get_python_version() == version


@pytest.mark.parametrize("version", ["3", "3.10", "3.8.*", "3.13.0rc1", "3.14.0a1", " 3.9 "])
def test_set_python_version(version):
    """One python package, first where there was none."""
    made = of("numpy", "python>=2", "x")
    made.set_python_version(version)
    assert entries(made) == ["numpy", f"python={version.strip()}", "x"]
    made = of("numpy", pip=["a"])
    made.set_python_version(version)
    assert entries(made) == [f"python={version.strip()}", "numpy", {"pip": ["a"]}]


@pytest.mark.parametrize("version", ["=3.8", ">=3.8", "3.8,<4", "three", "3.8 x", "3..8"])
def test_what_is_no_version(version):
    """Ranges are for add_conda_package."""
    expected = Fault(f"'{version}' is no version", "version", hint="write a number such as '3.10'")
    assert fault_of(CondaDependencies().set_python_version, version) == expected
    assert fault_of(CondaDependencies().add_tensorflow_pip_package, "cpu", version) == expected


def test_a_number_is_no_version():
    """3.10 without quotes is 3.1, which nobody means."""
    fault = fault_of(CondaDependencies().set_python_version, 3.10)
    assert fault == Fault("'3.1' is no text", "version", hint="quote it: the number 3.10 is 3.1")


def test_tensorflow_and_cntk():
    """v1's versions; the package for the other kind of core goes."""
    made = of("python")
    made.add_tensorflow_conda_package()
    made.add_tensorflow_pip_package("gpu")
    made.add_cntk_package("gpu")
    assert entries(made) == [
        "python",
        "tensorflow=2.2.0",
        {"pip": ["tensorflow-gpu==2.2.0", "cntk-gpu==2.7"]},
    ]
    made.add_tensorflow_conda_package("gpu", "1.15")
    made.add_tensorflow_pip_package(version="2.3")
    made.add_cntk_package()
    assert entries(made) == ["python", "tensorflow-gpu=1.15", {"pip": ["tensorflow==2.3", "cntk==2.7"]}]
    made.remove_tensorflow_conda_package()
    made.remove_tensorflow_pip_package()
    made.remove_tensorflow_pip_package()
    assert entries(made) == ["python", {"pip": ["cntk==2.7"]}]
    for method in (made.add_tensorflow_conda_package, made.add_tensorflow_pip_package, made.add_cntk_package):
        fault = fault_of(method, "GPU")
        assert fault == Fault("'GPU' is no core type", "core_type", hint="use 'cpu' or 'gpu'")
    assert entries(made) == ["python", {"pip": ["cntk==2.7"]}]


def test_merge_requirements():
    """One requirement a package, in the order of the first; other markers stay apart."""
    merge = CondaDependencies.merge_requirements
    given = ["A_b>1", "c[x]==2", "d", "a-b<3,!=2", "C[y]", "d; os_name=='nt'", "e @ https://x.example/e"]
    expected = ["A_b!=2,<3,>1", "c[x,y]==2", "d", 'd; os_name == "nt"', "e@ https://x.example/e"]
    assert [line.replace(" @ ", "@ ") for line in merge(given)] == expected
    assert merge(["a", "a>=1", "a>=1"]) == ["a>=1"]
    assert merge([]) == []


@pytest.mark.parametrize("text", ["-r x.txt", "a b", "a==", "./a.whl", "é"])
def test_what_is_no_requirement(text):
    """packaging's own traceback does not come through."""
    hint = "write 'name', 'name[extra]>=1.0' or 'name @ url'"
    expected = Fault(f"'{text}' is no requirement", "requirements", hint=hint)
    assert fault_of(CondaDependencies.merge_requirements, ["x", text]) == expected


def test_a_package_has_one_source():
    """A url and a version of one package cannot be merged."""
    fault = fault_of(CondaDependencies.merge_requirements, ["a @ https://x.example", "a>=1"])
    assert (fault.key, fault.hint) == ("requirements", "keep one of them")
    assert fault.message.endswith("are different sources of one package")


# structures


def test_a_structure_is_copied_deep():
    """Neither side sees the other's later changes."""
    given = copy.deepcopy(DEFAULT)
    made = CondaDependencies(_underlying_structure=given)
    given["dependencies"][1]["pip"].append("x")
    made.as_dict()["dependencies"][1]["pip"].append("y")
    made.as_dict()["channels"].clear()
    made.add_pip_package("z")
    assert given["dependencies"][1]["pip"] == ["azureml-defaults", "x"]
    assert made.as_dict() == {
        **DEFAULT,
        "dependencies": ["python=3.8.13", {"pip": ["azureml-defaults", "z"]}],
    }


def test_other_values_are_kept():
    """prefix and variables come back with their types."""
    content = {"name": "n", "variables": {"A": 1, "B": True, "C": None, "D": "1", "E": 0.5}, "prefix": "/é"}
    made = CondaDependencies(_underlying_structure=content)
    assert made.as_dict() == content
    assert CondaDependencies.from_text(made.serialize_to_string()) == made
    odd = CondaDependencies(_underlying_structure={"name": [None, "a"], "prefix": [{"b": []}]})
    assert CondaDependencies.from_text(odd.serialize_to_string()) == odd
    assert CondaDependencies.from_text(of().serialize_to_string()).as_dict() == {"dependencies": []}
    assert CondaDependencies(_underlying_structure={}).serialize_to_string() == "{}\n"


def test_faults_of_a_structure():
    """The same faults as in a file, without lines."""
    wrong = {"chanels": [], "channels": "x", "dependencies": [1, {"pip": ["a", 2]}, {"pip": []}]}
    with pytest.raises(ConfigError) as caught:
        CondaDependencies(_underlying_structure=wrong)
    assert [(fault.message, fault.key, fault.file, fault.line) for fault in caught.value.faults] == [
        ("no key named 'chanels' in a conda file", "chanels", "", 0),
        ("'x' is no list of channels", "channels", "", 0),
        ("'1' is neither a package nor pip's list", "dependencies", "", 0),
        ("'2' is no package: not a text", "dependencies.pip", "", 0),
        ("'pip' is listed twice", "dependencies.pip", "", 0),
    ]


@pytest.mark.parametrize(
    "value", [3, "x", b"x", [], [1], {1: 2}, {"name": {3}}, {"name": "\ud800"}, object()]
)
def test_what_is_no_structure(value):
    """Anything else is a ConfigError too, a structure that holds itself as well."""
    fault_of(CondaDependencies, None, value)
    itself = {"channels": []}
    itself["channels"].append(itself)
    assert fault_of(CondaDependencies, None, itself).message == "nested deeper than 50 levels"
    message = "give a file or its content, not both"
    assert fault_of(CondaDependencies, "x.yml", {}) == Fault(message, "_underlying_structure")


# values


def test_values():
    """Equal by content, whatever the text; copies share nothing; mutable, so without a hash."""
    made = CondaDependencies.from_text(f"# other words\n{json.dumps(DEFAULT)}")
    assert made == CondaDependencies()
    assert (made != CondaDependencies(), made == DEFAULT, made == None) == (False, False, False)  # noqa: E711
    other = made.copy()
    other.add_channel("x")
    other.add_pip_package("y")
    assert (made == CondaDependencies(), other == made) == (True, False)
    assert pickle.loads(pickle.dumps(other)) == other == copy.deepcopy(other)
    with pytest.raises(TypeError):
        hash(made)


def test_repr():
    """One line: Python, conda's packages, pip's."""
    assert repr(CondaDependencies()) == "CondaDependencies(python='3.8.13', pip=['azureml-defaults'])"
    made = of("python=3.9", "a", pip=["--pre", "b"])
    assert repr(made) == "CondaDependencies(python='3.9', conda=['a'], pip=['--pre', 'b'])"
    assert repr(CondaDependencies(_underlying_structure={})) == "CondaDependencies()"


def test_html():
    """A table without colours of its own; what a person wrote is escaped."""
    made = of("python=3.9", pip=["a<2", "<b>"])
    made.add_channel("c")
    cell = "<tr><th style='text-align:left'>{}</th><td style='text-align:left'>{}</td></tr>"
    rows = [("python", "3.9"), ("pip", "a&lt;2, &lt;b&gt;"), ("channels", "c")]
    table = "<table><caption>CondaDependencies</caption>{}</table>"
    assert made._repr_html_() == table.format("".join(cell.format(*row) for row in rows))
    empty = CondaDependencies(_underlying_structure={})
    assert empty._repr_html_() == table.format("<tr><td>empty</td></tr>")
