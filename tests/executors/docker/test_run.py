"""Whole runs in containers of a real engine: what they see, what they leave, how they end."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_runcfg import RunConfiguration, submission, submit
from jupyter_runcfg.errors import TargetError
from jupyter_runcfg.runtime import atomic

from ...runtime.job import until
from .run import bytes_of, ended, error_of

pytestmark = pytest.mark.engine("docker")

UP = "import time; print('up', flush=True); time.sleep(1000)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + UP


def test_a_whole_run(runs):
    """Live log, metrics, outputs of the caller; labels on the container, and nothing is left of it."""
    script = """
    import os, sys, time
    from azureml.core import Run
    run = Run.get_context()
    run.log("loss", 0.5)
    print("python", sys.version_info[:2] >= (3, 6), os.path.basename(sys.executable), flush=True)
    while not os.path.exists("/tmp/go") and not os.path.exists("outputs/go"):
        time.sleep(0.01)
    open("outputs/model", "w").write("weights")
    """
    run = runs.start(script, word="python", tags={"kind": "test"})
    facts = runs.facts(run)
    assert {key: value for key, value in facts["Config"]["Labels"].items() if key.startswith("runcfg.")} == {
        "runcfg.run_id": run.id,
        "runcfg.home": str(runs.home),
        "runcfg.attempt": "1",
        "runcfg.node": "0",
    }
    assert facts["Config"]["User"] == f"{os.getuid()}:{os.getgid()}"
    until(lambda: run.get_status() == "Running")
    assert run.get_metrics() == {"loss": 0.5}
    Path(run.paths.work, "outputs", "go").touch()
    assert ended(run) == ("Completed", 0, "")
    assert run.logs() == "python True python\n"
    model = Path(run.paths.outputs, "model")
    assert (model.read_text(), model.stat().st_uid) == ("weights", os.getuid())


@pytest.mark.parametrize(
    ("script", "end", "error"),
    [
        ("import sys; sys.exit(7)", ("Failed", 7, "exit code 7"), None),
        (
            "x = {}\nx['bmi']",
            ("Failed", 1, "exit code 1"),
            ("KeyError", "train.py:2"),
        ),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
            ("Failed", -11, "killed by SIGSEGV"),
            ("SIGSEGV", "train.py:1"),
        ),
    ],
)
def test_failures(runs, script, end, error):
    """As anywhere: the script's exit code, its exception with file and line, its signal."""
    run = runs.start(script)
    assert ended(run) == end
    found = error_of(run)
    assert (found and (found["type"], found.get("where"))) == error


@pytest.mark.parametrize("script", [UP, STUBBORN])
def test_cancel(runs, script, monkeypatch):
    """The script ends, gently or, after its grace, by force; the run is Canceled."""
    build = submission.build_request
    soon = {"kill_grace_s": 0.5}  # for 10 s
    monkeypatch.setattr(submission, "build_request", lambda *facts: {**build(*facts), **soon})
    run = runs.start(script, word="up", settings={"environmentVariables.A": "1"})
    run.cancel()
    status, _, cause = ended(run)
    assert (status, cause) == ("Canceled", "canceled while running")
    assert atomic.read_json(run.paths.request)["kill_grace_s"] == 0.5


def test_the_time_limit(runs):
    """It is the runtime's own."""
    run = runs.start(UP, settings={"maxRunDurationSeconds": 1})
    assert ended(run)[::2] == ("Failed", "ran longer than its limit of 1 s")
    assert error_of(run)["type"] == "TimeLimit"


def test_out_of_memory(runs):
    """The error says the limit, and what to raise."""
    script = "print('go', flush=True)\nx = []\nwhile True: x.append(bytearray(10 << 20))"
    run = runs.start(script, settings={"resources.memory": "64m"})
    assert ended(run)[0] == "Failed"
    error = error_of(run)
    assert error["type"] == "OutOfMemory"
    assert "67 MB" in error["message"]
    assert "`--mem`" in error["hint"]


