"""The second snapshot of a directory is that of its bytes now, whatever was remembered of the first."""

import os
import random
import shutil

import pytest

from jupyter_runcfg.runtime.checkout import checkout, read_manifest
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.snapshot import gc, scan, take, verify

NAMES = ["a.py", "b.txt", "d/c", "d/e/f", "x y", "d/g"]


def change(root, choice):
    """Some change of the tree that a person, an editor or git may make; often without a new size or time."""
    path = root / choice.choice(NAMES)
    kind = choice.randrange(9)
    if kind == 0:
        shutil.rmtree(root / "d", ignore_errors=True)
    elif kind == 1 and path.exists():
        path.unlink()
    elif kind == 2 and path.exists():
        path.chmod(choice.choice([0o755, 0o644]))
    elif kind == 3 and path.exists() and path.is_file():
        times = path.stat()
        path.write_bytes(bytes(choice.choices(b"ab", k=times.st_size)))
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    elif kind == 4 and path.exists():
        path.rename(root / choice.choice(["a.py", "b.txt", "x y"]))
    elif kind == 5:
        (root / ".amlignore").write_text(choice.choice(["", "b.txt\n", "d/\n", "d/*\n!d/c\n"]))
    elif kind == 6 and path.exists() and not (root / "link").is_symlink():
        (root / "link").symlink_to(choice.choice(["a.py", "d"]))
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(choice.choices(b"ab", k=choice.choice([0, 1, 3]))))


@pytest.mark.parametrize("seed", range(40))
def test_what_is_remembered_never_hides_a_change(seed, tmp_path):
    """After each of many quick changes: the digest that a home without a memory gives, all objects there."""
    choice = random.Random(seed)
    root = tmp_path / "root"
    root.mkdir()
    home = Home(str(tmp_path / "home"))
    for step in range(25):
        change(root, choice)
        taken = take(root, home)
        fresh = Home(str(tmp_path / f"fresh{step}"))
        assert taken.digest == scan(root, fresh).digest
        out = tmp_path / f"out{step}"
        checkout(read_manifest(home, taken.digest), ObjectStore(home.objects), str(out))
        assert scan(out, fresh).digest == taken.digest
        if choice.random() < 0.1:
            gc(home, grace_s=0)  # no record names anything: all goes
    assert verify(home) == []


def test_an_object_that_is_gone_is_stored_again(tmp_path):
    """Neither a missing nor a cut object is hidden by what is remembered."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.py").write_text("print('a')\n")
    os.utime(root / "a.py", ns=(10**18, 10**18))
    home = Home(str(tmp_path / "home"))
    first = take(root, home)
    (entry,) = first.entries
    stored = ObjectStore(home.objects).path(entry.digest)
    for damage in (os.unlink, lambda path: (os.chmod(path, 0o600), open(path, "wb").close())):
        damage(stored)
        again = take(root, home)
        assert (again.digest, verify(home)) == (first.digest, [])
        assert os.path.getsize(stored) == entry.size
