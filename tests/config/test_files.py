"""Saving leaves alone what is not the configuration's own, and changes all of its files or none."""

import pytest

from jupyter_runcfg.config import CondaDependencies, ConfigWarning, RunConfiguration
from jupyter_runcfg.errors import ConfigError

PACKAGES = "# ours\nname: p\ndependencies:\n- python=3.11  # py\n- numpy\n"


def configured(tmp_path, text="script: a.py\nenvironment:\n  python: {condaDependenciesFile: conda.yml}\n"):
    (tmp_path / ".azureml").mkdir()
    (tmp_path / "conda.yml").write_text(PACKAGES)
    file = tmp_path / ".azureml" / "x.runconfig"
    file.write_text(text)
    return file


def test_a_file_that_holds_no_packages_is_not_written_over(tmp_path):
    """Naming a script as the file of packages is a fault of that file, and the script stays."""
    (tmp_path / "train.py").write_text("print(1)\n")
    config = RunConfiguration("train.py")
    config.environment.python.conda_dependencies_file = "train.py"
    with pytest.raises(ConfigError) as caught:
        config.save(tmp_path, "x")
    assert caught.value.faults[0].file == str(tmp_path / "train.py")
    assert (tmp_path / "train.py").read_text() == "print(1)\n"
    assert not (tmp_path / ".azureml").exists()


def test_packages_of_others_are_not_written_over(tmp_path):
    """A file that was never read, with other packages, is refused; one that was changed since as well."""
    (tmp_path / "conda.yml").write_text(PACKAGES)
    config = RunConfiguration("a.py")
    config.environment.python.conda_dependencies = CondaDependencies.create(conda_packages=["scipy"])
    config.environment.python.conda_dependencies_file = "conda.yml"
    with pytest.raises(ConfigError, match="the file of the packages is there already"):
        config.save(tmp_path, "x")
    assert (tmp_path / "conda.yml").read_text() == PACKAGES


def test_two_configurations_do_not_lose_each_others_packages(tmp_path):
    """The second of two that read the same file is told that it was changed."""
    file = configured(tmp_path)
    one, two = RunConfiguration.load(file), RunConfiguration.load(file)
    one.environment.python.conda_dependencies.add_conda_package("scipy")
    one.save()
    changed = (tmp_path / "conda.yml").read_text()
    assert changed == PACKAGES + "- scipy\n"
    two.environment.python.conda_dependencies.add_conda_package("pandas")
    with pytest.raises(ConfigError, match="the file of the packages was changed since it was read"):
        two.save()
    assert (tmp_path / "conda.yml").read_text() == changed


def test_another_file_of_packages(tmp_path):
    """It gets the packages where it is not there; where it is, the configuration takes what it has."""
    file = configured(tmp_path)
    (tmp_path / "there.yml").write_text("dependencies: [scipy]\n")
    for name, packages in (("new.yml", ["python=3.11", "numpy"]), ("there.yml", ["scipy"])):
        config = RunConfiguration.load(file)
        config.environment.python.conda_dependencies_file = name
        config.save()
        again = RunConfiguration.load(file)
        assert again == config
        assert list(again.environment.python.conda_dependencies.conda_packages) == packages
    assert (tmp_path / "conda.yml").read_text() == PACKAGES
    assert (tmp_path / "there.yml").read_text() == "dependencies: [scipy]\n"


def test_environment_yml_of_others_stays(tmp_path):
    """Where that name is taken, the environment goes to a file with the configuration's name."""
    (tmp_path / "environment.yml").write_text(PACKAGES)
    file = RunConfiguration("a.py").save(tmp_path / "t.runconfig", separate_environment_yaml=True)
    assert (tmp_path / "environment.yml").read_text() == PACKAGES
    assert "environment: t.environment.yml\n" in file.read_text()
    assert RunConfiguration.load(file) == RunConfiguration("a.py")


def test_two_configurations_have_their_own_environments(tmp_path):
    """Saved apart in one project, each finds its own again."""
    saved = {}
    for name in ("a", "b"):
        config = RunConfiguration(f"{name}.py")
        config.environment.name = name
        saved[name] = config
        config.save(tmp_path, name, separate_environment_yaml=True)
    assert {name: RunConfiguration.load(tmp_path, name) for name in saved} == saved


