"""What activates a conda environment: the variables that its packages set, found once when it is built."""

import json
import os
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What the scripts of the packages leave is what a shell would have after `conda activate`. One of them may
# end the shell, so the variables are written when it ends, however it does.
_SCRIPT = """
trap '"$CONDA_PREFIX/bin/python" -I -c "$1" "$2"; exit 0' EXIT
for script in "$CONDA_PREFIX"/etc/conda/activate.d/*.sh; do
    if [ -e "$script" ]; then . "$script"; fi
done
"""
_WRITE = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
_PATIENCE_S = 60
# what the shell has of itself, and the Python that writes the variables down
_OF_SHELLS = ("PATH", "PWD", "OLDPWD", "SHLVL", "_", "CONDA_PREFIX", "LC_CTYPE")


def has_scripts(prefix: "str") -> "bool":
    try:
        names = os.listdir(os.path.join(prefix, "etc", "conda", "activate.d"))
    except OSError:
        return False
    return any(name.endswith(".sh") for name in names)


def command(file: "str") -> "list[str]":
    """The argv that runs the scripts, in `environment`, and writes what they leave into the file."""
    shell = next((path for path in ("/bin/bash", "/usr/bin/bash") if os.access(path, os.X_OK)), "/bin/sh")
    return [shell, "-c", _SCRIPT, "activate", _WRITE, file]


def environment(prefix: "str", env: "dict[str, str]") -> "dict[str, str]":
    """`env` with what conda itself sets, and what the packages' files of variables say."""
    path = os.pathsep.join(filter(None, (os.path.join(prefix, "bin"), env.get("PATH", ""))))
    return dict(
        env, PATH=path, CONDA_PREFIX=prefix, CONDA_DEFAULT_ENV=prefix, CONDA_SHLVL="1", **_files(prefix)
    )


def of_existing(prefix: "str", env: "dict[str, str]") -> "dict[str, str]":
    """The variables of a run in an environment that somebody else made: its scripts are run now."""
    before = environment(prefix, env)
    found = {"variables": _files(prefix), "path": []}  # type: dict[str, Any]
    if has_scripts(prefix):
        import tempfile

        with tempfile.TemporaryDirectory(prefix="runcfg-") as directory:
            file = os.path.join(directory, "activated.json")
            try:
                subprocess.run(
                    command(file),
                    env=before,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=_PATIENCE_S,
                    check=False,
                )
            except (OSError, subprocess.SubprocessError):
                pass  # as far as they came
            found = difference(prefix, file, before)
    return variables(prefix, found, env)


def difference(prefix: "str", file: "str", before: "dict[str, str]") -> "dict[str, Any]":
    """`variables` that a run has to have, and the directories that stand before others in its `path`."""
    found = dict(_files(prefix))
    after = _read(file)
    for name, value in after.items():
        if name not in _OF_SHELLS and not name.startswith("RUNCFG_") and before.get(name) != value:
            found[name] = str(value)
    path = str(after.get("PATH", ""))
    front = path[: -len(before["PATH"])] if path.endswith(before["PATH"]) else ""
    return {"variables": found, "path": [place for place in front.split(os.pathsep) if place]}


def variables(prefix: "str", activation: "dict[str, Any]", env: "dict[str, str]") -> "dict[str, str]":
    """The variables of a run in the environment."""
    places = [str(place) for place in activation.get("path") or []] + [os.path.join(prefix, "bin")]
    found = {str(key): str(value) for key, value in (activation.get("variables") or {}).items()}
    found["PATH"] = os.pathsep.join(places + [place for place in [env.get("PATH", "")] if place])
    found.update(CONDA_PREFIX=prefix, CONDA_DEFAULT_ENV=prefix, CONDA_SHLVL="1")
    return found


def _files(prefix: "str") -> "dict[str, str]":
    """What `etc/conda/env_vars.d/*.json` of packages and `conda-meta/state` of the environment say."""
    found = {}  # type: dict[str, str]
    directory = os.path.join(prefix, "etc", "conda", "env_vars.d")
    names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    for name in names:
        if name.endswith(".json"):
            found.update(_texts(_read(os.path.join(directory, name))))
    found.update(_texts(_read(os.path.join(prefix, "conda-meta", "state")).get("env_vars")))
    return found


def _read(path: "str") -> "dict[str, Any]":
    try:
        with open(path, encoding="utf-8") as stream:
            value = json.load(stream)
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _texts(value: "Any") -> "dict[str, str]":
    found = value if isinstance(value, dict) else {}
    return {str(key): str(text) for key, text in found.items()}
