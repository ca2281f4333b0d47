"""The README's two commands are those that CI runs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMANDS = [
    "python -m pip install . && jupyter runcfg quickstart",
    "python -m pip install '.[test]' && python -m pytest",
]


def test_two_commands():
    """The README has one command that shows the main job and one that runs all tests."""
    lines = (ROOT / "README.md").read_text().splitlines()
    assert [line for line in lines if line.startswith("python -m pip install")] == COMMANDS


def test_ci_takes_them_from_the_readme():
    """CI reads both out of the README and has no copy of either."""
    script = (ROOT / ".ci" / "run").read_text()
    patterns = re.findall(r"""readme_command (?:"(.*?)"|'(.*?)') env""", script)
    assert [any(pattern) for pattern in patterns] == [True, True]
    for pattern in map("".join, patterns):
        assert (
            sum(re.match(f"python -m pip install {pattern} && ", line) is not None for line in COMMANDS) == 1
        )
    assert "jupyter runcfg quickstart" not in script
    assert "-m pytest" not in script.replace("python -m pytest --last-failed", "")
