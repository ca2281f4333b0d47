"""`%runcfg` in a real IPython."""

import json

import pytest
from IPython.core.interactiveshell import InteractiveShell

import jupyter_runcfg
from jupyter_runcfg.errors import (
    ConfigError,
    RunFailedError,
    SnapshotError,
    StillRunningError,
    TargetError,
)

from ..project import project

__all__ = ["project"]


@pytest.fixture
def notebook(project, capsys):
    """notebook(cell) → (what the cell gives, what it printed); raises what the cell raises."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "jupyter_runcfg")
    capsys.readouterr()

    def run(cell):
        result = shell.run_cell(cell, store_history=True)
        printed = capsys.readouterr().out
        if result.error_in_exec is not None:
            result.error_in_exec.printed = printed
        result.raise_error()
        return result.result, printed

    run.shell = shell
    yield run
    shell.run_line_magic("unload_ext", "jupyter_runcfg")
    shell.reset(new_session=False)
    InteractiveShell.clear_instance()


def test_loading_says_where_we_stand(project, capsys):
    """Target, experiment and active runs in one line."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "jupyter_runcfg")
    out = capsys.readouterr().out
    shell.run_line_magic("unload_ext", "jupyter_runcfg")
    InteractiveShell.clear_instance()
    assert out == "target local · experiment project (this folder) · 0 active runs · %runcfg -h\n"


def test_a_cell_is_a_run(project, notebook):
    """The body runs in a checkout with its metrics recorded; the cell gives the Run."""
    project.write("data.txt", "42")
    run, printed = notebook(
        "%%runcfg submit --experiment diabetes --wait\n"
        "from azureml.core import Run\n"
        "run = Run.get_context()\n"
        "print('read', open('data.txt').read())\n"
        "for i in range(3): run.log('loss', 1 / (i + 1))\n"
    )
    assert isinstance(run, jupyter_runcfg.Run)
    assert (run.status, run.logs(), run.get_metrics()) == (
        "Completed",
        "read 42\n",
        {"loss": [1.0, 0.5, 1 / 3]},
    )
    assert "diabetes/1 · Python cell, 4 lines · local, this interpreter · snapshot" in printed
    assert [path.name for path in project.directory.iterdir()] == ["data.txt"]


def test_a_script_gets_arguments_from_the_notebook(project, notebook):
    """`{lr}` is the variable's value; the magic can be assigned."""
    project.write("train.py", "import sys; print(sys.argv)")
    notebook("lr = 0.03")
    notebook("""run = %runcfg submit train.py --wait -- --lr {lr} --cfg '{"a": 1}'""")
    assert notebook("run.logs()")[0] == "['train.py', '--lr', '0.03', '--cfg', '{\"a\": 1}']\n"


def test_a_loop_uses_the_functions_own_names(project, notebook):
    """Inside a function, its local variables are found."""
    project.write("train.py", "import sys; print(sys.argv[1])")
    notebook("def go(value):\n    run = %runcfg submit train.py --wait -- {value}\n    return run.logs()\n")
    assert notebook("go(7)")[0] == "7\n"


def test_a_configuration_cell_makes_the_current_one(project, notebook):
    """YAML makes a configuration; `submit` without a name runs it; a second cell replaces it whole."""
    project.write("train.py", "import sys; print(sys.argv[1:])")
    _result, printed = notebook("%%runcfg config gpu\nscript: train.py\narguments: [a, '1']\n")
    assert printed == "  script: train.py\n  arguments: ['a', '1']\ncurrent = gpu, not saved\n"
    assert notebook("%runcfg submit --wait")[0].logs() == "['a', '1']\n"
    notebook("%%runcfg config gpu\nscript: train.py\n")
    assert notebook("%runcfg config gpu")[0] == jupyter_runcfg.RunConfiguration(script="train.py")


