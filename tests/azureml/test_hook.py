"""A genuine azureml in the interpreter of a job: its run is the one that records here."""

import textwrap

import pytest

from jupyter_runcfg.runtime import atomic

from ..engines import interpreter
from ..runtime.job import RUN_ID, events_of, log_of, record, run

# the shape of azureml-core 1.61: azureml is extended by others, azureml.core imports its own modules
GENUINE = {
    "azureml/__init__.py": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
    "azureml/core/__init__.py": """
        from .workspace import Workspace
        from .run import Run, get_run
        VERSION = "1.61.0"
        """,
    "azureml/core/workspace.py": "class Workspace: pass\n",
    "azureml/core/run.py": """
        import os
        class Run:
            def __init__(self, experiment, run_id): self.id = run_id
            @classmethod
            def get_context(cls, allow_offline=True, used_for_context_manager=False, **kwargs):
                if "AZUREML_RUN_TOKEN" in os.environ:
                    return cls(None, "in Azure")
                return _OfflineRun()
            @classmethod
            def get_submitted_run(cls, **kwargs):
                return cls.get_context(**kwargs)
            def only_genuine(self): return 1
        class ScriptRun(Run): pass
        class _OfflineRun:
            id = "OfflineRun_1"
        def get_run(experiment, run_id): return Run(experiment, run_id)
        """,
}
SCRIPT = """
    import inspect
    import azureml.core.run as module
    from azureml.core import Run, Workspace
    run = Run.get_context()
    run.log("loss", 0.5)
    print(run.id, isinstance(run, Run), isinstance(run, module._OfflineRun), hasattr(run, "only_genuine"))
    print(Run.get_context() is run, Run.get_submitted_run() is run, module.ScriptRun.get_context() is run)
    print(Workspace.__module__, Run(None, "x").id, module.get_run(None, "y").id)
    print("class _OfflineRun" in inspect.getsource(module), module.__name__)
    try: import azureml.widgets
    except ImportError as error: print(error)
    """
PRINTED = [
    f"{RUN_ID} True False False",
    "True True True",
    "azureml.core.workspace x y",
    "True azureml.core.run",
    "No module named 'azureml.widgets'",
]
VERSIONS = ["3.6", "3.8", "3.13"]


def job(tmp_path, script, files=GENUINE, **more):
    """A record whose job finds `files` installed; what its script printed."""
    lib = tmp_path / "lib"
    for name, text in files.items():
        path = lib / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    variables = {"PYTHONPATH": str(lib), **more.pop("variables", {})}
    return record(tmp_path / "home", script, environment_variables=variables, **more)


def printed(paths):
    run(paths)
    assert atomic.read_json(paths.end)["status"] == "Completed", log_of(paths)
    return log_of(paths).decode().splitlines()


def test_the_run_of_a_genuine_azureml_records_here(tmp_path):
    """`Run.get_context()` is our run, an instance of the genuine class; all other names are genuine."""
    paths = job(tmp_path, SCRIPT)
    assert printed(paths) == PRINTED
    assert [(e["name"], e["value"]) for e in events_of(paths, "metric")] == [("loss", 0.5)]


@pytest.mark.parametrize(
    "version", [pytest.param(v, marks=pytest.mark.engine(f"python{v}")) for v in VERSIONS]
)
def test_interpreters(version, tmp_path):
    """On each interpreter."""
    assert printed(job(tmp_path, SCRIPT, argv=[interpreter(version), "main.py"])) == PRINTED


def test_a_job_of_the_service_is_left_alone(tmp_path):
    """Where Azure's own variables are set, the genuine run is what the script gets."""
    variables = {"AZUREML_RUN_TOKEN": "t", "AZUREML_SERVICE_ENDPOINT": "https://s"}
    script = "from azureml.core import Run; print(Run.get_context().id)"
    assert printed(job(tmp_path, script, variables=variables)) == ["in Azure"]


def test_one_that_a_sitecustomize_imports(tmp_path):
    """The hook is there before the sitecustomize that stands behind ours."""
    files = {**GENUINE, "sitecustomize.py": "import azureml.core"}
    script = "from azureml.core import Run; print(Run.get_context().id)"
    assert printed(job(tmp_path, script, files)) == [RUN_ID]


def test_other_parts_of_azureml_without_its_core(tmp_path):
    """azureml-mlflow alone: `azureml.core` is then ours, what is installed stays."""
    files = {name: GENUINE[name] for name in ["azureml/__init__.py"]}
    files["azureml/mlflow/__init__.py"] = "WHO = 'genuine'"
    script = """
        import azureml.mlflow
        from azureml.core import Run
        from azureml.core.run import Run as same
        print(azureml.mlflow.WHO, Run is same, Run.get_context().id)
        """
    assert printed(job(tmp_path, script, files)) == [f"genuine True {RUN_ID}"]


def test_a_genuine_module_that_fails(tmp_path):
    """Its own error is what the script sees."""
    files = {**GENUINE, "azureml/core/run.py": "raise ImportError('needs msrest')"}
    script = """
        try: from azureml.core import Run
        except ImportError as error: print(error)
        """
    assert printed(job(tmp_path, script, files)) == ["needs msrest"]


def test_children_of_the_script(tmp_path):
    """A Python that the script starts, and one without our variables."""
    script = """
        import os, subprocess, sys
        code = "from azureml.core import Run; print(Run.get_context().id)"
        subprocess.run([sys.executable, "-c", code], check=True)
        env = {k: v for k, v in os.environ.items() if not k.startswith("RUNCFG_")}
        subprocess.run([sys.executable, "-c", code], check=True, env=env)
        """
    assert printed(job(tmp_path, script)) == [RUN_ID, "OfflineRun_1"]
