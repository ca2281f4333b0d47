"""The shell's verbs, each as its users type it."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from jupyter_runcfg import Experiment, RunConfiguration, get_run
from jupyter_runcfg.cli import main

from ..project import project

__all__ = ["project"]


@pytest.fixture
def shell(capfd):
    """shell(*words) → (exit status, stdout, stderr)."""

    def run(*words):
        capfd.readouterr()
        status = main([str(word) for word in words])
        return status, *capfd.readouterr()

    return run


def test_submit_follows_and_prints_the_scripts_own_bytes(project, shell):
    """In a pipe stdout is the log and nothing else; the status is 0 for a run that completed."""
    project.write(
        "train.py", "import sys; print('hello', sys.argv[1:]); sys.stdout.buffer.write(b'\\xff\\r\\n')"
    )
    (status, out, err) = shell("submit", "train.py", "--", "--alpha", "0.03")
    assert (status, out) == (0, "hello ['--alpha', '0.03']\n\ufffd\r\n")
    assert "project/1 · train.py --alpha 0.03 · local" in err
    assert "project/1 Completed" in err


def test_a_failed_run_fails_the_command(project, shell):
    """Exit status 1, with the script's error, its line and a hint."""
    project.write("train.py", "x = 1\nimport not_there_at_all\n")
    status, _out, err = shell("submit", "train.py")
    assert status == 1
    assert "ModuleNotFoundError: No module named 'not_there_at_all' at train.py:2" in err
    assert "> 2 | import not_there_at_all\n" in err
    assert (
        "hint: the snapshot has no 'not_there_at_all.py'; if it is a library, install 'not-there-at-all': `"
        in err
    )


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["sumbit"], 2, "error: no verb 'sumbit'"),
        (["submit"], 2, "error: nothing to run: no script, no command, no cell body"),
        (["submit", "trian.py"], 2, "error: no script 'trian.py'"),
        (["submit", "../outside.py"], 2, "is outside of the source directory"),
        (["submit", "train.py", "--target", "slrum"], 2, "error: no compute target named 'slrum'"),
        (
            ["submit", "train.py", "--source", "nowhere"],
            2,
            "error: the source directory 'nowhere' is not there",
        ),
        (["submit", "train.py", "--experiment", "a b"], 2, "error: 'a b' is no name for an experiment"),
        (["submit", "missing"], 2, "missing"),
        (["logs", "last"], 1, "error: no run `last`"),
        (["show", "project/7"], 1, "error: no run 'project/7'"),
        (["wait", "beef"], 1, "error: no run"),
        (["cancel", "no such"], 1, "error: no run 'no such'"),
    ],
)
def test_bad_input_gets_one_error_and_leaves_no_record(project, shell, words, status, message):
    """What is wrong is said on stderr in a few lines, with a status that is not 0."""
    project.write("train.py", "print(1)")
    (project.directory.parent / "outside.py").write_text("print(1)")
    got, out, err = shell(*words)
    assert (got, out) == (status, "")
    assert message in err
    assert "hint: " in err
    assert "Traceback" not in err
    assert shell("runs", "--json")[1] == "[]\n"


def test_all_faults_are_told_at_once(project, shell):
    """A wrong target and a missing script are both in the answer."""
    status, _out, err = shell("submit", "absent.py", "--target", "nowhere")
    assert status == 2
    assert "no compute target named 'nowhere'" in err
    assert "no script 'absent.py'" in err


def test_a_script_that_is_ignored_is_told_with_the_line(project, shell):
    """The rule that keeps the script out of the snapshot is named, and nothing is submitted."""
    project.write("train.py", "print(1)")
    project.write(".amlignore", "# mine\ntrain.py\n")
    status, _out, err = shell("submit", "train.py")
    assert status == 2
    assert ".amlignore:2 train.py leaves it out" in err


def test_runs_show_logs_and_wait_agree(project, shell):
    """Every verb names the run the same way, as text and as JSON."""
    project.write("train.py", "print('a\\nb\\nc')")
    assert shell("submit", "train.py", "--tag", "k=v", "--name", "first")[0] == 0
    rows = json.loads(shell("runs", "--json")[1])
    assert [(row["run"], row["status"], row["tags"], row["name"]) for row in rows] == [
        ("project/1", "Completed", {"k": "v"}, "first")
    ]
    assert re.search(r"project/1 +Completed .* first", shell("runs")[1])
    assert shell("logs", "1")[1] == "a\nb\nc\n"
    assert shell("logs", "1", "--tail", "1")[1] == "c\n"
    assert shell("wait", "last")[0] == 0
    shown = json.loads(shell("show", rows[0]["run_id"], "--json")[1])
    assert [(run["runId"], run["status"]) for run in shown] == [(rows[0]["run_id"], "Completed")]


def test_show_says_what_the_script_said(project, shell):
    """Of an error without an end, and what the runtime noted, which was not part of its end."""
    script = "from azureml.core import Run; run = Run.get_context(); run.fail('broken data')"
    project.write("train.py", script + "; run._tracker.append('warning', message='3 entries were lost')")
    assert shell("submit", "train.py")[0] == 0
    shown = shell("show", "1")[2]
    assert "project/1 Completed in " in shown
    assert " · the script said: broken data\nwarning: 3 entries were lost\nrecord: " in shown


