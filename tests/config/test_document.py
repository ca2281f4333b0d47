"""The files behind a configuration: written whole, together with those that it names."""

import os
import stat
import subprocess
import sys

import pytest
from ruamel.yaml import YAML

from jupyter_runcfg.config import RunConfiguration
from jupyter_runcfg.errors import ConfigError

from ..snapshot.unprivileged import run_unprivileged

pytestmark = pytest.mark.filterwarnings("ignore::jupyter_runcfg.config.fault.ConfigWarning")


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


def test_rights_that_a_file_has_stay(tmp_path):
    """What only its owner may read does not become everybody's."""
    file = tmp_path / "a.runconfig"
    file.write_text("script: a.py\n")
    file.chmod(0o600)
    config = RunConfiguration.load(file)
    config.script = "b.py"
    config.save()
    assert (stat.S_IMODE(file.stat().st_mode), file.read_text()) == (0o600, "script: b.py\n")


SAVES = """\
import sys
from jupyter_runcfg.config import RunConfiguration
config = RunConfiguration.load(sys.argv[1])
for number in range(8):
    config.script = sys.argv[2] * (1 + number * 90)
    config.save()
    RunConfiguration.load(sys.argv[1])
"""


def test_saved_by_many_at_once_a_file_is_always_whole(tmp_path):
    """Eight processes save and load the same file; the last wins, and nothing else is left."""
    file = RunConfiguration("a.py").save(tmp_path, "a")
    running = [
        subprocess.Popen([sys.executable, "-Wignore", "-c", SAVES, str(file), word], stderr=subprocess.PIPE)
        for word in "abcdefgh"
    ]
    assert [(process.communicate()[1], process.returncode) for process in running] == [(b"", 0)] * 8
    assert RunConfiguration.load(file).script[0] in "abcdefgh"
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".azureml", "a.runconfig"]


FULL = """\
import resource, signal, sys
from jupyter_runcfg.config import RunConfiguration
from jupyter_runcfg.errors import ConfigError
config = RunConfiguration.load(sys.argv[1])
config.environment_variables = {"A": "x" * 10_000}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    config.save()
except ConfigError as error:
    print(error.message)
"""


def test_a_full_disk_leaves_the_old_file_whole(tmp_path):
    """Nothing is left of the attempt."""
    file = RunConfiguration("a.py").save(tmp_path, "a")
    before = file.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(file)], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("cannot be written: file too large\n", "")
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".azureml", "a.runconfig"]


def test_a_directory_that_may_not_be_written_leaves_the_old_file_whole():
    """Somebody whom file modes bind is told so."""

    def check(root, home):
        file = RunConfiguration("a.py").save(root, "a")
        before = file.read_bytes()
        file.parent.chmod(0o555)
        config = RunConfiguration.load(file)
        config.script = "b.py"
        with pytest.raises(ConfigError, match="cannot be written: permission denied"):
            config.save()
        assert file.read_bytes() == before
        file.chmod(0)
        with pytest.raises(ConfigError, match="cannot be read: permission denied"):
            RunConfiguration.load(file)
        file.parent.chmod(0)
        with pytest.raises(ConfigError, match="no configuration named 'a'"):
            RunConfiguration.load(root, "a")

    run_unprivileged(check)


def test_what_is_no_file_is_not_written_to(tmp_path):
    """Directories and links that lead nowhere."""
    for odd in odd_files(tmp_path / "odd"):
        with pytest.raises(ConfigError):
            RunConfiguration("a.py").save(odd)


def odd_files(directory):
    directory.mkdir()
    (directory / "folder.runconfig").mkdir()
    (directory / "circle.runconfig").symlink_to(directory / "circle.runconfig")
    (directory / "nowhere.runconfig").symlink_to(directory / "none" / "a")
    return sorted(directory.iterdir())


def test_a_file_of_packages_that_nobody_read_is_not_overwritten(tmp_path):
    """Named in a new configuration that has only the packages that every new one has, it keeps its own."""
    conda = tmp_path / "conda.yml"
    conda.write_text("# mine\ndependencies: [python=3.12]\n")
    config = RunConfiguration("a.py")
    config.set("environment.python.condaDependenciesFile", "conda.yml")
    file = config.save(tmp_path, "a")
    assert conda.read_text() == "# mine\ndependencies: [python=3.12]\n"
    assert RunConfiguration.load(file) == config
    config.environment.python.conda_dependencies.add_conda_package("numpy")
    config.save()
    assert conda.read_text() == "# mine\ndependencies: [python=3.12, numpy]\n"


def test_the_packages_of_another_project_are_not_touched(tmp_path):
    """A file of the same name that holds others is neither overwritten nor silently taken."""
    for name in ("one", "two"):
        (tmp_path / name / ".azureml").mkdir(parents=True)
        (tmp_path / name / "conda.yml").write_text(f"dependencies: [python=3.1, {name}]\n")
    file = tmp_path / "one" / ".azureml" / "a.runconfig"
    file.write_text("environment: {python: {condaDependenciesFile: conda.yml}}\n")
    config = RunConfiguration.load(file)
    with pytest.raises(ConfigError, match="is there already, and holds something else"):
        config.copy().save(tmp_path / "two", "a")
    assert (tmp_path / "two" / "conda.yml").read_text() == "dependencies: [python=3.1, two]\n"
    assert list((tmp_path / "two" / ".azureml").iterdir()) == []
    (tmp_path / "one" / "conda.yml").write_text("dependencies: [python=3.1, changed]\n")
    config.script = "b.py"
    config.save()
    assert "changed" in (tmp_path / "one" / "conda.yml").read_text()


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_place_that_cannot_be_written_is_a_config_error(tmp_path):
    """The old file stays whole, and no OSError comes through."""
    (tmp_path / ".azureml").write_text("in the way")
    with pytest.raises(ConfigError, match="cannot be written: "):
        RunConfiguration("a.py").save(tmp_path, "a")
