"""What goes beside the record of a run that is copied: data, environments, child runs, models, secrets."""

import argparse
import json
import os
import signal
from pathlib import Path

import pytest

from jupyter_runcfg import RunConfiguration, submit
from jupyter_runcfg.errors import TargetError
from jupyter_runcfg.executors.docker import copied_data
from jupyter_runcfg.executors.docker.copied import Copied, forget
from jupyter_runcfg.executors.docker.engine import Engine
from jupyter_runcfg.executors.docker.sweep import sweep
from jupyter_runcfg.run.settle import settle
from jupyter_runcfg.runtime import archive, atomic
from jupyter_runcfg.runtime.environment.place import EnvironmentPaths
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.v1.datastore import Datastore
from jupyter_runcfg.runtime.v1.model import Model
from jupyter_runcfg.verbs import targets

from ...runtime.job import events_of, record, until
from .copying import ended, gone, let_go, start, supervisor_of, target, volumes_of
from .run import bytes_of

__all__ = ["target"]
pytestmark = pytest.mark.engine("docker")

DATA = "script: train.py\ntarget: box\ndataReferences:\n  {0}: {{dataStoreName: {0}}}\n"


def test_data_go_in_and_come_back(project, target, tmp_path):
    """Directories of data are there at the same path; what a run writes to comes back."""
    given, made = tmp_path / "given", tmp_path / "made"
    (given / "deep").mkdir(parents=True)
    (given / "deep" / "in.txt").write_text("données")
    made.mkdir()
    script = f"""
    import os, shutil
    assert sorted(os.listdir("{given}")) == ["deep"]
    os.makedirs("{made}/sub")
    shutil.copy("{given}/deep/in.txt", "{made}/sub/out.txt")
    open("{given}/stays", "w").close()
    """
    project.write("train.py", script)
    Datastore.register(None, "given", given)
    Datastore.register(None, "made", made)
    text = DATA.format("given") + "  made: {dataStoreName: made}\n"
    run = submit(RunConfiguration.from_text(text))
    assert ended(run)[:2] == ("Completed", 0), run.logs()
    assert (made / "sub" / "out.txt").read_text() == "données"
    assert [path.name for path in given.iterdir()] == ["deep"]
    gone(run)


def test_an_environment_of_this_machine(target, docker_engine, runcfg_home):
    """It is sent once, whole, and is at the same path there; one that was built anew is another."""
    home = Home(str(runcfg_home))
    place = EnvironmentPaths(home, "e" * 64)
    Path(place.programs).mkdir(parents=True)
    Path(place.programs, "tool").write_text("#!/bin/sh\necho from the environment\n")
    Path(place.programs, "tool").chmod(0o755)
    Path(place.programs, "alias").symlink_to("tool")
    Path(place.facts).write_text("{}")
    words = [f"{place.programs}/alias"]
    wanted = {"name": place.name, "definition": {}, "image": {"base": docker_engine.base}}
    found = [in_container(docker_engine, home, number, words, environment=wanted) for number in range(2)]
    Path(place.programs, "tool").write_text("#!/bin/sh\necho built anew\n")
    found.append(in_container(docker_engine, home, 2, words, environment=wanted))
    Path(place.facts).write_text("{ }")
    found.append(in_container(docker_engine, home, 3, words, environment=wanted))
    assert found == ["from the environment\n"] * 3 + ["built anew\n"]
    engine = Engine(docker_engine.host)
    assert forget(engine, home) == 3
    assert volumes_of(docker_engine, runcfg_home) == []


def test_what_an_engine_keeps_goes_with_its_target(project, target, docker_engine, runcfg_home):
    """`targets remove` drops the objects; where the engine is away, it says so and removes the target."""
    run = start(project, "print(1)")
    ended(run)
    gone(run)
    removed = argparse.Namespace(name="box")
    assert targets.remove(removed).endswith("targets.yaml, and 1 volume from its engine")
    assert volumes_of(docker_engine, runcfg_home) == []
    target("unix:///nowhere/docker.sock")
    assert "is still there: no Docker engine answers on this machine" in targets.remove(removed)


