"""Scripts that fail, run by a real interpreter."""

import subprocess
import sys
import textwrap

import pytest

from jupyter_runcfg.runtime.failure import explain


@pytest.fixture
def failing(tmp_path):
    """failing(code) → the error of that script, run as train.py."""

    def run(code, before="", after="", python=sys.executable, argv=("train.py",), files=None, **env):
        for name, text in {"train.py": code, **(files or {})}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(textwrap.dedent(text))
        done = subprocess.run(
            [python, *argv], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env
        )
        log = before + done.stdout.decode("utf-8", "replace") + after
        found = explain(log, str(tmp_path), done.returncode)
        if found:
            found.pop("traceback", None)
        return found

    return run