def test_show_a_run_that_a_process_records(project, shell):
    """It begins with the run: nothing was sent, and there is no log."""
    run = Experiment(None, "exp").start_logging(snapshot_directory=None)
    run.complete()
    status, out, err = shell("show", run.id)
    assert (status, out, err.splitlines()[0][:15]) == (0, "", "exp/1 Completed")


def test_detach_returns_at_once_and_cancel_ends_it(project, shell):
    """A detached run is active until `cancel`, then Canceled; waiting for it then fails."""
    project.write("train.py", "import time; print('up', flush=True); time.sleep(600)")
    status, out, _err = shell("submit", "train.py", "--detach")
    assert (status, out.splitlines()[1]) == (0, "follow it: jupyter runcfg logs -f project/1")
    assert shell("cancel")[0] == 0
    status, _out, err = shell("wait")
    assert (status, get_run("project/1").status) == (1, "Canceled")
    assert "error: run project/1 canceled" in err
    assert shell("cancel")[1] == "project/1 has ended already: Canceled\n"


def test_dry_run_sends_nothing(project, shell):
    """The request is printed as JSON, with the command; no record is made."""
    project.write("train.py", "print(1)")
    status, out, _err = shell("submit", "train.py", "--dry-run")
    request = json.loads(out)
    assert (status, request["script"], request["snapshot_size"]["files"]) == (0, "train.py", 1)
    assert shell("runs", "--json")[1] == "[]\n"


def test_configurations_are_listed_and_shown(project, shell):
    """`config` lists the project's files; `config NAME` prints one."""
    project.write(".azureml/gpu.runconfig", "script: train.py\ntarget: local\n")
    assert shell("config")[1] == "gpu\n"
    assert json.loads(shell("config", "gpu", "--json")[1])["script"] == "train.py"


def test_set_makes_and_changes_a_file(project, shell):
    """In the shell `set` names the configuration; comments of a file stay, a wrong key changes nothing."""
    assert shell("set", "gpu", "script=train.py", "resources.gpus=1")[0] == 0
    file = project.directory / ".azureml" / "gpu.runconfig"
    config = RunConfiguration.load(file)
    assert (config.script, config.resources.gpus) == ("train.py", 1)
    file.write_text("script: a.py  # mine\n")
    status, out, _err = shell("set", "gpu", "nodeCount=2")
    assert (status, out, file.read_text()) == (0, f"saved {file}\n", "script: a.py  # mine\nnodeCount: 2\n")
    status, _out, err = shell("set", "gpu", "script=b.py", "nodecont=2")
    assert (status, "did you mean 'nodeCount'?" in err) == (2, True)
    assert file.read_text() == "script: a.py  # mine\nnodeCount: 2\n"
    assert "`jupyter runcfg set NAME KEY=VALUE`" in shell("set", "nodeCount=2")[2]


def test_a_configuration_by_its_file(project, shell):
    """A file anywhere is named by its path from here, as v1's command line names it, and changed there."""
    project.write(
        "config/cpu.runconfig", "script: train.py\n# mine\nenvironment: {docker: {enabled: true}}\n"
    )
    project.write("train.py", "print('trained')")
    for named in ("config/cpu.runconfig", "config/cpu"):
        assert shell("config", named)[:2] == (0, (project.directory / "config/cpu.runconfig").read_text())
    status, out, err = shell("submit", "config/cpu", "--set", "environment.docker.enabled=false")
    assert (status, out) == (0, "trained\n"), err
    assert shell("set", "config/cpu.runconfig", "nodeCount=2")[0] == 0
    assert "# mine" in (project.directory / "config/cpu.runconfig").read_text()
    assert RunConfiguration.load("config/cpu.runconfig").node_count == 2
    status, _out, err = shell("submit", "config/gpu.runconfig")
    assert (status, err.splitlines()[0]) == (2, "error: no configuration named 'config/gpu.runconfig'")


def test_delete_removes_a_file(project, shell):
    """Once; the second time it is an error."""
    project.write(".azureml/gpu.runconfig", "script: train.py\n")
    assert shell("delete", "gpu")[:2] == (0, "'gpu' is removed\n")
    assert shell("delete", "gpu")[0] == 2


def test_old_keys_and_faults_stand_in_the_list(project, shell):
    """`config` says of each file what is to be known before it is used."""
    project.write(".azureml/old.runconfig", "script: train.py\nprepareEnvironment: true\n")
    project.write(".azureml/x.runconfig", "script: [\n")
    file = project.directory / ".azureml" / "x.runconfig"
    assert shell("config")[1] == (
        f"old  1 warning: old.runconfig:2\nx    cannot be read: a value is missing ({file}:2)\n"
    )