def in_container(docker_engine, home, number, argv, pyz="", **more):
    """What a job prints that was copied into a container by hand."""
    paths = record(home.root, argv=argv, run_id=f"exp_{number}_{os.getpid():08x}", **more)
    engine = Engine(docker_engine.host)
    pyz = pyz or archive.install(home.runtime)
    copied = Copied(engine, paths, 1, pyz)
    labels = {"runcfg.home": home.root, "runcfg.run_id": paths.run_id}
    body = {
        "User": "1234:1234",
        "Image": docker_engine.base,
        "Entrypoint": ["python3"],
        "Cmd": ["-I", "-S", pyz, paths.directory, "1"],
        "HostConfig": {"NetworkMode": "none"},
        "Labels": labels,
    }
    container = engine.create(f"runcfg-{paths.run_id}", copied.adapt(body))
    try:
        copied.load(container)
        engine.start(container)
        until(lambda: copied.wait(container, 0.1))
        return Path(paths.std_log).read_text()
    finally:
        sweep(engine, labels)


def test_a_runtime_of_another_version(docker_engine, target, runcfg_home):
    """A run that was submitted before an upgrade has the runtime that it was submitted with."""
    home = Home(str(runcfg_home))
    home.create()
    older = os.path.join(home.runtime, "runtime-0000000000000000.pyz")
    os.rename(archive.install(home.runtime), older)
    said = in_container(docker_engine, home, 3, ["python3", "-c", "print('up')"], older)
    assert said == "up\n"


def test_a_user_that_only_the_image_knows(tmp_path):
    """Files cannot be copied for one: it is said what would do."""
    paths = record(tmp_path)
    with pytest.raises(TargetError) as caught:
        Copied(Engine("unix:///nowhere"), paths, 1, "").adapt({"User": "worker", "Cmd": [], "HostConfig": {}})
    assert "give the user as numbers" in caught.value.hint


def test_data_that_do_not_come_back(project, target, tmp_path):
    """The run has ended as it did; a warning names what is not here, and why."""
    made = tmp_path / "made"
    made.mkdir()
    Datastore.register(None, "made", made)
    project.write("train.py", f"import shutil; shutil.rmtree('{made}')")
    run = submit(RunConfiguration.from_text(DATA.format("made")))
    assert ended(run)[:2] == ("Completed", 0), run.logs()
    [warning] = [event["message"] for event in events_of(run.paths, "warning")]
    assert warning.startswith(f"what the run wrote into {made} is not here: ")
    gone(run)


KEEPS = """
import os, time
from azureml.core import Run
run = Run.get_context()
print("up", flush=True)
while not os.path.exists("/tmp/go"):
    time.sleep(0.01)
with run.child_run("fold") as child:
    child.log("score", 3)
    with child.child_run("deeper"):
        pass
open("outputs/m", "w").write("model")
run.upload_file("outputs/m", "outputs/m")
run.register_model("net", "outputs/m", tags={"a": "b"})
"""


@pytest.mark.parametrize("is_watched", [True, False])
def test_what_a_script_records_and_registers(is_watched, project, target, docker_engine, runcfg_home):
    """Child runs and models are here, under the next numbers; also when nobody watched the end."""
    project.write("old", "old")
    Model.register(None, "old", "net")
    run = start(project, KEEPS, word="up")
    if not is_watched:
        os.kill(supervisor_of(run), signal.SIGKILL)
    let_go(docker_engine, run)
    if not is_watched:
        for name in docker_engine.containers(runcfg_home):
            docker_engine.client.containers.get(name).wait()
    assert ended(run)[:2] == ("Completed", 0), run.logs()
    [child] = run.get_children()
    [deeper] = child.get_children()
    assert (child.get_status(), child.get_metrics(), child.number) == ("Completed", {"score": 3}, 2)
    assert (deeper.get_status(), deeper.number) == ("Completed", 3)
    model = Model(None, "net")
    assert (model.version, model.tags, model.run_id) == (2, {"a": "b"}, run.id)
    assert Path(Model.get_model_path("net", version=2)).read_text() == "model"
    gone(run)


