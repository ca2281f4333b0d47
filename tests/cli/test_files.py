"""The shell's verbs about files, as their users type them."""

import json
import os
import re
import subprocess
import sys

import pytest

from jupyter_runcfg import get_run, snapshot
from jupyter_runcfg.cli import main

from ..project import project

__all__ = ["project"]

TOKEN = "ghp" + "_" + "q7Zx2Lm9Tb4Vk8Rw3Yp6Nc1Hd5Jf0Gsq7Zx2"


@pytest.fixture
def shell(capfd):
    """shell(*words) → (exit status, stdout, stderr)."""

    def run(*words):
        capfd.readouterr()
        status = main([str(word) for word in words])
        return status, *capfd.readouterr()

    return run


@pytest.fixture
def two_runs(project, shell):
    """project/1 and project/2, which differ in a line, a setting and a file."""
    project.write("train.py", "x = 1\n")
    assert shell("submit", "train.py", "--", "--lr", "0.1")[0] == 0
    project.write("train.py", "x = 2\n")
    project.write("new", "n\n")
    assert shell("submit", "train.py", "--", "--lr", "0.2")[0] == 0


def test_snapshot_says_what_would_be_sent(project, shell, runcfg_home):
    """Secrets, oddities, weights and ignored paths by their lines; nothing is written."""
    project.write(".amlignore", "data/\n*.log\n")
    project.write(".gitignore", "")
    project.write("train.py", f"token = '{TOKEN}'\n")
    project.write("src/deep/a.bin", "x" * 2000)
    project.write("data/x", "")
    for name in "abcd":
        project.write(f"{name}.log", "")
    (project.directory / "out").symlink_to("/etc")
    (project.directory / "lost").symlink_to("nowhere")
    assert shell("snapshot") == (
        0,
        f"{project.directory}: 5 files, 2 KB would be sent\n"
        "rules: .amlignore (so .gitignore does not count)\n"
        "\n"
        "would be sent, and looks like a secret\n"
        "  train.py:1  a GitHub token\n"
        "  the line /train.py in .amlignore keeps the first one here\n"
        "\n"
        "not sent\n"
        "  out  link out of the directory, to '/etc'\n"
        "\n"
        "sent, but\n"
        "  lost  broken link, to 'nowhere'\n"
        "\n"
        "biggest directories\n"
        "  2 KB  1 file  src/deep/\n"
        "\n"
        "biggest files\n"
        "  2 KB  src/deep/a.bin\n"
        "  51 B  train.py\n"
        "  12 B  .amlignore\n"
        "   7 B  lost\n"
        "   0 B  .gitignore\n"
        "\n"
        "ignored\n"
        "  .amlignore:1  data/  1 directory  data/\n"
        "  .amlignore:2  *.log  4 files      a.log, b.log, c.log, …\n",
        "",
    )
    assert not runcfg_home.exists()


def test_snapshot_of_very_little(project, shell):
    """An empty directory, and the list that holds without an ignore file."""
    assert shell("snapshot")[1] == (
        f"{project.directory}: 0 files, 0 B would be sent\n"
        "no .amlignore, no .gitignore: left out are "
        ".ipynb_checkpoints/ __pycache__/ .venv/ venv/ node_modules/ outputs/ logs/\n"
    )


def test_long_lists_are_cut(project, shell):
    """Ten rows of each, and how many more there are."""
    project.write(".amlignore", "".join(f"i{n:03}\n" for n in range(1300)))
    for n in range(1300):
        (project.directory / f"i{n:03}").write_text("")
        (project.directory / f"l{n:04}").symlink_to("/etc")
    out = shell("snapshot")[1]
    assert "  and 1,290 more lines that leave something out\n" in out
    assert "  and 1,290 more\n" in out
    assert len(out.splitlines()) < 40


def test_files_that_were_not_searched_are_counted(project, shell, monkeypatch):
    """Of too many small files, so many were not opened."""
    for number in range(5):
        project.write(f"f{number}", TOKEN)
    monkeypatch.setattr("jupyter_runcfg.snapshot.preview.find_secrets", lambda root, files: ([], len(files)))
    assert shell("snapshot")[1].splitlines()[2] == (
        "5 more small files were not searched for secrets: there are too many"
    )


def test_snapshot_of_a_big_directory_has_a_line_against_it(project, shell):
    """Where submit would ask, the heaviest directory is named with the line that keeps it here."""
    (project.directory / "raw [1]").mkdir()
    with (project.directory / "raw [1]" / "big").open("wb") as stream:
        stream.truncate(400_000_000)
    assert (
        "  above 300.0 MB `submit` asks for `--yes`; the line /raw \\[1]/ in .amlignore keeps 400.0 MB here\n"
        in shell("snapshot")[1]
    )


