"""Every test in directories of its own, and none without the engine it asks for."""

import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, settings

from .engines import Engines

# the person's own settings and records: no test may read or write them
PRIVATE = ("RUNCFG_", "DOCKER_", "JUPYTER", "IPYTHON", "AZUREML_", "MLFLOW_", "GIT_", "XDG_", "VSCODE_")
OURS = ("RUNCFG_REQUIRE_ENGINES", "RUNCFG_ARTIFACTS")
engines = Engines(os.environ.get("RUNCFG_REQUIRE_ENGINES", ""))


# other tests have the processors too: how long an example takes says nothing about it
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure(config):
    if engines.unknown:
        raise pytest.UsageError(f"RUNCFG_REQUIRE_ENGINES: no engine named {engines.unknown}")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a script that started us in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    vars(sys.modules["__main__"]).setdefault("__spec__", None)  # IPython's may have none; spawning needs it
    for marker in item.iter_markers("engine"):
        for name in marker.args:
            reason = engines.reason_missing(name)
            if reason and engines.is_required(name):
                pytest.fail(reason, pytrace=False)
            if reason:
                pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def private_directories(tmp_path_factory):
    """HOME and all of Jupyter's and IPython's directories, new and empty, for the whole session."""
    home = tmp_path_factory.mktemp("person")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(PRIVATE) and name not in OURS:
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        patch.setenv("DOCKER_HOST", f"unix://{home}/no-engine.sock")  # never the person's own
        for name, place in (
            ("IPYTHONDIR", "ipython"),
            ("JUPYTER_CONFIG_DIR", "jupyter-config"),
            ("JUPYTER_DATA_DIR", "jupyter-data"),
            ("JUPYTER_RUNTIME_DIR", "jupyter-runtime"),
            ("JUPYTERLAB_SETTINGS_DIR", "lab-settings"),
            ("JUPYTERLAB_WORKSPACES_DIR", "lab-workspaces"),
        ):
            patch.setenv(name, str(home / place))
        yield home


@pytest.fixture(autouse=True)
def runcfg_home(private_directories, tmp_path_factory, monkeypatch):
    """RUNCFG_HOME of this test: a directory that is not there yet."""
    home = tmp_path_factory.mktemp("home") / "runcfg"
    monkeypatch.setenv("RUNCFG_HOME", str(home))
    monkeypatch.setenv("RUNCFG_MAX_PARALLEL", "32")  # tests of the queue set their own
    return home
