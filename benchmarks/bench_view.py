"""The live view in a real browser: a paced producer of coloured lines and points, and what reaches the eye.

    python benchmarks/bench_view.py [--rates 1000 10000] [--seconds 10]

Three ways in one JupyterLab, one after the other: our view under a submitted cell, `print` from a thread
into the cell, and `ipywidgets.Output` appended to ten times a second. Ours is fed by the server where its
extension is installed, else by the kernel: the two columns of processor time tell. Each line carries the
time at which it was written; the page looks which one it shows and says so on its console, as a page
that is frozen answers no question. One that is not through a minute after the last line is given up.
Needs the `test` extra, ipywidgets, and Chromium.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.conftest import FLAGS
from tests.browser.lab import RUN_CELL, SAVE, Lab, Notebook, write_notebook
from tests.engines.engine import chromium

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, ConsoleMessage, Page

SETTLE_S = 60  # for the slow ways to come to their end
START_S = 60
TICKS_PER_S = os.sysconf("SC_CLK_TCK")

HEAD = """import os, sys, threading, time
open("kernel.pid", "w").write(str(os.getpid()))
%load_ext jupyter_runcfg"""

# `write` gets a text of some lines; every twentieth of a second what is due by then is written
PRODUCE = r"""
def produce(write, log, rate, seconds):
    began, done = time.time(), 0
    while done < rate * seconds:
        due = min(rate * seconds, int((time.time() - began) * rate))
        now = time.time()
        rest = "of the lines of this run, some seventy characters long"
        write("".join(f"\x1b[32m@{now:.3f}\x1b[0m \x1b[1m{n:8d}\x1b[0m {rest}\n" for n in range(done, due)))
        for n in range(done, due):
            log("loss", 1 / (n + 1))
        done = due
        time.sleep(0.01)
    write(f"@{time.time():.3f} THE END\n")
"""
CELLS = {
    "jupyter_runcfg": """%%runcfg submit --experiment view
import sys, time
from azureml.core import Run
run = Run.get_context()
PRODUCE
def write(text):
    sys.stdout.write(text); sys.stdout.flush()
time.sleep(3)
produce(write, run.log, RATE, SECONDS)
time.sleep(4)
""",
    "print from a thread": """PRODUCE
def begin():
    time.sleep(3)
    produce(lambda text: text and print(text, end="", flush=True), lambda *_: None, RATE, SECONDS)
threading.Thread(target=begin).start()
""",
    "ipywidgets.Output": """import ipywidgets
PRODUCE
box = ipywidgets.Output()
display(box)
def begin():
    time.sleep(3)
    held, last = [], [time.time()]
    def write(text):
        held.append(text)
        if time.time() - last[0] > 0.1 or "THE END" in text:
            last[0] = time.time()
            box.append_stdout("".join(held))
            held.clear()
    produce(write, lambda *_: None, RATE, SECONDS)