def test_secrets(runs, monkeypatch):
    """The script has them; the engine, the record and the command lines have not."""
    monkeypatch.setenv("API_KEY", "s3cr3t-value")
    script = "import os; print(len(os.environ['API_KEY']), flush=True)\n" + UP
    run = runs.start(script, word="up", secrets={"API_KEY": "s3cr3t-value"})
    assert run.logs() == "12\nup\n"
    assert "s3cr3t" not in json.dumps(runs.facts(run))
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"s3cr3t" in bytes_of(path)]
    kept = [path for path in Path(run.paths.directory).rglob("*") if path.is_file()]
    assert not [path for path in kept if b"s3cr3t" in bytes_of(path)]
    run.cancel()
    ended(run)


def test_what_is_asked_for(runs, tmp_path):
    """Cores, memory, shared memory, and the options of `docker run`; variables of the configuration."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x").write_text("found")
    (tmp_path / "more.env").write_text("# of a file\nOF_FILE=yes\n")
    script = """
    import os
    print(open("/data/x").read(), os.environ["OF_FILE"], os.environ["OF_ARGUMENT"], os.environ["OURS"])
    print(os.uname()[1], os.statvfs("/dev/shm").f_blocks * os.statvfs("/dev/shm").f_frsize)
    print(os.path.ismount("/scratch"), os.path.exists("/tmp/none"), flush=True)
    """
    settings = {
        "resources.cpus": 1,
        "resources.memory": "128m",
        "docker.shmSize": "32m",
        "docker.arguments": [
            *("-v", f"{tmp_path}/data:/data:ro", f"--env-file={tmp_path}/more.env", "-e", "OF_ARGUMENT=a b"),
            *("--hostname", "here", "--tmpfs /scratch", "--ulimit", "nofile=512", "--network=none", "--rm"),
        ],
        "environmentVariables.OURS": "1",
    }
    run = runs.start(script + UP.replace("up", "up"), word="up", settings=settings)
    assert run.logs() == f"found yes a b 1\nhere {32 << 20}\nTrue False\nup\n"
    host = runs.facts(run)["HostConfig"]
    assert {key: host[key] for key in ("Memory", "MemorySwap", "NanoCpus", "NetworkMode", "Ulimits")} == {
        "Memory": 128 << 20,
        "MemorySwap": 128 << 20,
        "NanoCpus": 10**9,
        "NetworkMode": "none",
        "Ulimits": [{"Name": "nofile", "Soft": 512, "Hard": 512}],
    }
    run.cancel()
    ended(run)


def test_too_many_cores(runs):
    """The engine's own words, and what to ask for instead."""
    run = runs.start("", settings={"resources.cpus": 4096})
    assert ended(run)[0] == "Failed"
    error = error_of(run)
    assert error["message"].startswith("Range of CPUs is from 0.01 to ")
    assert error["hint"] == "ask for fewer cores: resources.cpus, or `--cpus`"


def test_v1s_switch(docker_host, project):
    """`useDocker` makes a container of a local run: the target's name stays, its executor is Docker's."""
    project.write("train.py", "import os; print(os.path.exists('/.dockerenv'))")
    config = RunConfiguration(script="train.py", target="local")
    config.docker.use_docker = True
    config.environment.docker.base_image = docker_host.base
    run = submit(config)
    assert ended(run)[0] == "Completed"
    assert run.logs() == "True\n"
    target = atomic.read_json(run.paths.request)["target"]
    assert (target["name"], target["executor"]) == ("local", "docker")


