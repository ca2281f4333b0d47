"""Runs a check as someone whom file modes bind, also when the tests are run by root."""

import os
import shutil
import tempfile
import traceback
from pathlib import Path

from jupyter_runcfg.runtime.paths import Home

NOBODY = 65534


def run_unprivileged(check):
    """Call `check(root, home)` with two fresh directories, in a child process without privileges."""
    base = Path(tempfile.mkdtemp(prefix="runcfg-", dir="/var/tmp"))
    root = base / "project"
    root.mkdir()
    if os.geteuid() == 0:
        os.chown(base, NOBODY, NOBODY)
        os.chown(root, NOBODY, NOBODY)
    try:
        child = os.fork()
        if child == 0:
            os._exit(_in_child(check, root, Home(str(base / "home"))))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        _make_removable(base)
        shutil.rmtree(base)
    assert status == 0, "the check failed in the child process; its traceback is on stderr"


def _in_child(check, root, home):
    try:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        check(root, home)
    except BaseException:  # noqa: BLE001  pytest's own failures are no Exception
        traceback.print_exc()
        return 1
    return 0


def _make_removable(base):
    for directory, names, files in os.walk(base):
        for name in [*names, *files]:
            os.chmod(os.path.join(directory, name), 0o700)
