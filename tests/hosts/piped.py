"""A mirror over the pipes of a process on this machine, and a receiver that can be killed.

`python -m tests.hosts.piped RECORD RUNTIME RECORD_THERE` receives until all is here.
"""

import subprocess
import sys

from jupyter_runcfg.hosts.mirroring import Mirror, files_of
from jupyter_runcfg.runtime import archive, atomic
from jupyter_runcfg.runtime.mirror.frame import Broken
from jupyter_runcfg.runtime.paths import Home, RunPaths


class Piped:
    """The side of the job, as a process of its own."""

    def __init__(self, pyz, record, python=sys.executable):
        words = [python, "-I", "-S", pyz, "--mirror", record, "1"]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def read(self, size):
        return self.process.stdout.read(size)

    def write(self, data):
        self.process.stdin.write(data)

    def close(self):
        self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class There:
    """Another home, with a job that waits for what it needs."""

    def __init__(self, root, run_id, python=sys.executable):
        self.home = Home(str(root))
        self.home.create()
        self.paths = self.home.run(run_id)
        self.python = python
        self.pyz = archive.install(self.home.runtime)
        self.job = None

    def start(self):
        self.paths.create()
        words = [self.python, "-I", "-S", self.pyz, "--when-sent", self.paths.directory, "1"]
        self.job = subprocess.Popen(words)

    def connect(self):
        return Piped(self.pyz, self.paths.directory, self.python)


def receive(paths, line):
    """One connection; whether all is here."""
    attempt = paths.attempt(1)
    attempt.create()
    mirror = Mirror(line, paths, attempt)
    mirror.greet()
    if not mirror.is_sent:
        mirror.fill(atomic.read_json(paths.request)["snapshot"], files_of(paths, attempt))
    return mirror.follow()


def receive_all(paths, connect):
    """As many connections as it takes."""
    while True:
        line = connect()
        try:
            if receive(paths, line):
                return
        except (Broken, OSError):
            pass
        finally:
            line.close()


if __name__ == "__main__":
    receive_all(RunPaths(sys.argv[1]), lambda: Piped(sys.argv[2], sys.argv[3]))
