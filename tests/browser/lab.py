"""A real JupyterLab, and a notebook in it seen through a real browser."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from ..engines.port import free_port

# A plain predicate: Playwright takes the promise of an async one as true at once. The word "idle"
# on the page is there before the kernel is: ask the application itself.
KERNEL_IS_IDLE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const kernel = panel?.context?.sessionContext?.session?.kernel;
  return !!kernel && kernel.status === 'idle' && panel.context.isReady && panel.isVisible;
}"""
RUN_CELL = """index => {
  const app = window.jupyterapp;
  app.shell.currentWidget.content.activeCellIndex = index;
  return app.commands.execute('notebook:run-cell');
}"""
SET_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
SHUTDOWN = "() => window.jupyterapp.shell.currentWidget?.context.sessionContext.shutdown()"
TOKEN = "a-test-server-of-one-session"
START_S = 300
PATIENCE_S = 120  # for whatever a page shows in the end; other tests have the processors too
LAB, NOTEBOOK_7 = "doc/tree", "notebooks"  # where their pages of one notebook are
TREE = Path(__file__).parents[2]


@dataclass
class Lab:
    """A running server; `root` is the directory it serves, `home` the RUNCFG_HOME of its kernels."""

    url: str
    root: Path
    home: Path
    log: Path
    process: subprocess.Popen | None = None

    @classmethod
    def start(cls, directory: Path) -> "Lab":
        """Start one whose settings, records and notebooks are all in `directory`."""
        root, home = directory / "root", directory / "runcfg"
        root.mkdir()
        news = directory / "settings/@jupyterlab/apputils-extension"
        news.mkdir(parents=True)
        quiet = {"fetchNews": "false", "checkForUpdates": False}
        (news / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
        offer_tree(directory)
        lab = cls(f"http://127.0.0.1:{free_port()}/", root, home, directory / "server.log")
        lab.launch()
        return lab

    def launch(self) -> None:
        """Start the server: again, when it was stopped."""
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen(
                _command(self.url.rpartition(":")[2].strip("/"), self.root),
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=self.root,
                env=_environment(self.root.parent, self.home),
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}api/status?token={TOKEN}", timeout=2):
                    return
            except (OSError, urllib.error.URLError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.process.kill()
                    self.process.wait()
                    raise RuntimeError(self.log.read_text()[-4000:]) from None
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def offer_tree(directory: Path) -> None:
    """Give a server of `directory` the extensions of this tree, where none are installed."""
    if (Path(sys.prefix) / "share/jupyter/labextensions/jupyter-runcfg").exists():
        return
    extensions, configuration = directory / "data/labextensions", directory / "config/jupyter_server_config.d"
    extensions.mkdir(parents=True)
    configuration.mkdir(parents=True)
    (extensions / "jupyter-runcfg").symlink_to(TREE / "jupyter_runcfg/_labextension")
    shutil.copy(TREE / "jupyter_runcfg/server/jupyter_runcfg.json", configuration)


def _command(port: str, root: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"),
        *(f"--ServerApp.root_dir={root}", "--LabApp.expose_app_in_browser=True"),
        "--JupyterNotebookApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",  # the other one asks pip what is installed
    ]


def _environment(directory: Path, home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HOME": str(directory),
        "RUNCFG_HOME": str(home),
        "IPYTHONDIR": str(directory / "ipython"),
        "JUPYTER_CONFIG_DIR": str(directory / "config"),
        "JUPYTER_DATA_DIR": str(directory / "data"),
        "JUPYTER_RUNTIME_DIR": str(directory / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(directory / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(directory / "workspaces"),
    }


@dataclass
class Notebook:
    """An open notebook. `page` is Playwright's; `errors` what the browser's console complained of."""

    page: object
    artifacts: Path
    errors: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser, lab: Lab, path: str, artifacts: Path, front_end: str = LAB) -> "Notebook":
        """Open `path` (below the server's root) in a window of its own; its kernel is idle then."""
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        notebook = cls(page, artifacts)
        page.on("console", notebook._listen)
        page.on("pageerror", lambda error: notebook.errors.append(str(error)))
        page.goto(f"{lab.url}{front_end}/{path}?token={TOKEN}&reset", wait_until="domcontentloaded")
        notebook.wait_until_idle()
        return notebook

    def _listen(self, message) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def wait_until_idle(self) -> None:
        """Wait for the kernel, after opening or reloading the page."""
        self.page.wait_for_function(KERNEL_IS_IDLE, polling=50)

    def run_cell(self, index: int) -> None:
        """Run one cell and wait until the kernel has finished it. Raises nothing if it fails."""
        self.page.evaluate(RUN_CELL, index)

    def save(self) -> None:
        self.page.evaluate(SAVE)

    def set_theme(self, theme: str) -> None:
        """`JupyterLab Light` or `JupyterLab Dark`."""
        self.page.evaluate(SET_THEME, theme)
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def screenshot(self, name: str) -> Path:
        """Keep a picture of the window as `name`.png."""
        self.artifacts.mkdir(parents=True, exist_ok=True)
        path = self.artifacts / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    def describe(self) -> str:
        """The text of its cells and what the browser complained of, for the report of a failure."""
        cells = self.page.locator(".jp-Cell").all_inner_texts()
        return "\n---\n".join([self.page.url, *cells, *self.errors])

    def close(self) -> None:
        if not self.page.is_closed():
            self.page.evaluate(SHUTDOWN)
            self.page.context.close()


def write_notebook(path: Path, cells: list[str]) -> None:
    """A notebook of code cells for this Python's kernel."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