threading.Thread(target=begin).start()
""",
}

# the last line that is in the page, looked at 20 times a second; the gaps between frames all the time
WATCH = """() => {
  const watch = window.watch = { lags: [], gaps: [], shown: 0, began: 0, end: 0 };
  let last = performance.now();
  const frame = now => {
    if (watch.began && !watch.end) watch.gaps.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const text = () => {
    const rows = document.querySelectorAll('.runcfg-line');
    if (rows.length) return [...rows].slice(-40).map(row => row.textContent).join('\\n');
    const all = document.querySelectorAll('.jp-OutputArea-output pre');
    let tail = '';
    let node = all[all.length - 1]?.lastChild;  // from the end: a look must cost the same however long it is
    for (let count = 0; node && count < 12; count++, node = node.previousSibling) {
      tail = node.textContent.slice(-2000) + tail;
    }
    return tail;
  };
  const look = () => {
    if (watch.end) return;
    const now = Date.now() / 1000, tail = text();
    const stamps = [...tail.matchAll(/@(\\d+\\.\\d+)/g)].map(match => Number(match[1]));
    const newest = Math.max(...stamps);
    if (stamps.length) {
      watch.began ||= now;
      if (newest !== watch.shown) watch.shown = newest;
      watch.lags.push(now - newest);
      if (tail.includes('THE END')) watch.end = now - newest;
    }
  };
  setInterval(look, 50);
  setInterval(() => {
    const { lags, gaps, end, shown, began } = watch;
    Object.assign(watch, { lags: [], gaps: [] });
    console.debug('watch ' + JSON.stringify({ lags, gaps, end, shown, began }));
  }, 200);
}"""


class Reports:
    """What a page said of itself so far."""

    def __init__(self, page: Page) -> None:
        self.lags: list[float] = []
        self.gaps: list[float] = []
        self.end = self.shown = self.began = 0.0
        self.last = time.time()
        page.on("console", self._take)

    def _take(self, message: ConsoleMessage) -> None:
        word, _, text = message.text.partition(" ")
        if word == "watch":
            said = json.loads(text)
            self.lags += said["lags"]
            self.gaps += said["gaps"]
            self.end, self.shown, self.began = said["end"], said["shown"], said["began"]
            self.last = time.time()

    def give_up(self) -> None:
        """Counts what stands still now."""
        self.lags.append(time.time() - self.shown)
        self.gaps.append(1000 * (time.time() - self.last))


@dataclass
class Seen:
    """What one way came to; times in seconds, gaps in milliseconds."""

    lags: list[float]
    gaps: list[float]
    end: float | None
    cpu: float
    server: float
    notebook_kb: float

    def row(self) -> list[str]:
        end = f"> {SETTLE_S} s" if self.end is None else f"{self.end * 1000:.0f} ms"
        frames = 1000 * len(self.gaps) / max(1.0, sum(self.gaps))
        return [
            f"{part(self.lags, 0.5) * 1000:.0f} ms",
            f"{part(self.lags, 0.99) * 1000:.0f} ms",
            end,
            f"{frames:.0f}",
            f"{part(self.gaps, 0.99):.0f} ms",
            f"{max(self.gaps, default=math.nan):.0f} ms",
            f"{self.cpu:.1f} %",
            f"{self.server:.1f} %",
            "not saved" if math.isnan(self.notebook_kb) else f"{self.notebook_kb:.0f} KB",
        ]


COLUMNS = [
    "way",
    "lag p50",
    "lag p99",
    "last line",
    "frames/s",
    "gap p99",
    "longest",
    "kernel",
    "server",
    "notebook",
]


def part(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else math.nan


def watch(browser: Browser, lab: Lab, way: str, rate: int, seconds: int) -> Seen:
    """One way at one rate, in a notebook of its own."""
    name = f"{way.replace(' ', '-')}-{rate}.ipynb"
    cell = CELLS[way].replace("PRODUCE", PRODUCE).replace("RATE", str(rate)).replace("SECONDS", str(seconds))
    write_notebook(lab.root / name, [HEAD, cell])
    window = Notebook.open(browser, lab, name, lab.root)
    page = window.page
    window.run_cell(0)
    pid = int((lab.root / "kernel.pid").read_text())
    page.evaluate(WATCH)
    reports = Reports(page)
    page.evaluate(f"() => void ({RUN_CELL})(1)")  # waits for nothing: the page may freeze before it is done
    wait(page, START_S, lambda: bool(reports.began))
    server = lab.process.pid
    before, before_server, began = cpu_seconds(pid), cpu_seconds(server), time.monotonic()
    wait(page, seconds, lambda: False)
    elapsed = time.monotonic() - began
    cpu = 100 * (cpu_seconds(pid) - before) / elapsed
    cpu_server = 100 * (cpu_seconds(server) - before_server) / elapsed
    wait(page, SETTLE_S, lambda: bool(reports.end))
    if not reports.end:
        reports.give_up()
    size = math.nan
    wait(page, 8, lambda: False)  # the run ends, its still picture takes the place of the view
    if is_saved(page):
        size = (lab.root / name).stat().st_size / 1000
    return Seen(reports.lags, reports.gaps, reports.end or None, cpu, cpu_server, size)


def is_saved(page: Page) -> bool:
    """Whether the page can still save its notebook."""
    from playwright.sync_api import TimeoutError as TooLong

    code = f"() => {{ window.saving ??= ({SAVE})().then(() => (window.saved = true)); return window.saved; }}"
    try:
        page.wait_for_function(code, timeout=1000 * SETTLE_S)
    except TooLong:
        return False
    return True


def wait(page: Page, seconds: float, is_done: Callable[[], bool]) -> None:
    """Until that holds or the time is over; what the page says is taken meanwhile."""
    deadline = time.monotonic() + seconds
    while not is_done() and time.monotonic() < deadline:
        page.wait_for_timeout(100)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def ratios(seen: dict[str, Seen]) -> str:
    """How many times ours the others take."""
    lines = []
    ours = seen.get("jupyter_runcfg")
    if ours is None:
        return ""
    for way, figures in seen.items():
        if way != "jupyter_runcfg":
            times = (
                f"lag p50 ×{part(figures.lags, 0.5) / max(1e-3, part(ours.lags, 0.5)):.0f}",
                f"gap p99 ×{part(figures.gaps, 0.99) / max(1e-3, part(ours.gaps, 0.99)):.1f}",
                f"kernel ×{figures.cpu / max(0.1, ours.cpu):.1f}",
                f"notebook ×{figures.notebook_kb / ours.notebook_kb:.1f}",
            )
            lines.append(f"{way} against ours: {', '.join(times)}")
    return "\n".join(lines)


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rates", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--ways", nargs="+", default=list(CELLS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        lab = Lab.start(Path(directory))
        try:
            for rate in options.rates:
                print(f"\n{rate:,} lines and points a second for {options.seconds} s, ", end="")
                print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n{' | '.join(COLUMNS)}")
                seen = {}
                for way in options.ways:
                    browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                    seen[way] = watch(browser, lab, way, rate, options.seconds)
                    browser.close()  # a page that is frozen with it
                    print(" | ".join([way, *seen[way].row()]), flush=True)
                print(ratios(seen), flush=True)
        finally:
            lab.stop()


if __name__ == "__main__":
    main()