def test_a_child_run_while_it_goes_on(project, target, docker_engine):
    """It is here soon, with what it logs, under its number; nobody takes it for lost, and it ends once."""
    script = """
    import os, time
    from azureml.core import Run
    run = Run.get_context()
    with run.child_run("fold") as child:
        for number in range(1000):
            child.log("score", number)
            print("at", number, flush=True)
            if os.path.exists("/tmp/go"):
                break
            time.sleep(0.05)
    print("child over", flush=True)
    while not os.path.exists("/tmp/end"):
        time.sleep(0.05)
    """
    run = start(project, script, word="at 3\n")
    until(lambda: len(list(run.get_children())) == 1)
    [child] = run.get_children()
    assert child.number == 2
    until(lambda: max(child.get_metrics().get("score") or [0]) > 20)
    settle([child.paths])
    assert child.get_status() == "Running"
    [container] = docker_engine.containers(run.paths.home.root)
    container = docker_engine.client.containers.get(container)
    container.exec_run(["touch", "/tmp/go"])
    until(lambda: os.path.exists(child.paths.end))
    assert not os.path.exists(run.paths.end)
    container.exec_run(["touch", "/tmp/end"])
    assert ended(run)[:2] == ("Completed", 0), run.logs()
    gone(run)
    scores = child.get_metrics()["score"]
    assert (child.get_status(), scores) == ("Completed", list(range(len(scores))))
    assert [one.id for one in run.get_children()] == [child.id]


def test_a_secret_is_nowhere_to_be_seen(project, target, docker_engine, runcfg_home, monkeypatch):
    """The script has it; the container, its command and both records do not."""
    from jupyter_runcfg.submission import Submission
    from jupyter_runcfg.submission import submit as submit_it

    project.write(
        "train.py", "import os; print(len(os.environ['KEY']), flush=True)\nimport time; time.sleep(1000)"
    )
    config = RunConfiguration(script="train.py", target="box")
    paths = submit_it(Submission(config, secrets={"KEY": "hushhushhush"}))
    until(lambda: os.path.exists(paths.std_log) and Path(paths.std_log).read_text() == "12\n")
    [name] = docker_engine.containers(runcfg_home)
    container = docker_engine.client.containers.get(name)
    assert "hushhushhush" not in json.dumps(container.attrs)
    found = container.exec_run(["grep", "-r", "hushhushhush", paths.directory])
    assert found.exit_code == 1, found.output
    here = [path for path in Path(runcfg_home).rglob("*") if path.is_file()]
    assert not [path for path in here if b"hushhushhush" in bytes_of(path)]
    Path(paths.cancel).touch()
    until(lambda: os.path.exists(paths.end))
    until(lambda: not Engine(docker_engine.host).containers({"runcfg.home": str(runcfg_home)}))


def test_data_that_are_too_big(tmp_path):
    """One clear error before anything is sent."""
    place = tmp_path / "data"
    place.mkdir()
    with open(place / "huge", "wb") as huge:
        os.truncate(huge.fileno(), copied_data.MOST_BYTES + 1)
    paths = record(tmp_path / "home", data={"A": str(place)})
    with pytest.raises(TargetError) as caught:
        copied_data.of_run(atomic.read_json(paths.request), paths.attempt(1))
    assert str(caught.value) == (
        "the data of the run are 4.3 GB, and this engine does not see this machine's files\n"
        f"  {place}\n\n"
        "hint: at most 4.3 GB are copied: name a directory in it, or another target"
    )
