"""Runs a notebook as a job: `python -m _runcfg.runtime.notebook NAME.ipynb PARAMETER…`.

Cell by cell, in the interpreter of the job, with nbclient of that interpreter. What cells print goes to the
log as it comes; `outputs/NAME.ipynb` is the executed notebook, written after each cell, so that a run that
fails or is canceled leaves what it had.
"""

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from importlib import import_module

from . import atomic
from .parameters import read_parameters
from .variables import NOTEBOOK

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any

_NEEDS = ("nbformat", "nbclient", "ipykernel")
_MOST_TITLE = 70
_LONGEST_SOCKET = 80


def main() -> "int":
    """Run it; 0 when every cell did."""
    missing = _missing()
    if missing:
        text = "No module named '{}': a notebook runs with {}".format(missing[0], ", ".join(_NEEDS))
        sys.stderr.write("Traceback (most recent call last):\nModuleNotFoundError: {}\n".format(text))
        sys.stderr.write("add them: `{} -m pip install {}`\n".format(sys.executable, " ".join(_NEEDS)))
        return 1
    path, parameters = sys.argv[1], read_parameters(sys.argv[2:])
    os.environ[NOTEBOOK] = os.path.abspath(path)
    return Execution(path, parameters).run()


def _missing() -> "list[str]":
    from importlib.util import find_spec

    return [name for name in _NEEDS if find_spec(name) is None]


