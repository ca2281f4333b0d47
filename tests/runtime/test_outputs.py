"""Finalizing: what moves from work/ into the record."""

import hashlib

from jupyter_runcfg.runtime.checkout import iter_files

from .job import HEX, events_of, record, run


def files_of(paths):
    return [name for name, _ in iter_files(paths.directory + "/outputs")]


def test_outputs_and_logs_move(tmp_path):
    """./outputs and ./logs are in the record, each file an event; what else was written stays in work/."""
    paths = record(
        tmp_path,
        """
        import os
        os.makedirs("outputs/deep"); open("outputs/deep/model", "w").write("m")
        open("logs/tb", "w").write("12"); open("logs/std_log.txt", "w").write("theirs")
        open("scratch.txt", "w").write("s")
        print("ours")
        """,
    )
    assert run(paths)[1]["status"] == "Completed"
    assert files_of(paths) == ["deep/model"]
    logs = dict(iter_files(paths.logs))
    assert (logs["tb"], logs["script-std_log.txt"], logs["std_log.txt"]) == (2, 6, 5)
    assert iter_files(paths.work) == [("scratch.txt", 1)]
    artifacts = {e["path"]: (e["size"], e.get("digest")) for e in events_of(paths, "artifact")}
    assert artifacts == {
        "outputs/deep/model": (1, hashlib.sha256(b"m").hexdigest()),
        "logs/tb": (2, None),
        "logs/script-std_log.txt": (6, None),
    }


def test_what_came_with_the_snapshot_is_no_output(tmp_path):
    """Of a snapshot with an outputs folder only what the script changed or added is kept."""
    paths = record(
        tmp_path,
        """
        open("outputs/changed", "a").write("more")
        open("outputs/new", "w").write("n")
        """,
        files={"outputs/old": "o", "outputs/changed": "c", "logs/old": "l"},
    )
    assert run(paths)[1]["status"] == "Completed"
    assert files_of(paths) == ["changed", "new"]
    assert iter_files(paths.work) == []
    assert "old" not in dict(iter_files(paths.logs))


def test_odd_outputs(tmp_path):
    """Links and pipes in ./outputs are kept and never followed; ./outputs that is a link stays in work/."""
    script = """
        import os
        os.mkfifo("outputs/pipe"); os.symlink("/etc/passwd", "outputs/link"); os.mkdir("outputs/empty")
        open("outputs/\\udcff", "w").write("x")
        os.rmdir("logs"); os.symlink("/tmp", "logs")
        """
    paths = record(tmp_path, script)
    assert run(paths)[1] | {"t": 0} == {
        "status": "Completed",
        "cause": "",
        "exit_code": 0,
        "t": 0,
        "attempt": 1,
    }
    assert files_of(paths) == ["\udcff"]
    assert [e["path"] for e in events_of(paths, "artifact")] == ["outputs/\udcff"]
    linked = record(
        tmp_path,
        'import os; os.rmdir("outputs"); os.symlink("/etc", "outputs")',
        run_id=f"exp_2_{HEX}",
    )
    assert run(linked)[1]["status"] == "Completed"
    assert files_of(linked) == []


def test_outputs_that_cannot_be_collected(tmp_path):
    """The script's own outcome stays, the cause says what happened to the outputs."""
    script = """
        import os
        open("logs/tb", "w").close(); open("outputs/model", "w").close()
        record = os.environ["RUNCFG_RUN_DIR"]
        os.rename(record + "/logs", record + "/elsewhere")
        raise SystemExit(3)
        """
    paths = record(tmp_path, script)
    status, end = run(paths)
    assert (status, end["status"], end["exit_code"]) == (0, "Failed", 3)
    assert end["cause"].startswith("exit code 3; its outputs were not all collected: ")
    assert files_of(paths) == ["model"]
