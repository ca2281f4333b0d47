"""What code imports, found without running it."""

from jupyter_runcfg.environments.imports import reach


def reached(project_files, tmp_path, code, *roots):
    for name, text in project_files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return reach([("train.py", code)], [tmp_path / root for root in roots] or [tmp_path])


def test_every_way_to_import(tmp_path):
    """Plain, from, in functions, by name; standard library and type checking are left out."""
    found = reached(
        {},
        tmp_path,
        "import os, numpy as np, google.cloud.storage\n"
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import mypy_only\nelse:\n    import really\n"
        "def f():\n    from sklearn import tree\n    import importlib\n"
        "    importlib.import_module('dynamic.part'); __import__('other'); importlib.import_module(name)\n"
        "%matplotlib inline\n!pip install x\n",
    )
    assert found.needed == {
        "numpy": {"numpy"},
        "google": {"google.cloud.storage"},
        "really": {"really"},
        "sklearn": {"sklearn", "sklearn.tree"},
        "dynamic": {"dynamic.part"},
        "other": {"other"},
    }
    assert found.lines["sklearn"] == "train.py:8"
    assert (found.optional, found.files, found.unread) == ({}, [], [])


def test_what_can_be_missing(tmp_path):
    """Imports in a `try` that catches ImportError are optional, unless they are needed elsewhere."""
    found = reached(
        {},
        tmp_path,
        "try:\n    import cupy, torch\nexcept (ImportError, OSError):\n    import numpy\n"
        "else:\n    import more\n"
        "try:\n    import strict\nexcept KeyError: pass\nimport torch\n",
    )
    assert found.optional.keys() == {"cupy", "numpy"}
    assert found.needed.keys() == {"torch", "more", "strict"}


def test_local_modules_are_followed(tmp_path):
    """Through packages, relative imports, sub-packages, namespace packages and cycles; each file once."""
    found = reached(
        {
            "model.py": "import train_lib.deep\nimport yaml",
            "train_lib/__init__.py": "from . import a",
            "train_lib/a.py": "from .inner.b import c\nfrom .. import nothing",
            "train_lib/inner/b.py": "import scipy, model",
            "train_lib/deep.py": "from train_lib.inner import b\nimport pandas",
            "spaces/one.py": "import seaborn",
            "data/readme.txt": "",
            "unused.py": "import never",
        },
        tmp_path,
        "import model\nfrom spaces import one\nimport data\n",
    )
    assert found.needed.keys() == {"yaml", "scipy", "pandas", "seaborn", "data"}
    assert sorted(file.relative_to(tmp_path).as_posix() for file in found.files) == [
        "model.py",
        "spaces/one.py",
        "train_lib/__init__.py",
        "train_lib/a.py",
        "train_lib/deep.py",
        "train_lib/inner/b.py",
    ]
    assert found.lines["scipy"] == "train_lib/inner/b.py:1"


def test_what_cannot_be_read(tmp_path):
    """Code of another Python, bytes that are no text: named, and the rest is found."""
    (tmp_path / "latin.py").write_bytes(b"# caf\xe9\n")
    found = reached({"old.py": "print 'x'"}, tmp_path, "import old, latin, numpy")
    assert found.needed.keys() == {"numpy"}
    assert found.unread == ["old.py", "latin.py"]
    assert reach([("cell", "import (")], [tmp_path]).unread == ["cell"]
    assert reach([], [tmp_path]).needed == {}


def test_nothing_outside_of_the_roots(tmp_path):
    """A relative import cannot climb out of the source directory."""
    (tmp_path / "secret.py").write_text("import stolen")
    found = reached({"src/a.py": "from .. import secret\nfrom ...x import y"}, tmp_path, "import a", "src")
    assert found.needed == {}