def test_snapshot_as_json(project, shell):
    """Each file with path, size, digest and mode; names of any bytes; the digest is the snapshot's."""
    project.write("run.sh", "x").chmod(0o755)
    project.write(".env", "A=1")
    (project.directory / "empty").mkdir()
    with open(os.path.join(os.fsencode(project.directory), b"\xff\n"), "w"):
        pass
    status, out, _err = shell("snapshot", "--json")
    found = json.loads(out)
    frozen = snapshot.scan(project.directory)
    assert (status, found["digest"], found["size_bytes"], found["file_count"]) == (0, frozen.digest, 4, 3)
    assert [(f["path"], f["size"], f["mode"]) for f in found["files"]] == [
        (".env", 3, "100644"), ("run.sh", 1, "100755"), ("\udcff\n", 0, "100644")
    ]  # fmt: skip
    assert {f["digest"] for f in found["files"]} == {e.digest for e in frozen.entries if e.digest}
    assert found["secrets"] == [{"path": ".env", "line": 0, "what": "by its name"}]
    assert (found["empty_directories"], found["ignored"], found["skipped"], found["doubtful"]) == (
        ["empty"],
        [],
        [],
        [],
    )
    assert (found["source"], found["rules"]) == (str(project.directory), "default list")


def test_snapshot_explains_a_path(project, shell):
    """`--explain` names the line, as text and as JSON; another directory is named with `--source`."""
    project.write("sub/.amlignore", "*.csv\n")
    project.write("sub/x.csv", "")
    project.write("x.csv", "")
    assert shell("snapshot", "--explain", "x.csv") == (0, "x.csv: kept: no rule matches\n", "")
    assert shell("snapshot", "--source", "sub", "--explain", "sub/x.csv")[1] == (
        "x.csv: dropped: .amlignore:1 *.csv\n"
    )
    assert json.loads(shell("snapshot", "--source", "sub", "--explain", "sub/x.csv", "--json")[1]) == {
        "path": "x.csv", "is_kept": False, "reason": ".amlignore:1 *.csv", "rule": ".amlignore:1 *.csv"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["snapshot", "--source", "nowhere"], 2, "the source directory 'nowhere' is not there"),
        (["snapshot", "--explain", "../x"], 2, "'../x' is outside of the source directory"),
        (["snapshot", "x"], 2, "one word too many: 'x'"),
        (["diff", "1", "2", "1"], 2, "too many words: 1 2 1"),
        (["diff", "1", "2", "--source", "."], 2, "too many words: 1 2"),
        (["diff", "7"], 1, "no run 'project/7'"),
        (["diff", "1", "--source", "nowhere"], 1, "the directory to compare project/1 with is not there"),
        (["checkout", "1"], 2, "missing: DIR"),
        (["checkout", "1", "."], 1, "is not empty"),
        (["download", "1", "../x"], 1, "'../x' leaves the run"),
        (["download", "1", "nothing"], 1, "run project/1 has no file 'nothing'"),
    ],
)
def test_what_is_wrong_is_said(two_runs, shell, words, status, message):
    """One error on stderr with a hint, and a status that is not 0."""
    got, out, err = shell(*words)
    assert (got, out) == (status, "")
    assert message in err
    assert "hint: " in err


def test_diff_of_two_runs(two_runs, shell):
    """Settings, then what `git apply` takes; with `--stat` names only; as JSON all of it."""
    head = "project/1 → project/2: 1 changed, 1 added\narguments: --lr 0.1 → --lr 0.2\n"
    patch = (
        "diff --git a/new b/new\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+n\n"
        "diff --git a/train.py b/train.py\n--- a/train.py\n+++ b/train.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"
    )
    assert shell("diff", "1", "2") == (0, f"{head}\n{patch}", "")
    assert shell("diff", "1", "2", "--stat") == (0, f"{head}A  new       2 B\nM  train.py  6 B\n", "")
    found = json.loads(shell("diff", "1", "2", "--json")[1])
    assert found["settings"] == [{"key": "arguments", "old": ["--lr", "0.1"], "new": ["--lr", "0.2"]}]
    files = [(f["kind"], f["path"], f["old"] and f["old"]["size"], f["new"]["mode"]) for f in found["files"]]
    assert files == [("added", "new", None, "100644"), ("changed", "train.py", 6, "100644")]
    assert "".join(f["diff"] for f in found["files"]) == patch