def test_a_failed_save_changes_no_file(tmp_path):
    """Neither the packages nor the environment, when the configuration itself cannot be written."""
    config = RunConfiguration.load(configured(tmp_path))
    config.environment.python.conda_dependencies.add_conda_package("scipy")
    with pytest.raises(ConfigError, match="cannot be written: file name too long"):
        config.save(tmp_path, "n" * 300)
    assert (tmp_path / "conda.yml").read_text() == PACKAGES
    assert sorted(p.name for p in tmp_path.iterdir()) == [".azureml", "conda.yml"]


def test_what_others_wrote_meanwhile_is_said(tmp_path):
    """The configuration wins over its changed file, with a warning."""
    file = configured(tmp_path, "script: a.py\n")
    config = RunConfiguration.load(file)
    file.write_text("script: b.py\n")
    config.node_count = 2
    with pytest.warns(ConfigWarning, match="was changed since it was loaded; those changes are replaced"):
        config.save()


def test_rights_stay(tmp_path):
    """A file that others may not read stays so."""
    file = configured(tmp_path)
    (tmp_path / "conda.yml").chmod(0o600)
    config = RunConfiguration.load(file)
    config.environment.python.conda_dependencies.add_conda_package("scipy")
    config.save()
    assert (tmp_path / "conda.yml").stat().st_mode & 0o777 == 0o600


def test_full_makes_a_full_new_file(tmp_path):
    """Of a loaded configuration too, when it goes to another file."""
    config = RunConfiguration.load(configured(tmp_path))
    text = config.save(tmp_path, "y", full=True).read_text()
    assert ("yarnDeployMode: cluster" in text, RunConfiguration.load(tmp_path, "y")) == (True, config)


def test_changes_in_place_are_checked(tmp_path):
    """Values put into maps and lists are taken as an assignment takes them, or are faults with their keys."""
    config = RunConfiguration("a.py")
    config.environment_variables["A"] = 1
    config.environment.environment_variables.update(B=True)
    config.data_references["d"] = {"data_store_name": "x"}
    assert RunConfiguration.load(config.save(tmp_path, "x")) == config
    assert (config.environment_variables, config.data_references["d"].mode) == ({"A": "1"}, "mount")
    config.docker.arguments.append(object())
    config.data_references["e"] = "x"
    config.arguments.append([1])
    with pytest.raises(ConfigError) as caught:
        config.save()
    assert [fault.key for fault in caught.value.faults] == [
        "arguments.0",
        "dataReferences.e",
        "docker.arguments.0",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda a: a.insert(1, "z"), "- --x   # first\n- z\n- 1    # second\n- --y  # third\n"),
        (lambda a: a.insert(0, "z"), "- z\n- --x   # first\n- 1    # second\n- --y  # third\n"),
        (lambda a: a.pop(0), "- 1    # second\n- --y  # third\n"),
        (lambda a: (a.pop(0), a.append("q")), "- 1    # second\n- --y  # third\n- q\n"),
        (lambda a: a.__setitem__(1, 2), "- --x   # first\n- 2    # second\n- --y  # third\n"),
        (lambda a: a.__setitem__(slice(1, 2), []), "- --x   # first\n- --y  # third\n"),
    ],
)
def test_items_keep_their_comments(change, expected):
    """An item that is put in, taken out or changed leaves the lines of the others as they are."""
    head = "script: a.py\narguments:\n"
    config = RunConfiguration.from_text(f"{head}- --x   # first\n- 1    # second\n- --y  # third\n")
    change(config.arguments)
    assert config.to_yaml() == head + expected


def test_packages_in_the_configuration_keep_their_comments():
    """A package more is a line more."""
    text = (
        "environment:\n  python:\n    condaDependencies:\n      dependencies:\n"
        "      - python=3.8  # py\n      - numpy  # np\n      - pip:\n        - a==1  # a\n"
    )
    config = RunConfiguration.from_text(text)
    config.environment.python.conda_dependencies.add_conda_package("scipy")
    config.environment.python.conda_dependencies.add_pip_package("b")
    expected = text.replace("      - pip:", "      - scipy\n      - pip:") + "        - b\n"
    assert config.to_yaml() == expected
