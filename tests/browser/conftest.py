"""One JupyterLab for the session, one browser a module, one window a notebook."""

import os
from pathlib import Path

import pytest

from ..engines.engine import chromium as find_chromium
from .lab import LAB, Lab, Notebook, write_notebook

_FAILED = pytest.StashKey[bool]()
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Tell the fixtures whether their test failed."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def artifacts():
    """Where the screenshots of this run stay."""
    default = Path(__file__).parents[2] / "test-artifacts"
    return Path(os.environ.get("RUNCFG_ARTIFACTS", default))


@pytest.fixture(scope="session")
def lab(private_directories, tmp_path_factory):
    server = Lab.start(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def chromium(private_directories):
    """A browser; for a module only, because Playwright keeps an event loop in this thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def notebook(lab, chromium, artifacts, request):
    """notebook(cells) or notebook(path="…") opens one; a picture of each is kept at the end.

    What the windows of a test that failed held is printed.
    """
    opened = []

    def open_(cells=None, path=None, front_end=LAB):
        path = path or f"{request.node.name}/{len(opened)}.ipynb"
        if cells is not None:
            write_notebook(lab.root / path, cells)
        opened.append(Notebook.open(chromium, lab, path, artifacts, front_end))
        return opened[-1]

    yield open_
    is_failed = request.node.stash.get(_FAILED, False)
    for number, window in enumerate(opened):
        if not window.page.is_closed():
            window.screenshot(f"{request.node.name}-{number}{'-failed' if is_failed else ''}")
            if is_failed:
                print(window.describe())
        window.close()
    if is_failed:
        print(lab.log.read_text()[-4000:])
