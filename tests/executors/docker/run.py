"""Runs on a real engine, as the tests look at them."""

import os

from jupyter_runcfg.executors.docker import container
from jupyter_runcfg.executors.docker.sweep import is_supervised
from jupyter_runcfg.runtime import atomic, process

from ...runtime.job import until


class Runs:
    """Starts runs on one engine, and looks at their containers."""

    def __init__(self, engine, home, start):
        self.engine = engine
        self.home = home
        self._start = start

    def start(self, script, *, word="", **more):
        """A run, once its log has that word (or it has ended)."""
        run = self._start(script, **more)
        if word:
            until(lambda: word in run.logs() or os.path.exists(run.paths.end), f"'{word}' in the log")
        return run

    def facts(self, run, node=0):
        """What the engine has of a run's container."""
        return self.engine.client.containers.get(container.name_of(run.paths, 1, node)).attrs

    def name(self, run, node=0):
        return container.name_of(run.paths, 1, node)


def ended(run):
    """(status, exit code, cause) once it has, and its supervisor too."""
    end = until(lambda: run.get_status() and atomic.read_json(run.paths.end), "the end of the run")
    until(lambda: not is_supervised(run.paths.attempt(1)), "the end of its supervisor")
    return end["status"], end["exit_code"], end["cause"]


def error_of(run):
    return atomic.read_json(run.paths.end).get("error")


def supervisor_of(run):
    """The pid of the process that looks after a run's container."""
    who = until(lambda: (atomic.read_json(run.paths.attempt(1).job) or {}).get("process"))
    return int(who["pid"]) if process.is_alive(who) else 0


def bytes_of(path):
    """Of a file that may be gone by now, as those of processes are."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
