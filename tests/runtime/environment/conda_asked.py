"""A channel, a home, and environments of them as a submission asks for them."""

import json
from pathlib import Path

import pytest

from jupyter_runcfg.environments import conda, conda_wanted
from jupyter_runcfg.environments.definition import Asked, define
from jupyter_runcfg.environments.wanted import find_uv
from jupyter_runcfg.runtime.environment.build import BuildFailed, ensure
from jupyter_runcfg.runtime.paths import Home

from ...engines.channel import Channel
from .test_build import Seen


@pytest.fixture
def channel(tmp_path):
    """alpha 1.0 and 2.0, beta 1.0 that needs alpha<2, this machine's Python, and a tool that is no Python."""
    made = Channel(tmp_path / "channel")
    made.add_python()
    made.add_module("alpha", "1.0")
    made.add_module("alpha", "2.0")
    made.add_module("beta", "1.0", depends=["python", "alpha <2"])
    tool = {
        "bin/tool": "#!/bin/sh\necho tool $TOOL_HOME\n",
        "etc/conda/activate.d/tool.sh": 'export TOOL_HOME="$CONDA_PREFIX/share" PATH="/opt/tool:$PATH"\n',
        "etc/conda/env_vars.d/tool.json": json.dumps({"TOOL_LEVEL": "3"}),
    }
    made.add("tool", "1.0", files=tool)
    return made


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("CONDARC", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    return Home(str(tmp_path / "home"))


def asked(home, channels, *entries, pip=()):
    """As a submission asks for it; entry n stands in line n of env.yml, pip's from line 50."""
    channels = [getattr(one, "url", one) for one in channels]
    lines = [Asked(line, f"env.yml:{number}") for number, line in enumerate(pip, 50)]
    definition = conda.define(
        define("", lines), channels, entries, lambda entry: f"env.yml:{entries.index(entry) + 1}"
    )
    return conda_wanted.wanted(home, definition, Path(home.root), find_uv())


def error_of(home, *what, **more):
    with pytest.raises(BuildFailed) as caught:
        ensure(home, asked(home, *what, **more), Seen())
    return caught.value.error
