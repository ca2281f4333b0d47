"""Records and runtimes by hand, for tests that need faults no front door would let through."""

import io
import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from jupyter_runcfg.runtime import archive, atomic, manifest, process
from jupyter_runcfg.runtime.manifest import EXECUTABLE, FILE, Entry
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.runtime.paths import Home

DEADLINE_S = 120  # other tests have the processors too
# of this process: processes of a run are found by its id, and two test sessions may run at once
HEX = f"{os.getpid():08x}"
RUN_ID = f"exp_1_{HEX}"


def until(condition, what="the condition"):
    """Poll until `condition()` is true, and return what it is then."""
    deadline = time.monotonic() + DEADLINE_S
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {DEADLINE_S} s for {what}")
        time.sleep(0.01)
    return value


def record(root, script="", *, run_id=RUN_ID, files=None, argv=None, **more):
    """A record below the home `root` that waits for its start, as `submit` would have written it."""
    home = Home(str(root))
    home.create()
    store = ObjectStore(home.objects)
    entries = []
    for name, text in {"main.py": textwrap.dedent(script), **(files or {})}.items():
        digest, size = store.put(io.BytesIO(text.encode()))
        entries.append(Entry(name, EXECUTABLE if name.endswith(".sh") else FILE, size, digest))
    data = manifest.dump(entries)
    digest = manifest.digest_of(data)
    atomic.write_once(home.manifest(digest), data)
    paths = home.run(run_id)
    paths.create()
    request = {
        "run_id": run_id,
        "number": 1,
        "experiment": "exp",
        "created": 1.0,
        "target": {"name": "local", "executor": "local"},
        "argv": argv or [sys.executable, "main.py"],
        "environment_variables": {},
        "snapshot": digest,
        "tags": {},
        "properties": {},
        **more,
    }
    atomic.write_once(paths.request, atomic.encode(request))
    return paths


def start(paths, python=sys.executable, attempt=1):
    """Start the runtime on a record; its own words go to runtime.log."""
    pyz = archive.install(paths.home.runtime)
    with open(paths.runtime_log, "ab") as log:
        return subprocess.Popen(
            [python, "-I", "-S", pyz, paths.directory, str(attempt)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
        )


def run(paths, python=sys.executable, attempt=1):
    """Run a record to its end; returns (exit status of the runtime, end.json)."""
    status = start(paths, python, attempt).wait(DEADLINE_S)
    return status, atomic.read_json(paths.end)


def log_of(paths):
    return Path(paths.std_log).read_bytes()


def events_of(paths, kind=None):
    """All events of a record, as they are in its files; a kill may have cut off the last line of one."""
    texts = [file.read_text() for file in Path(paths.events).glob("*.jsonl")]
    lines = [line for text in texts for line in text[: text.rfind("\n") + 1].splitlines()]
    return [event for event in map(json.loads, lines) if kind in (None, event["kind"])]


def left_of(paths):
    """The processes of a run that are still there."""
    return process.of_run(paths.run_id)