class Execution:
    """One notebook on its way through its cells."""

    def __init__(self, path: "str", parameters: "dict[str, Any]") -> "None":
        nbformat = import_module("nbformat")

        self.notebook = nbformat.read(path, as_version=4)
        self.target = os.path.join(os.path.abspath("outputs"), os.path.basename(path))
        self.directory = os.path.dirname(os.path.abspath(path))
        self._inject(parameters)
        for cell in self._code():
            cell["outputs"], cell["execution_count"] = [], None
        self.total = len([cell for cell in self._code() if cell["source"].strip()])
        self.number = 0
        self.title = ""
        self.started = 0.0

    def _code(self) -> "list[Any]":
        return [cell for cell in self.notebook["cells"] if cell["cell_type"] == "code"]

    def _inject(self, parameters: "dict[str, Any]") -> "None":
        """As papermill does: a cell behind the one tagged `parameters`, else the first of all."""
        if not parameters:
            return
        nbformat = import_module("nbformat")

        lines = ["# Parameters"] + ["{} = {!r}".format(name, value) for name, value in parameters.items()]
        cell = nbformat.v4.new_code_cell("\n".join(lines), metadata={"tags": ["injected-parameters"]})
        cells = self.notebook["cells"]
        cells[:] = [one for one in cells if "injected-parameters" not in one["metadata"].get("tags", [])]
        tagged = [at for at, one in enumerate(cells) if "parameters" in one["metadata"].get("tags", [])]
        cells.insert(tagged[0] + 1 if tagged else 0, cell)

    def run(self) -> "int":
        signal.signal(signal.SIGTERM, _stop)
        sockets = tempfile.mkdtemp(prefix="runcfg-")
        client = self._client(sockets)
        raised = []  # type: list[BaseException]
        # beside the thread that gets the signals, which nbclient would else take for itself
        thread = threading.Thread(target=self._execute, args=(client, raised), daemon=True)
        try:
            thread.start()
            thread.join()
        finally:
            self.write()
            if thread.is_alive():
                _kill_kernel(client)
            shutil.rmtree(sockets, ignore_errors=True)
        return self._told(raised[0]) if raised else 0

    def _execute(self, client: "Any", raised: "list[BaseException]") -> "None":
        try:
            client.execute(cwd=self.directory)
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            raised.append(error)

    def _told(self, error: "BaseException") -> "int":
        """Say how it failed; what is a fault of ours, or of nbclient, is raised."""
        from nbclient.exceptions import CellExecutionError, DeadKernelError

        if isinstance(error, CellExecutionError):
            self._failed(error)
        elif isinstance(error, DeadKernelError):
            text = "the kernel died in cell {} of {}: {}".format(self.number, self.total, self.title)
            sys.stderr.write("Traceback (most recent call last):\nDeadKernelError: {}\n".format(text))
        else:
            raise error
        return 1

    def _client(self, sockets: "str") -> "Any":
        """nbclient's own, with the outputs of cells in the log as they come."""
        from nbclient import NotebookClient

        execution = self

        class Client(NotebookClient):
            def process_message(self, msg: "Any", cell: "Any", cell_index: "int") -> "Any":
                _print(msg)
                return super().process_message(msg, cell, cell_index)

        name = self.notebook["metadata"].get("kernelspec", {}).get("name", "python3")
        client = Client(self.notebook, timeout=None, kernel_name=name, on_cell_execute=execution.begin)
        client.on_cell_executed = execution.end
        client.km = client.create_kernel_manager()
        client.owns_km = True
        if len(sockets) < _LONGEST_SOCKET:  # files that only we may open, in the place of open ports
            client.km.transport, client.km.ip = "ipc", os.path.join(sockets, "kernel")
        if self._is_python():
            client.km.kernel_spec_manager = _this_interpreter()
            client.km.kernel_name = "python3"
        return client

    def _is_python(self) -> "bool":
        metadata = self.notebook["metadata"]
        said = metadata.get("language_info", {}).get("name") or metadata.get("kernelspec", {}).get("language")
        return (said or "python").lower() in ("python", "ipython")

    def begin(self, cell: "Any", cell_index: "int") -> "None":
        """Say which cell it is before it runs."""
        self.number += 1
        self.started = time.time()
        self.title = title_of(cell["source"])
        _say("── cell {} of {} · {}".format(self.number, self.total, self.title))

    def end(self, cell: "Any", cell_index: "int", execute_reply: "Any") -> "None":
        """Write what there is, and count the cell, when it did what it should."""
        self.write()
        if execute_reply["content"]["status"] == "ok":
            from .v1.context import Run

            Run.get_context().log("notebook cells", self.number, step=self.number)
            seconds = time.time() - self.started
            if seconds >= 1:
                _say("── cell {} of {} took {:.1f} s".format(self.number, self.total, seconds))

    def _failed(self, error: "Any") -> "None":
        text = "cell {} of {} failed · {}".format(self.number, self.total, self.title)
        sys.stdout.flush()
        outputs = [out for cell in self._code() for out in cell["outputs"] if out["output_type"] == "error"]
        lines = outputs[-1]["traceback"] if outputs else [str(error)]
        sys.stderr.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        sys.stderr.write("── {}: {}: {}\n".format(text, error.ename, error.evalue.partition("\n")[0]))

    def write(self) -> "None":
        """The notebook as it is now, whole or as it was before."""
        nbformat = import_module("nbformat")

        os.makedirs(os.path.dirname(self.target), exist_ok=True)
        atomic.write_replace(self.target, nbformat.writes(self.notebook).encode("utf-8", "surrogatepass"))


def _this_interpreter() -> "Any":
    """Kernels of this very Python, whatever kernels the person has installed under that name."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]

    class Specs(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: "str") -> "Any":
            return KernelSpec(argv=argv, display_name="Python 3", language="python")

    return Specs()


def title_of(source: "str") -> "str":
    """The first line of a cell that says something."""
    lines = [line.strip() for line in source.splitlines()]
    said = [line for line in lines if line and not line.startswith("#")] or lines or [""]
    return said[0] if len(said[0]) <= _MOST_TITLE else said[0][: _MOST_TITLE - 1] + "…"


def _print(message: "Any") -> "None":
    """Outputs of a cell as text; an error is told when the cell has ended."""
    content, kind = message["content"], message["msg_type"]
    if kind == "stream":
        stream = sys.stderr if content["name"] == "stderr" else sys.stdout
        stream.write(content["text"])
        stream.flush()
    elif kind in ("display_data", "execute_result"):
        _say(str(content["data"].get("text/plain") or ", ".join(sorted(content["data"]))))


def _kill_kernel(client: "Any") -> "None":
    pid = getattr(client.km.provisioner, "pid", None)
    if pid:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass


def _say(text: "str") -> "None":
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _stop(number: "int", frame: "object") -> "None":
    """Asked to end: what there is gets written on the way out."""
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
