"""What request.json says of the files that were left out."""

import json

from jupyter_runcfg import RunConfiguration
from jupyter_runcfg.submission import Submission, preview


def test_what_was_left_out(project):
    """Each path with the line that left it out, the shortest first; a directory is one entry."""
    project.write("train.py", "print('x')")
    project.write(".amlignore", "data/\n*.log\n")
    project.write("data/a.csv", "1")
    project.write("data/b.csv", "1")
    project.write("train.log", "x")
    request, _ = preview(Submission(RunConfiguration(script="train.py")))
    assert (request["ignored"], request["ignored_more"]) == (
        [["data", ".amlignore:1 data/"], ["train.log", ".amlignore:2 *.log"]],
        0,
    )


def test_many_files_left_out(project):
    """Five hundred are named, of the rest there is the number."""
    project.write("train.py", "print('x')")
    project.write(".amlignore", "*.log\n")
    for number in range(503):
        project.write(f"{'x' * (1 + number // 250)}{number % 250:03}.log", "x")
    request, _ = preview(Submission(RunConfiguration(script="train.py")))
    assert (len(request["ignored"]), request["ignored_more"]) == (500, 3)
    assert request["ignored"][0] == ["x000.log", ".amlignore:1 *.log"]
    assert max(len(path) for path, _rule in request["ignored"]) == len("xx000.log")


def test_odd_names(project):
    """Names that are no UTF-8 stand as escapes: the request is JSON that any reader takes."""
    project.write("train.py", "print('x')")
    project.write(".amlignore", "*.log\n")
    (project.directory / b"\xff.log".decode("utf-8", "surrogateescape")).write_text("x")
    request, _ = preview(Submission(RunConfiguration(script="train.py")))
    assert request["ignored"] == [["\\xff.log", ".amlignore:1 *.log"]]
    json.dumps(request["ignored"]).encode("ascii")