def test_no_engine(project, tmp_path, monkeypatch):
    """Told at once, with what to do; the record says Failed."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    project.write("train.py", "")
    config = RunConfiguration(script="train.py", target="docker")
    with pytest.raises(TargetError, match="no Docker engine answers on this machine") as caught:
        submit(config)
    assert "systemctl start docker" in caught.value.hint
    assert "DOCKER_HOST is wrong" in caught.value.hint


def test_eight_at_once(runs, monkeypatch):
    """All in order through the slots of this machine; no more at a time than there are."""
    monkeypatch.setenv("RUNCFG_MAX_PARALLEL", "3")
    script = """
    import os, sys, time
    place = sys.argv[1]
    open(os.path.join(place, "begin-" + os.uname()[1]), "w").close()
    time.sleep(0.3)
    open(os.path.join(place, "end-" + os.uname()[1]), "w").close()
    """
    place = runs.home / "seen"
    place.mkdir()
    many = [runs.start(script, settings={"arguments": [str(place)]}) for _ in range(8)]
    most = 0
    while not all(os.path.exists(run.paths.end) for run in many):
        names = os.listdir(place)
        began, over = (sum(name.startswith(word) for name in names) for word in ("begin", "end"))
        most = max(most, began - over)
        time.sleep(0.005)
    assert [ended(run)[0] for run in many] == ["Completed"] * 8
    assert 1 <= most <= 3


def test_the_kernel_is_gone(runs, project):
    """Whoever submitted may end; another process follows to the end."""
    project.write("train.py", "import time\nfor n in range(5): print(n, flush=True); time.sleep(0.1)")
    config = {"script": "train.py", "target": "box"}
    code = f"from jupyter_runcfg import *; print(submit(RunConfiguration(**{config!r})).id)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    code = (
        "import sys; from jupyter_runcfg import get_run; run = get_run(sys.argv[1]);"
        " run.wait_for_completion(show_output=True)"
    )
    words = [sys.executable, "-c", code, done.stdout.strip()]
    followed = subprocess.run(words, capture_output=True, text=True, check=True)
    assert followed.stdout == "0\n1\n2\n3\n4\n"


def test_another_user(docker_engine, project, tmp_path):
    """Not root: the container runs as the caller, whose the files are."""
    project.write(
        "train.py",
        "import getpass, os; print(os.getuid(), os.getgid(), os.environ['HOME'])\n"
        "open('outputs/x', 'w').close()",
    )
    home = tmp_path / "theirs"
    home.mkdir()
    for place in (home, project.directory):
        os.chown(place, 1234, 1234)
    os.chmod(docker_engine.socket, 0o666)
    code = (
        "from jupyter_runcfg import *; c = RunConfiguration(script='train.py', target='docker');"
        f"c.environment.docker.base_image = {docker_engine.base!r}; run = submit(c); run.wait();"
        "print(run.get_status(), run.logs(), run.paths.directory, sep='|')"
    )
    caps = "+dac_override,+dac_read_search"  # to get at this Python and the socket, below directories of root
    words = ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups", f"--inh-caps={caps}"]
    words += [f"--ambient-caps={caps}", sys.executable, "-c", code]
    env = {**os.environ, "DOCKER_HOST": docker_engine.host, "RUNCFG_HOME": str(home), "HOME": str(home)}
    done = subprocess.run(words, capture_output=True, text=True, env=env)
    assert done.stderr == ""
    status, log, record = done.stdout.strip().split("|")
    assert (status, log) == ("Completed", "1234 1234 /tmp\n")
    owners = {path.lstat().st_uid for path in Path(record).rglob("*")}
    assert owners == {1234}
    until(lambda: docker_engine.containers(home) == [])


def test_an_image_with_python3_alone(runs):
    """A script's `python` is then the Python that runs the runtime."""
    made = runs.engine.client.containers.run(
        runs.engine.base, ["rm", "/usr/local/bin/python"], detach=True, labels={"runcfg.test": "1"}
    )
    made.wait()
    made.commit("runcfg-test/python3", "alone")
    made.remove()
    run = runs.start("print(1)", settings={"environment.docker.baseImage": "runcfg-test/python3:alone"})
    assert ended(run) == ("Completed", 0, "")
    runs.engine.client.images.remove("runcfg-test/python3:alone")


def test_a_user_who_may_not_read_the_records(runs):
    """What its Python printed is the cause, and what to do is said."""
    run = runs.start("print(1)", settings={"docker.arguments": ["--user", "65534:65534"]})
    status, _, cause = ended(run)
    assert (status, cause.startswith("its container ended with exit code 2: ")) == ("Failed", True)
    assert cause.endswith("[Errno 13] Permission denied")
    assert "leave `--user` out" in error_of(run)["hint"]


def test_the_magic(runs, project):
    """A cell, as a person writes it."""
    shell = InteractiveShell.instance()
    try:
        shell.run_line_magic("load_ext", "jupyter_runcfg")
        code = "import os\nprint(os.path.exists('/.dockerenv'))"
        run = shell.run_cell_magic("runcfg", "submit --target box", code)
        assert ended(run) == ("Completed", 0, "")
        assert run.logs() == "True\n"
    finally:
        InteractiveShell.clear_instance()