def test_set_save_and_load(project, notebook):
    """`set` changes the current configuration, `save` writes it, `load` reads it."""
    notebook("%%runcfg config gpu\nscript: train.py\n")
    notebook("%runcfg set environmentVariables.THREADS=8 maxRunDurationSeconds=60")
    notebook("%runcfg save")
    assert (project.directory / ".azureml" / "gpu.runconfig").exists()
    config = notebook("%runcfg load gpu")[0]
    assert (config.environment_variables, config.max_run_duration_seconds) == ({"THREADS": "8"}, 60)


def test_a_second_save_says_what_changed(project, notebook):
    """The lines of the file that were changed, and no others; what a person wrote beside them stays."""
    project.write(".azureml/gpu.runconfig", "# ours\nscript: train.py  # the script\ntarget: local\n")
    notebook("%runcfg load gpu")
    notebook("%runcfg set nodeCount=2 script=main.py")
    file = project.directory / ".azureml" / "gpu.runconfig"
    assert notebook("%runcfg save")[1] == (
        f"saved {file}\n"
        "@@ -2 +2 @@\n-script: train.py  # the script\n+script: main.py  # the script\n"
        "@@ -3,0 +4 @@\n+nodeCount: 2\n"
    )
    assert file.read_text() == "# ours\nscript: main.py  # the script\ntarget: local\nnodeCount: 2\n"


def test_a_configuration_may_begin_with_another(project, notebook):
    """`--from` takes a copy, deep into its sections; the other one stays as it was."""
    body = "script: a.py\nenvironment: {name: e, docker: {baseImage: i}}\nnodeCount: 2\n"
    notebook(f"%%runcfg config one\n{body}")
    notebook("%%runcfg config two --from one\nnodeCount: 3\nenvironment: {docker: {shmSize: 1g}}\n")
    two, one = notebook("%runcfg config two")[0], notebook("%runcfg config one")[0]
    docker = two.environment.docker
    assert (two.script, two.node_count, docker.base_image, docker.shm_size) == ("a.py", 3, "i", "1g")
    assert one == jupyter_runcfg.RunConfiguration.from_text(body)


def test_configurations_that_are_there_are_named_with_what_is_old(project, notebook):
    """Before one is current, `config` lists the files; old keys are counted with their lines."""
    project.write(".azureml/a.runconfig", "script: a.py\nhistory:\n  enabled: true\n")
    project.write(".azureml/b.runconfig", "script: b.py\nnodeCount: none\n")
    _result, printed = notebook("%runcfg config")
    broken = project.directory / ".azureml" / "b.runconfig"
    assert printed.partition("Out[")[0] == (
        "found a (1 warning: a.runconfig:3), "
        f"b (cannot be read: 'none' is not a whole number of nodes (nodeCount, {broken}:2)); "
        "`%runcfg load NAME` makes one the current one\n"
    )


def test_saved_under_another_name_it_is_another_one(notebook):
    """Changes of the new one do not reach the old one; `set` says what changed, and nothing else."""
    notebook("%%runcfg config gpu\nscript: train.py\nnodeCount: 2\n")
    notebook("%runcfg save")
    notebook("%runcfg save other")
    said = notebook("%runcfg set nodeCount=9")[1]
    assert said == "  nodeCount: 9\ncurrent = other, not saved\n"
    assert [notebook(f"%runcfg config {name}")[0].node_count for name in ("gpu", "other")] == [2, 9]


def test_all_faults_of_set_are_told(notebook):
    """Each word that is wrong, at once."""
    with pytest.raises(ConfigError) as caught:
        notebook("%runcfg set nodeCount=0 framework=foo bar=3")
    assert [fault.key or fault.message for fault in caught.value.faults] == [
        "nodeCount",
        "framework",
        "no setting named 'bar'",
    ]