def test_diff_with_the_directory_as_it_is(two_runs, project, shell):
    """Without a second run; the newest without a first."""
    assert shell("diff")[1] == f"project/2 → {project.directory}: no difference\n"
    assert (
        shell("diff", "1", "--stat")[1].splitlines()[0]
        == f"project/1 → {project.directory}: 1 changed, 1 added"
    )


@pytest.mark.engine("git")
def test_a_pipe_gets_the_very_bytes(project, shell, tmp_path):
    """`jupyter runcfg diff 1 2 | git apply` works for bytes that are no UTF-8 and for odd names."""
    project.write("train.py", "")
    place = os.path.join(os.fsencode(project.directory), b"\xff\n")
    for content in (b"a\r\n\xfe\n", b"b\r\n\xfe"):
        with open(place, "wb") as stream:
            stream.write(content)
        assert shell("submit", "train.py")[0] == 0
    assert shell("checkout", "1", tmp_path / "one")[0] == 0
    command = [sys.executable, "-c", "import sys; from jupyter_runcfg.cli import main; sys.exit(main())"]
    patch = subprocess.run([*command, "diff", "1", "2"], capture_output=True, check=True).stdout
    subprocess.run(["git", "apply"], input=patch, cwd=tmp_path / "one", check=True)
    assert snapshot.scan(tmp_path / "one").digest == get_run("project/2").get_snapshot_id()


def test_a_terminal_gets_colours_and_no_bytes_that_act(two_runs, project):
    """Lines have colours; escape codes of a file are shown, not obeyed; secrets are not shown."""
    import pty

    project.write("train.py", f"x = \x1b[2J\nt = '{TOKEN}'\n")
    main_end, child_end = pty.openpty()
    code = "import sys; from jupyter_runcfg.cli import main; sys.exit(main(['diff', '2']))"
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=child_end, stderr=child_end, env={**os.environ, "TERM": "xterm"}
    )
    os.close(child_end)
    text = os.read(main_end, 65536).decode()
    os.close(main_end)
    assert done.returncode == 0
    assert "\x1b[31m-x = 2\x1b[0m" in text
    assert "\x1b[32m+x = \\x1b[2J\x1b[0m" in text
    assert "\x1b[2J" not in text
    assert "\x1b[32m+[left out: looks like a GitHub token]\x1b[0m" in text


def test_checkout_puts_it_back(two_runs, project, shell):
    """What ran is there; in the project a note says that it would travel, with the line against it."""
    assert shell("checkout", "1", "r1") == (
        0,
        f"project/1: 1 file in {project.directory}/r1\n"
        "note: it would be sent with your next run; the line /r1/ in .amlignore keeps it here\n",
        "",
    )
    assert (project.directory / "r1" / "train.py").read_text() == "x = 1\n"
    project.write(".amlignore", "/r2/\n")
    out = json.loads(shell("checkout", "2", "r2", "--json")[1])
    assert (out["run"], out["directory"], out["files"]) == ("project/2", str(project.directory / "r2"), 2)
    assert "note" not in shell("checkout", "2", project.directory.parent / "far")[1]


def test_download_copies_outputs_and_logs(project, shell):
    """Into ./RUN_ID by default; again there is nothing new; what is left out is named."""
    project.write(
        "train.py", "import os; open('outputs/m', 'w').write('12'); os.symlink('/etc', 'outputs/l')\n"
    )
    (project.directory / "outputs").mkdir()
    shell("submit", "train.py")
    run_id = get_run("project/1").run_id
    left_out = "not copied: outputs/l (link out of the directory, to '/etc')\n"
    assert shell("download") == (
        0,
        f"project/1: 3 files, 2 B in {project.directory}/{run_id}\n{left_out}",
        "",
    )
    assert shell("download", "1")[1] == (
        f"project/1: nothing new, 3 files there already in {project.directory}/{run_id}\n{left_out}"
    )
    assert shell("download", "1", "outputs/m", "--to", "d")[1] == (
        f"project/1: 1 file, 2 B in {project.directory}/d\n"
        "note: it would be sent with your next run; the line /d/ in .amlignore keeps it here\n"
    )
    found = json.loads(shell("download", "1", "--snapshot", "--to", "e", "--json")[1])
    assert found["written"] == ["outputs/m", "logs/runtime.log", "logs/std_log.txt", "snapshot/train.py"]
    (project.directory / "d" / "outputs" / "m").write_text("mine")
    assert re.search("other files are in the way", shell("download", "1", "--to", "d")[2])
    assert shell("download", "1", "--to", "d", "--force")[0] == 0
