"""The run as its own script sees it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_runcfg.errors import RuncfgError
from jupyter_runcfg.history import read_summary
from jupyter_runcfg.runtime.paths import RunPaths
from jupyter_runcfg.runtime.tracking.tracker import Tracker
from jupyter_runcfg.runtime.v1 import context

from ..job import RUN_ID, events_of, log_of, record, run


@pytest.fixture(autouse=True)
def outside(monkeypatch):
    """No job around us, and none remembered."""
    monkeypatch.delenv(context.RUN_DIRECTORY, raising=False)
    monkeypatch.setattr(context.Run, "_current", None)


def test_outside_of_a_job(monkeypatch):
    """The same run at each call; none where that is not wanted."""
    run_ = context.Run.get_context()
    assert run_ is context.Run.get_context()
    assert run_.id.startswith("OfflineRun_")
    for current in (run_, None):
        monkeypatch.setattr(context.Run, "_current", current)
        with pytest.raises(RuncfgError, match="not part of a run"):
            context.Run.get_context(allow_offline=False)


SCRIPT = """
from azureml.core import Run
run = Run.get_context()
assert run is Run.get_context()
print(run.id, run.number, run.experiment.name)
run.log("loss", 0.5)
run.log("loss", 0.25, step=1)
run.log_list("l", [1, 2]); run.log_list("l", (3,)); run.log_list("none", [])
run.log_row("r", x=1, y="a")
run.log_table("t", {"x": [1, 2], "y": 3 and [3, 4]})
run.tag("a"); run.set_tags({"b": 2}); run.add_properties({"p": 1})
open("f", "w").write("x")
run.upload_file("outputs/one", "f"); run.upload_file("two/f", "f"); run.upload_file("outputs/one", "f")
import io
run.upload_file("stream", io.BytesIO(b"bytes"))
for name in ("../x", "/x", "outputs/../../x", ""):
    try: run.upload_file(name, "f")
    except Exception as error: print(type(error).__name__)
try: run.log_table("t", {"x": [1, 2], "y": [1]})
except Exception as error: print(type(error).__name__)
run.flush(); run.complete()
with run: pass
print(sorted(run.get_metrics().items()))
"""


def test_inside_of_a_job(tmp_path):
    """v1's calls record; the script reads its own metrics; no output name leaves the outputs."""
    paths = record(tmp_path, SCRIPT)
    assert run(paths)[1]["status"] == "Completed", log_of(paths)
    assert log_of(paths).decode().splitlines() == [
        f"{RUN_ID} 1 exp",
        *["UserErrorException"] * 4,
        "RuncfgError",
        "[('l', [1, 2, 3]), ('loss', [0.5, 0.25]), ('r', {'x': 1, 'y': 'a'}), "
        "('t', {'x': [1, 2], 'y': [3, 4]})]",
    ]
    tags = {e["name"]: e["value"] for e in events_of(paths, "tag")}
    assert (tags, [e["value"] for e in events_of(paths, "property")]) == ({"a": "", "b": "2"}, ["1"])
    assert sorted(e["path"] for e in events_of(paths, "artifact")) == ["outputs/one", "stream", "two/f"]
    assert (Path(paths.artifacts) / "stream").read_bytes() == b"bytes"