def test_delete_removes_the_configuration_only(project, notebook):
    """Its file goes, and it is current no longer; one that is nowhere is an error with what there is."""
    project.write(".azureml/a.runconfig", "script: a.py\n")
    config = notebook("%runcfg load a")[0]
    assert notebook("%runcfg delete a")[1] == "'a' is removed; the current configuration has no name now\n"
    assert not (project.directory / ".azureml" / "a.runconfig").exists()
    assert notebook("%runcfg config")[0] == config  # what it says is not lost
    notebook("%%runcfg config b\nscript: b.py\n")
    assert notebook("%runcfg delete b")[1] == "'b' is dropped; it was not saved\n"
    with pytest.raises(ConfigError, match="no configuration named 'b'"):
        notebook("%runcfg delete b")


def test_all_settings_and_the_schema_can_be_seen(notebook):
    """`--full` prints every setting as YAML, `--schema` gives the JSON Schema."""
    printed = notebook("%runcfg config --full")[1]
    assert jupyter_runcfg.RunConfiguration.from_text(printed) == jupyter_runcfg.RunConfiguration()
    assert "processCountPerNode: 1" in printed
    assert notebook("%runcfg config --schema")[0]["properties"]["nodeCount"]["anyOf"][0]["minimum"] == 1


def test_a_wrong_set_changes_nothing(project, notebook):
    """Of two settings with one fault neither is kept."""
    notebook("%%runcfg config gpu\nscript: train.py\n")
    with pytest.raises(ConfigError, match="no setting named 'nodecont'"):
        notebook("%runcfg set target=elsewhere nodecont=2")
    assert notebook("%runcfg config")[0].target == "local"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%%runcfg submit\nprint(1", "'(' was never closed: print(1"),
        ("%%runcfg submit\n\n", "the cell has no code to run"),
        ("%%runcfg submit\n!pip install x\n", "invalid syntax: !pip install x"),
        ("%%runcfg submit\nreturn 5\n", "'return' outside function"),
        ("%%runcfg submit\nawait thing()\n", "'await' outside function"),
        ("%%runcfg submit\nfor i in range(3):\n    print 'x'\n", "Missing parentheses in call to 'print'"),
        ("%%runcfg runs\nx\n", "`runs` takes no cell body"),
        ("%%runcfg config\nscript: a.py\n", "the configuration needs a name"),
        ("%%runcfg config x\nscript: [\n", "a value is missing"),
        ("%runcfg submit train.py", "no script 'train.py'"),
        ("%runcfg submit -- {nothing}", "no variable 'nothing'"),
        ("%runcfg save", "the current configuration has no name"),
    ],
)
def test_bad_cells_are_refused_before_anything_is_done(notebook, cell, message):
    """The cell fails, so Run All stops; no record is made."""
    with pytest.raises(ConfigError) as caught:
        notebook(cell)
    assert message in caught.value.message
    assert notebook("%runcfg runs")[0] == []


def test_errors_are_short_boxes(notebook):
    """What IPython shows of an error of ours is its text and hint, no traceback."""
    with pytest.raises(ConfigError) as caught:
        notebook("%runcfg sumbit")
    assert caught.value._render_traceback_() == [
        "\x1b[1merror: no verb 'sumbit'\x1b[0m",
        "",
        "hint: did you mean 'submit'?  `%runcfg -h` explains them",
    ]
    assert "Traceback" not in caught.value.printed


def test_a_failed_run_raises_where_it_is_waited_for(notebook):
    """`--wait` and `wait` raise with the script's error; the record and its log stay."""
    with pytest.raises(RunFailedError, match=r"ZeroDivisionError: division by zero at cell\.py:1"):
        notebook("%%runcfg submit --wait\n1 / 0\n")
    with pytest.raises(RunFailedError):
        notebook("%runcfg wait")
    assert "ZeroDivisionError" in notebook("%runcfg logs")[1]


