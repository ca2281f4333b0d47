"""`%runcfg snapshot`, `diff`, `checkout` and `download` in a real IPython."""

import pytest

from jupyter_runcfg.errors import ConfigError, RuncfgError
from jupyter_runcfg.notebook import files

from ..project import project
from .test_magics import notebook

__all__ = ["notebook", "project"]


def html(cell_result):
    return cell_result._repr_html_()


def test_snapshot_is_shown_as_tables(project, notebook):
    """The same words as in the shell; names are text; no colour of text but the page's own."""
    project.write(".amlignore", "<b>/\n")
    project.write("<b>/x", "")
    project.write("<i>.py", "x")
    project.write(".env", "A=1")
    seen, _printed = notebook("%runcfg snapshot")
    assert repr(seen).splitlines()[0] == f"{project.directory}: 3 files, 9 B would be sent"
    assert [f"{weight.path}" for weight in seen.preview.biggest_files(1)] == [".amlignore"]
    page = html(seen)
    for text in ("would be sent, and looks like a secret", "&lt;i&gt;.py", ".amlignore:1", "1 directory"):
        assert text in page
    assert "<i>" not in page
    assert ";color:" not in page
    assert '"color:' not in page


def test_snapshot_explains(project, notebook):
    """One line, and no result."""
    project.write(".gitignore", "x\n")
    result, printed = notebook("%runcfg snapshot --explain x")
    assert (result, printed) == (None, "x: dropped: .gitignore:1 x\n")


def test_snapshot_looks_where_submit_would(project, notebook, monkeypatch, private_directories):
    """The home directory is only looked at when it is named."""
    monkeypatch.chdir(private_directories)
    with pytest.raises(ConfigError, match="the source directory would be"):
        notebook("%runcfg snapshot")
    assert notebook(f"%runcfg snapshot --source {project.directory}")[0].preview.files == ()


def test_diff_is_shown_with_its_lines(project, notebook):
    """Settings and hunks, as text and as HTML in which code is text."""
    project.write("train.py", "x = '<b>'\n")
    notebook("%runcfg submit train.py --wait -- 1")
    project.write("train.py", "x = '<i>'\n")
    notebook("%runcfg submit train.py --wait -- 2")
    seen = notebook("%runcfg diff 1 2")[0]
    assert repr(seen).splitlines() == [
        "project/1 → project/2: 1 changed",
        "arguments: 1 → 2",
        "",
        "diff --git a/train.py b/train.py",
        "--- a/train.py",
        "+++ b/train.py",
        "@@ -1 +1 @@",
        "-x = '<b>'",
        "+x = '<i>'",
    ]
    page = html(seen)
    for text in (
        "project/1 → project/2: 1 changed",
        "-x = &#x27;&lt;b&gt;&#x27;",
        "+x = &#x27;&lt;i&gt;&#x27;",
    ):
        assert text in page
    assert "<i>" not in page
    assert repr(notebook("%runcfg diff --stat")[0]) == f"project/2 → {project.directory}: no difference"


def test_a_diff_on_the_page_holds_no_secrets(project, notebook):
    """The notebook is saved with it: a line that looks like one says so in its place."""
    project.write("train.py", "")
    notebook("%runcfg submit train.py --wait")
    token = "ghp" + "_" + "q7Zx2Lm9Tb4Vk8Rw3Yp6Nc1Hd5Jf0Gsq7Zx2"
    project.write("train.py", f"t = '{token}'\n")
    seen = notebook("%runcfg diff")[0]
    for text in (repr(seen), html(seen)):
        assert "+[left out: looks like a GitHub token]" in text
        assert token not in text
    assert f"+t = '{token}'\n" in str(seen.diff)


def test_a_long_diff_is_cut_on_the_page(project, notebook, monkeypatch):
    """So many lines and files, then how many more; long lines end in a mark."""
    project.write("train.py", "")
    notebook("%runcfg submit train.py --wait")
    project.write("a", "y" * 5000 + "\n" + "x\n" * 1000)
    project.write("b", "x\n")
    (project.directory / "c").write_bytes(b"\0")
    project.write("train.py", "z\n" * 500)
    seen = notebook("%runcfg diff")[0]
    assert "… and 1,119 more lines" in repr(seen)
    page = html(seen)
    assert "… and 962 more lines" in page  # of a new file its beginning is enough
    assert "… and 143 more lines" in page
    assert "y" * 401 not in page
    monkeypatch.setattr(files, "MOST_FILES", 1)
    assert "and 3 more files" in html(seen)


def test_checkout_and_download_answer_in_a_line(project, notebook):
    """What the shell says."""
    project.write("train.py", "open('outputs/m', 'w').write('m')")
    (project.directory / "outputs").mkdir()
    run = notebook("run = %runcfg submit train.py --wait")[0] or notebook("run")[0]
    place = project.directory.parent / "r1"
    assert notebook(f"%runcfg checkout 1 {place}")[1] == f"project/1: 1 file in {place}\n"
    with pytest.raises(RuncfgError, match="is not empty"):
        notebook(f"%runcfg checkout 1 {place}")
    assert notebook("%runcfg download")[1] == (
        f"project/1: 3 files, 1 B in {project.directory}/{run.run_id}\n"
    )
    assert notebook("run.checkout('../r2')")[0] == str(project.directory.parent / "r2")
    assert str(notebook("run.diff()")[0]).endswith("no difference\n")
