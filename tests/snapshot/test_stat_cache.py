"""The cache of stamps: only a cache, whatever becomes of its file."""

import os

import pytest

from jupyter_runcfg.snapshot import scan, stamp, stat_cache, take
from jupyter_runcfg.snapshot.stat_cache import Known, StatCache

ROOT = "/some/root"
STAMPS = [bytes([number]) * stamp.SIZE for number in (1, 2, 3)]
DIGESTS = [f"{number:02x}" * 32 for number in (4, 5, 6)]
KNOWN = Known(
    ["a", "b/ü\udcff", "c\n"],
    b"".join(STAMPS),
    bytes.fromhex("".join(DIGESTS)),
    "7" * 64,
    "8" * 64,
)


@pytest.fixture
def written(home):
    home.create()
    stat_cache.write(home, ROOT, KNOWN)
    return stat_cache.cache_path(home, ROOT)


def test_what_was_written_is_read(home, written):
    """Names of any bytes, stamps, digests, and whose cache it is."""
    cache = stat_cache.read(home, ROOT)
    assert cache.known == KNOWN
    assert stat_cache.read_root(written) == ROOT
    assert os.stat(written).st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("paths", "stamps", "found"),
    [
        (KNOWN.paths, STAMPS, DIGESTS),
        (KNOWN.paths, [STAMPS[0], STAMPS[0], stamp.NONE], [DIGESTS[0], None, None]),
        (["c\n", "new", "a"], [STAMPS[2], STAMPS[1], STAMPS[1]], [DIGESTS[2], None, None]),
        ([], [], []),
    ],
)
def test_match(paths, stamps, found):
    """A digest for each file that looks as it did, in the same files and in others."""
    assert StatCache(KNOWN).match(list(paths), stamps) == found


def test_last():
    """What a file was, whatever it is now."""
    assert [StatCache(KNOWN).last(path) for path in ("a", "x")] == [DIGESTS[0], None]


@pytest.mark.parametrize("cut", [0, 1, 7, 20, 60, 150, -1])
def test_a_cut_cache_is_empty(cut, home, written):
    """At any length."""
    with open(written, "rb") as stream:
        data = stream.read()
    os.truncate(written, cut if cut >= 0 else len(data) - 1)
    assert stat_cache.read(home, ROOT).known.paths == ()
    assert stat_cache.read_root(written) is None


def test_any_changed_byte_makes_it_empty(home, written):
    """It is checked as a whole."""
    with open(written, "rb") as stream:
        data = stream.read()
    for place in range(0, len(data), 5):
        with open(written, "wb") as stream:
            stream.write(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert stat_cache.read(home, ROOT).known.paths == ()


def test_the_cache_of_another_directory(home, written):
    """A file that was moved there is not taken for it."""
    os.rename(written, stat_cache.cache_path(home, "/other"))
    assert stat_cache.read(home, "/other").known.paths == ()


def test_forget(home, written):
    stat_cache.forget(home, ROOT)
    stat_cache.forget(home, ROOT)
    assert not os.path.exists(written)


@pytest.mark.parametrize("times", [(10**18, 10**18), (0, 0), (-1, 5)])
def test_settled_only_when_any_change_must_show(times):
    """Git's rule: a time that is not older than the walk may come again with other bytes."""
    moment = max(times)
    found = stamp.pack(*times, 3, 4, 0o100644)
    assert stamp.is_settled(found, moment + 1)
    assert not stamp.is_settled(found, moment)
    assert not stamp.is_settled(stamp.NONE, moment + 1)


def test_a_file_that_changes_within_the_grain(root, home):
    """Same size, same time of its bytes: read again as long as its times are young."""
    path = root / "a"
    path.write_text("one")
    first = take(root, home)
    for text in ("two", "six", "ten"):
        times = path.stat()
        path.write_text(text)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        again = take(root, home)
        assert again.digest == scan(root).digest != first.digest


def test_a_home_that_cannot_keep_a_cache(root, home):
    """It is done without."""
    (root / "a").write_text("x")
    home.create()
    with open(home.stat, "w"):
        pass  # a file where the directory should be
    assert take(root, home).digest == take(root, home).digest