def test_as_binds_the_run_or_nothing(project, notebook):
    """`--as VAR` is unset first, and bound when the record exists."""
    notebook("mine = 'old'")
    with pytest.raises(ConfigError):
        notebook("%runcfg submit absent.py --as mine")
    assert "mine" not in notebook.shell.user_ns
    run = notebook("%%runcfg submit --wait --as mine\nprint(1)\n")[0]
    assert notebook.shell.user_ns["mine"] == run


def test_runs_is_a_table_and_a_list(notebook):
    """One row a run, newest first, as text and as HTML in which names are text."""
    notebook("%%runcfg submit --wait --name <b>x</b>\nprint(1)\n")
    notebook("%%runcfg submit --wait\nprint(2)\n")
    table = notebook("%runcfg runs")[0]
    assert [summary.label for summary in table] == ["project/2", "project/1"]
    assert repr(table).splitlines()[0].split()[:3] == ["run", "status", "started"]
    assert "&lt;b&gt;x&lt;/b&gt;" in table._repr_html_()
    assert "<b>x" not in table._repr_html_()


def test_cancel_and_wait_name_the_run(notebook):
    """The answer of a verb says which run it was about."""
    notebook("%%runcfg submit\nimport time; time.sleep(600)\n")
    assert notebook("%runcfg cancel")[1] == "project/1: cancel asked for\n"
    with pytest.raises(RunFailedError) as caught:
        notebook("%runcfg wait")
    assert caught.value.printed.startswith("project/1 Canceled")


def test_a_job_does_not_wait_for_its_own_end(notebook, monkeypatch):
    """A notebook with `wait` in it, run as a job: `last` is that job, which would wait for ever."""
    notebook("%%runcfg submit\nimport time; time.sleep(600)\n")
    run = notebook("%runcfg show last")[0]
    with monkeypatch.context() as job:
        job.setenv("RUNCFG_RUN_ID", run.run_id)
        said = notebook("%runcfg wait")[1]
    assert said == "this notebook runs as that job itself: its own end is not waited for\n"
    assert notebook("%runcfg cancel last")[1] == "project/1: cancel asked for\n"


def test_dry_run_sends_nothing(notebook):
    """The request is shown and no record is made."""
    result, printed = notebook("%%runcfg submit --dry-run\nprint(1)\n")
    text = printed.rpartition("\nwould run: ")[0]
    assert (result, json.loads(text)["argv"][1:]) == (None, ["cell.py"])
    assert notebook("%runcfg runs")[0] == []


def test_the_cells_file_does_not_hide_one_of_the_project(project, notebook):
    """Where the directory has a cell.py, the cell gets another name and can import it."""
    project.write("cell.py", "value = 5")
    run = notebook("%%runcfg submit --wait\nimport cell; print(cell.value)\n")[0]
    assert run.logs() == "5\n"


def test_a_bash_cell_runs_in_bash(notebook):
    """`--lang bash` makes the body a shell script."""
    assert notebook("%%runcfg submit --lang bash --wait\necho $((40 + 2)) $0\n")[0].logs() == "42 cell.sh\n"


def test_home_directory_is_not_swept_in(notebook, monkeypatch, private_directories):
    """From the home directory a submit is refused until the directory is named."""
    monkeypatch.chdir(private_directories)
    with pytest.raises(ConfigError, match="the source directory would be"):
        notebook("%%runcfg submit\nprint(1)\n")


def test_an_unknown_target_is_refused(notebook):
    """The error names the setting and what there is."""
    with pytest.raises((ConfigError, TargetError), match="no compute target named 'slrum'"):
        notebook("%%runcfg submit --target slrum\nprint(1)\n")


def test_a_fault_of_a_configuration_is_found_in_its_cell(notebook):
    """Another cell that uses it names the cell and the line that set the value."""
    notebook("%%runcfg config gpu\nscript: train.py\ntarget: slrum\n")
    with pytest.raises((ConfigError, TargetError)) as caught:
        notebook("%%runcfg submit\nprint(1)\n")
    assert caught.value.where == "target, %%runcfg config gpu:3"


