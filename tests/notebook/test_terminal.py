"""`%runcfg` in a real `ipython` on a terminal of its own: colours, short boxes, TAB, Ctrl-C."""

import re
import sys

import pexpect
import pytest

from ..project import project

__all__ = ["project"]

PROMPT = r"In \[\d+\]: "
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>])")


class Terminal:
    """One IPython; `say(line)` gives what it answers, escape sequences and all."""

    def __init__(self):
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor", "--no-confirm-exit"],
            encoding="utf-8",
            timeout=180,
            dimensions=(50, 160),
        )
        self.child.expect(PROMPT)

    def say(self, line):
        self.child.sendline(line)
        self.child.expect(PROMPT)
        return self.child.before.partition("\n")[2].replace("\r\n", "\n").rstrip()

    def close(self):
        self.child.close(force=True)


@pytest.fixture
def terminal(project):
    started = Terminal()
    started.say("%load_ext jupyter_runcfg")
    yield started
    started.close()


def plain(text):
    return _ESCAPE.sub("", text)


def test_a_run_is_told_in_colours(project, terminal):
    """The run with its charts and the end of its log; the list with the status in its colour."""
    project.write(
        "train.py",
        "from azureml.core import Run\nrun = Run.get_context()\n"
        "for i in range(20): run.log('loss', 1 / (i + 1))\nprint('trained')\n",
    )
    terminal.say("%runcfg submit train.py --wait")
    shown = terminal.say("run = %runcfg show")
    assert "\x1b[32mproject/1 Completed" in shown
    assert "loss  █" in plain(shown)
    assert "▁  0.05" in plain(shown)
    assert plain(shown).endswith("  trained")
    assert "\x1b[32m Completed \x1b[0m" in terminal.say("%runcfg runs")
    assert plain(terminal.say("%runcfg metrics")).splitlines()[-1].split()[0] == "loss"


def test_configuration_and_difference(project, terminal):
    """What differs from the defaults in colours; a diff in green and red; the form says where it works."""
    project.write("train.py", "print(1)\n")
    terminal.say("%runcfg set script=train.py nodeCount=2")
    assert "\x1b[36m  nodeCount\x1b[0m: 2" in terminal.say("%runcfg config")
    terminal.say("%runcfg submit train.py --wait")
    project.write("train.py", "print(2)\n")
    shown = terminal.say("%runcfg diff")
    assert "\x1b[31m-print(1)\x1b[0m" in shown
    assert "\x1b[32m+print(2)\x1b[0m" in shown
    form = terminal.say("%runcfg form")
    assert form.startswith("the form needs a notebook")
    assert "nodeCount: 2" in form
    assert "/project: 1 file, 9 B would be sent\x1b[0m" in terminal.say("%runcfg snapshot")


def test_an_error_is_a_short_box(terminal):
    """No traceback of ours, and the next line works."""
    shown = terminal.say("%runcfg submti train.py")
    assert plain(shown) == (
        "error: no verb 'submti'\n\nhint: did you mean 'submit'?  `%runcfg -h` explains them"
    )
    assert "usage: %runcfg logs" in terminal.say("%runcfg logs -h")


INTERRUPT = """
import os, signal, sys, threading, time, traceback
def when(function):
    def watch():
        main = threading.main_thread().ident
        while function not in [f.name for f in traceback.extract_stack(sys._current_frames()[main])]:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=watch, daemon=True).start()
"""


def test_ctrl_c_while_waiting_leaves_the_run(project, terminal):
    """One line says how to cancel; the run goes on until then."""
    project.write("train.py", "import time\nprint('up', flush=True)\ntime.sleep(600)\n")
    project.write("interrupt.py", INTERRUPT)
    terminal.say("run = %runcfg submit train.py")
    terminal.say("import interrupt; interrupt.when('wait_for')")
    shown = terminal.say("%runcfg wait")
    assert shown.startswith("project/1 goes on; `%runcfg cancel project/1` ends it")
    assert "KeyboardInterrupt" in shown
    assert "cancel asked for" in terminal.say("%runcfg cancel")