def test_the_variables_of_a_job(tmp_path, monkeypatch):
    """Ours, SDK v1's, the person's own, which win; and no archive of a job around this one."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/lib", "/x/runtime-0123.pyz", "", "/opt/"]))
    paths = record(
        tmp_path,
        "import json, os; print(json.dumps(dict(os.environ)))",
        environment_variables={"A": 1, "AZUREML_RUN_ID": "mine"},
    )
    assert run(paths)[1]["status"] == "Completed"
    env = eval(log_of(paths))
    first, *rest = env["PYTHONPATH"].split(os.pathsep)
    assert (os.path.dirname(first), rest) == (paths.home.runtime, ["/lib", "", "/opt/"])
    named = {
        name: env[name] for name in ("A", "AZUREML_RUN_ID", "RUNCFG_RUN_ID", "RUNCFG_RUN_DIR", "RUNCFG_RANK")
    }
    assert named == {
        "A": "1",
        "AZUREML_RUN_ID": "mine",
        "RUNCFG_RUN_ID": paths.run_id,
        "RUNCFG_RUN_DIR": paths.directory,
        "RUNCFG_RANK": "0",
    }
    assert env["AZUREML_OUTPUT_DIRECTORY"] == paths.work + "/outputs"


def test_the_installed_package_in_a_job(tmp_path):
    """`from jupyter_runcfg import Run` records in the same run where we are installed; forks too."""
    paths = record(
        tmp_path,
        """
        import os, jupyter_runcfg
        from azureml.core import Run as V1
        ours = jupyter_runcfg.Run.get_context()
        assert type(ours).__module__ == "jupyter_runcfg.run.run", type(ours)
        ours.log("m", 1); V1.get_context().log("m", 2)
        if not os.fork():
            ours.log("m", 3); os._exit(0)
        os.wait()
        """,
    )
    assert run(paths)[1]["status"] == "Completed", log_of(paths)
    assert sorted(e["value"] for e in events_of(paths, "metric")) == [1, 2, 3]


def test_fail_tells_why(tmp_path):
    """`run.fail` notes the reason; the exit code decides."""
    paths = record(
        tmp_path,
        "from azureml.core import Run; Run.get_context().fail('bad data', 'E7'); raise SystemExit(4)",
    )
    assert run(paths)[1]["exit_code"] == 4
    assert [(e["type"], e["message"]) for e in events_of(paths, "error")] == [("E7", "bad data")]


@pytest.mark.parametrize(
    ("after", "status", "error", "warnings"),
    [
        ("pass", "Completed", None, ["the script said: bad data"]),
        ("raise SystemExit(4)", "Failed", {"type": "E7", "message": "bad data"}, []),
        ("raise KeyError('x')", "Failed", "KeyError", ["the script said: bad data"]),
        ("raise ValueError('bad data')", "Failed", "ValueError", []),
    ],
)
def test_what_a_script_said_is_seen(after, status, error, warnings, tmp_path):
    """Whatever the exit code decides: as the error, or beside it."""
    script = "from azureml.core import Run\nRun.get_context().fail('bad data', 'E7')\n" + after
    paths = record(tmp_path, script)
    run(paths)
    details = context.Run.of(paths).get_details()
    shown = details["error"]["type"] if isinstance(error, str) else details["error"]
    assert (details["status"], shown) == (status, error)
    assert details["warnings"] == [{"source": "script", "message": message} for message in warnings]
    assert details["cause"] == (
        warnings[0] if status == "Completed" else "exit code " + str(4 if "4" in after else 1)
    )
    assert (read_summary(paths).cause, read_summary(paths).status) == (details["cause"], status)


def test_a_run_of_another_process(tmp_path):
    """A record can be read and written by its path alone, as a script does that was given the variables."""
    paths = record(tmp_path)
    env = {**os.environ, context.RUN_DIRECTORY: paths.directory, context.RANK: "3"}
    code = "from jupyter_runcfg.runtime.v1.context import Run; Run.get_context().log('m', 1)"
    done = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True)
    assert done.stdout == b""
    assert os.listdir(paths.events)[0].startswith("rank-3-")
    assert RunPaths(paths.directory).run_id == RUN_ID


def test_a_run_that_names_itself_as_its_child(tmp_path):
    """A damaged record does not send the reader in circles."""
    paths = record(tmp_path)
    Tracker(paths.events, "client").append("child", run_id=paths.run_id)
    odd = context.Run.of(paths)
    assert list(odd.get_children(recursive=True)) == []
    assert odd.get_metrics(recursive=True) == {}