def test_schema_and_full_are_printed(project, shell):
    """For editors, and for people who want to see every setting."""
    project.write(".azureml/gpu.runconfig", "script: train.py\n")
    assert json.loads(shell("config", "--schema")[1]) == RunConfiguration.json_schema()
    assert "yarnDeployMode: cluster" in shell("config", "gpu", "--full")[1]


def test_ctrl_c_leaves_the_run_going(project, runcfg_home):
    """SIGINT while following: status 130, one line how to cancel, the run completes by itself."""
    project.write(
        "train.py",
        "import time, os\nprint('up', flush=True)\nwhile not os.path.exists('go'): time.sleep(.01)",
    )
    follower = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from jupyter_runcfg.cli import main; import sys; sys.exit(main())",
            "submit",
            "train.py",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert follower.stdout.readline() == "up\n"
    follower.send_signal(signal.SIGINT)
    _out, err = follower.communicate(timeout=120)
    run = get_run("project/1")
    assert (follower.returncode, run.status) == (130, "Running")
    assert "project/1 goes on; `jupyter runcfg cancel project/1` ends it" in err
    (runcfg_home / "runs" / run.run_id / "work" / "go").touch()
    assert run.wait(30).status == "Completed"


def test_a_reader_that_goes_away_is_no_traceback(project, shell):
    """`logs | head -1` ends quietly."""
    project.write("train.py", "for i in range(100000): print(i)")
    assert shell("submit", "train.py")[0] == 0
    code = "from jupyter_runcfg.cli import main; import sys; sys.exit(main(['logs', '1']))"
    reader = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert reader.stdout.readline() == b"0\n"
    reader.stdout.close()
    err = reader.stderr.read()
    reader.stderr.close()
    assert b"Traceback" not in err
    reader.wait(30)


def test_version_is_printed(shell):
    """`jupyter runcfg --version` says which one this is."""
    import jupyter_runcfg

    assert shell("--version")[:2] == (0, jupyter_runcfg.__version__ + "\n")


def test_json_waits_for_the_end_too(project, shell):
    """`submit --json` prints the ended run and fails as it did; with --detach it is back at once."""
    project.write("train.py", "raise SystemExit(3)")
    status, out, _err = shell("submit", "train.py", "--json")
    assert (status, json.loads(out)["status"], json.loads(out)["exit_code"]) == (1, "Failed", 3)
    assert shell("submit", "train.py", "--json", "--detach")[0] == 0


def test_json_has_no_nan(project, shell):
    """A metric that is no number is null: other programs read what we print."""
    project.write("train.py", "from azureml.core import Run\nRun.get_context().log('loss', float('nan'))")
    assert shell("submit", "train.py")[0] == 0
    rows = json.loads(shell("runs", "--json")[1], parse_constant=pytest.fail)
    assert rows[0]["metrics"] == {"loss": None}


def test_azures_own_settings_in_the_home_directory_are_no_project(project, shell, private_directories):
    """SDK v1 leaves ~/.azureml behind: a directory below the home is a project of its own all the same."""
    below = private_directories / "thesis"
    below.mkdir(exist_ok=True)
    (private_directories / ".azureml" / "auth").mkdir(parents=True, exist_ok=True)
    (below / "train.py").write_text("print(1)")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(below)
        _status, _out, err = shell("submit", "train.py")
    assert "thesis/1 Completed" in err


def test_a_directory_that_was_deleted_is_one_error(project, shell):
    """Run from a directory that is gone, the verbs say so."""
    gone = project.directory / "gone"
    gone.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(gone)
        gone.rmdir()
        status, _out, err = shell("submit", "train.py")
    assert (status, err.splitlines()[0]) == (2, "error: the working directory is not there any more")


def test_what_looks_like_a_secret_is_told(project, shell):
    """A .env travels with a warning that names it; its content is in no record of ours."""
    project.write("train.py", "print(1)")
    project.write(".env", "TOKEN=hunter2")
    status, _out, err = shell("submit", "train.py")
    assert status == 0
    assert "note: sent, and looks like a secret: .env (a line in .amlignore keeps it here)" in err


def test_the_home_of_the_records_is_no_source(project, shell, monkeypatch):
    """Submitting from RUNCFG_HOME itself would freeze all records into each snapshot: refused."""
    project.write("train.py", "print(1)")
    monkeypatch.setenv("RUNCFG_HOME", str(project.directory))
    status, _out, err = shell("submit", "train.py")
    assert status == 2
    assert "where the records are" in err
    assert [path.name for path in project.directory.iterdir()] == ["train.py"]


def test_a_typo_in_a_file_is_a_plain_warning(project, shell):
    """An unknown key of a file is told with its line, the nearest word, and nothing of our code."""
    project.write("train.py", "print(1)")
    project.write(".azureml/a.runconfig", "script: train.py\ntraget: local\n")
    status, _out, err = shell("submit", "a")
    warned = [line for line in err.splitlines() if line.startswith("warning: ")]
    file = project.directory / ".azureml" / "a.runconfig"
    assert (status, warned) == (0, [f"warning: {file}:2: no setting named 'traget'; did you mean 'target'?"])
    assert "verb.py" not in err