def test_the_same_names_work_in_the_notebook_itself(notebook):
    """Run.get_context() outside of a job prints, and its metrics can be read back."""
    _, printed = notebook("from azureml.core import Run\nrun = Run.get_context()\nrun.log('loss', 0.5)")
    assert printed == "[run] not part of a job: printed, not recorded\n[run] loss = 0.5\n"
    assert notebook("run.get_metrics()")[0] == {"loss": 0.5}


def test_a_number_counts_in_the_experiment_of_the_newest_run(notebook):
    """After a run of another experiment, `1` is that one's first; the folder's own are found too."""
    notebook("%%runcfg submit --wait --experiment other\nprint('in other')\n")
    assert notebook("%runcfg logs 1")[1].endswith("in other\n")
    notebook("%%runcfg submit --wait\nprint('here')\n")
    notebook("%%runcfg submit --wait\nprint('here too')\n")
    notebook("%%runcfg submit --wait --experiment other\nprint('again')\n")
    assert notebook("%runcfg logs 2")[1].endswith("again\n")
    assert notebook("%runcfg logs project/2")[1].endswith("here too\n")


def test_the_same_cell_again_names_the_run_that_still_goes_on(notebook):
    """A second submit of one cell is a new run, with a note how to cancel those before."""
    cell = "%%runcfg submit\nimport time; time.sleep(600)\n"
    assert "same cell" not in notebook(cell)[1]
    note = "project/1 of the same cell still goes on: `%runcfg cancel project/1` ends it"
    assert note in notebook(cell)[1]
    note = "project/1, project/2 of the same cell still go on: `%runcfg cancel project/1 project/2` ends them"
    assert note in notebook(cell)[1]
    notebook("%runcfg cancel 1 2 3")
    assert "same cell" not in notebook(cell)[1]
    assert "same cell" not in notebook("%%runcfg submit\nprint('another')\n")[1]
    notebook("%runcfg cancel 4")


def test_what_does_not_travel_is_named(project, notebook):
    """A link out of the directory is left out, and said so under the cell."""
    (project.directory / "out").symlink_to("/etc/hostname")
    printed = notebook("%%runcfg submit --wait\nprint(1)\n")[1]
    assert "not sent: out (" in printed


def test_a_big_directory_is_asked_about(project, notebook):
    """Above 300 MB the biggest files are named and nothing is done until `--yes`."""
    for name, size in (("a.bin", 200), ("b.bin", 150), ("c.bin", 1)):
        with (project.directory / name).open("wb") as stream:
            stream.truncate(size << 20)
    with pytest.raises(SnapshotError) as caught:
        notebook("%%runcfg submit\nprint(1)\n")
    assert caught.value.message == "the snapshot would be 368.1 MB"
    assert caught.value.where == "the biggest: a.bin 209.7 MB, b.bin 157.3 MB, c.bin 1.0 MB"
    assert "`--yes`" in caught.value.hint
    assert notebook("%runcfg runs")[0] == []


def test_waiting_ends_when_the_time_is_over(notebook):
    """`wait --timeout` raises our error, and the run goes on."""
    notebook("%%runcfg submit\nimport time; time.sleep(600)\n")
    with pytest.raises(StillRunningError, match="run project/1 has not ended within 1 s; it goes on"):
        notebook("%runcfg wait --timeout 1")
    notebook("%runcfg cancel")


def test_loading_never_fails(project, capsys, monkeypatch):
    """Where the records cannot be kept, the greeting says so and the magics are there."""
    monkeypatch.setenv("RUNCFG_HOME", "relative")
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "jupyter_runcfg")
    out = capsys.readouterr().out
    assert "RUNCFG_HOME is 'relative', another place in each directory" in out
    assert "runcfg" in shell.magics_manager.magics["line"]
    shell.run_line_magic("unload_ext", "jupyter_runcfg")
    InteractiveShell.clear_instance()
