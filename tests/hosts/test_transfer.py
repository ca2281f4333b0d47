"""A manifest as its difference and objects as a tar, from one home to another."""

import io
import multiprocessing
import os
import stat
import subprocess
import tarfile
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_runcfg import snapshot
from jupyter_runcfg.errors import SnapshotError
from jupyter_runcfg.hosts.transfer import apply, difference, missing, receive, tar_of
from jupyter_runcfg.runtime import manifest, transfer
from jupyter_runcfg.runtime.manifest import Entry
from jupyter_runcfg.runtime.objects import ObjectStore
from jupyter_runcfg.runtime.paths import Home

paths = st.lists(
    st.text("ab/é\n\udcff", min_size=1, max_size=4).filter(lambda p: "//" not in f"/{p}/"), max_size=9
)
manifests = paths.map(
    lambda found: manifest.dump([Entry(p, "100644", len(p), f"{len(p):064x}") for p in sorted(set(found))])
)


@pytest.fixture
def other(tmp_path):
    home = Home(str(tmp_path / "other"))
    home.create()
    return home


@pytest.fixture
def store(home):
    home.create()
    return ObjectStore(home.objects)


def put(store, *contents):
    return [store.put(io.BytesIO(content))[0] for content in contents]


def sent(home, digests):
    return io.BytesIO(b"".join(tar_of(home, digests)))


@given(manifests, manifests)
def test_a_difference_makes_the_new_of_the_old(old, new):
    """Whatever the two lists are, the other side gets the new one to the byte."""
    assert apply(old, difference(old, new)) == new


def test_a_difference_holds_only_what_differs():
    """Runs of equal lines are counted; dropped lines are counted; new lines stand whole."""
    entries = [Entry(f"f{n:03}", "100644", n, "a" * 64) for n in range(100)]
    changed = [*entries[:10], Entry("f0105", "100644", 1, "b" * 64), *entries[12:90]]
    old, new = manifest.dump(entries), manifest.dump(changed)
    assert difference(old, new).decode().splitlines()[1:] == [
        "=10",
        f'+["f0105","100644",1,"{"b" * 64}"]',
        "-2",
        "=78",
    ]
    assert difference(new, new).decode().splitlines()[1:] == ["=89"]
    assert difference(b"", b"").count(b"\n") == 1


def test_unsorted_lists_travel_too():
    """The order of lines is not relied upon, only made use of."""
    old, new = b"c\nb\na\n", b"a\nb\nc\nd\n"
    assert apply(old, difference(old, new)) == new


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d.replace(b"=2", b"=999999999999"), "the difference of the manifests is damaged"),
        (lambda d: d.replace(b"=2", b"=0"), "the difference of the manifests is damaged"),
        (lambda d: d.replace(b"=2", b"=1"), "the difference leads to another manifest"),
        (lambda d: d.replace(b"=2", b"?2"), "the difference of the manifests is damaged"),
        (lambda d: d[:-1], "what arrived is no difference of manifests, or is cut off"),
        (lambda _: b"", "what arrived is no difference of manifests, or is cut off"),
        (lambda d: d.replace(b"difference 1", b"difference 2"), "what arrived is no difference of manifests"),
    ],
)
def test_a_spoilt_difference_is_refused(spoil, message):
    """No count leads out of the old list, and no other list than the named one comes out."""
    made = difference(b"a\nb\n", b"a\nb\nc\n")
    with pytest.raises(SnapshotError) as caught:
        apply(b"a\nb\n", spoil(made))
    assert caught.value.message.startswith(message)


def test_a_difference_is_for_one_list_only():
    """Applied to another list than it was made for, it is refused before anything is done."""
    with pytest.raises(SnapshotError, match="the difference is for another manifest"):
        apply(b"x\n", difference(b"a\n", b"b\n"))


def test_a_snapshot_goes_to_another_home(root, home, other):
    """Ask what is missing, send that, and the tree is there with its modes and links."""
    (root / "a.py").write_text("a")
    (root / "run.sh").write_text("b")
    (root / "run.sh").chmod(0o755)
    (root / "link").symlink_to("a.py")
    (root / "nothing").write_bytes(b"")
    taken = snapshot.take(root, home)
    digests = {entry.digest: entry.size for entry in taken.entries}
    assert missing(other, digests) == set(digests)
    assert receive(other, sent(home, missing(other, digests)), digests) == set(digests)
    assert missing(other, digests) == set()
    for digest in digests:
        path = ObjectStore(other.objects).path(digest)
        assert stat.S_IMODE(os.stat(path).st_mode) & 0o277 == 0
        assert ObjectStore(other.objects).verify(digest)


def test_only_what_is_asked_for_travels(store, home, other):
    """The second time only the new object is sent."""
    one, two = put(store, b"one", b"two")
    receive(other, sent(home, [one]))
    assert missing(other, [one, two]) == {two}
    assert receive(other, sent(home, missing(other, [one, two]))) == {two}


def test_nothing_is_a_tar_too(home, other):
    """An empty list gives an empty tar, which is taken."""
    assert receive(other, sent(home, [])) == set()


@pytest.mark.engine("git")
def test_other_tools_read_it(store, home, tmp_path):
    """It is a plain tar: `tar` lists it, and equal lists of objects have equal bytes."""
    digests = put(store, b"x" * 1000, b"")
    (tmp_path / "t.tar").write_bytes(sent(home, digests).getvalue())
    done = subprocess.run(["tar", "-tf", tmp_path / "t.tar"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(digests)
    assert sent(home, digests).getvalue() == sent(home, [*reversed(digests), *digests]).getvalue()


def test_a_size_that_is_wrong_is_missing(store, home):
    """With sizes, an object that was cut off is asked for again; without, being there counts."""
    [digest] = put(store, b"whole")
    os.chmod(store.path(digest), 0o600)
    os.truncate(store.path(digest), 2)
    os.chmod(store.path(digest), 0o400)
    assert missing(home, {digest: 5}) == {digest}
    assert missing(home, [digest]) == set()


def test_a_cut_off_object_is_mended_by_what_arrives(store, home, other):
    """The good bytes take the place of the bad ones."""
    [digest] = put(store, b"whole")
    there = ObjectStore(other.objects)
    os.makedirs(os.path.dirname(there.path(digest)))
    with open(there.path(digest), "wb") as stream:
        stream.write(b"wh")
    receive(other, sent(home, [digest]))
    assert there.verify(digest)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", 5, None]
)
def test_what_is_no_digest_is_not_looked_for(home, name):
    """A name from the other side never becomes a path."""
    with pytest.raises(SnapshotError, match="is no digest of an object"):
        missing(home, [name])


@pytest.mark.parametrize("content", [b"", b"x" * 10, b"x" * 3_000_000])
def test_a_damaged_object_is_not_sent(store, home, other, content):
    """The sender names it, the stream ends there, and the other side keeps nothing of it."""
    [digest] = put(store, content)
    path = store.path(digest)
    os.chmod(path, 0o600)
    with open(path, "r+b") as stream:
        stream.write(b"?")
    got = bytearray()
    with pytest.raises(SnapshotError, match="a stored object is damaged"):
        for part in tar_of(home, [digest]):
            got += part
    with pytest.raises(SnapshotError, match="the stream of objects"):
        receive(other, io.BytesIO(bytes(got)))
    assert leftovers(other) == []


def test_a_missing_object_is_named(home):
    """An object that is not there ends the stream with its path."""
    home.create()
    with pytest.raises(SnapshotError, match="a stored object is missing") as caught:
        list(tar_of(home, ["a" * 64]))
    assert caught.value.where == ObjectStore(home.objects).path("a" * 64)


def leftovers(home):
    return sorted(name for _, _, names in os.walk(home.objects) for name in names)


def member(name, data=b"x", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in fields.items():
        setattr(info, key, value)
    return info.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512)


X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of b"x"


@pytest.mark.parametrize(
    "tar",
    [
        member("../../escape"),
        member("/etc/passwd"),
        member(X, b"y"),
        member(X, b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member(X, b"", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
        member(X, b"", type=tarfile.DIRTYPE),
        member(X, b"", type=tarfile.CHRTYPE),
        member(X, b"", type=tarfile.FIFOTYPE),
        member("././@LongLink", b"a" * 1000, type=tarfile.GNUTYPE_LONGNAME),
        member("pax", b"30 path=x\n", type=tarfile.XHDTYPE),
        member(X, b"x", type=tarfile.GNUTYPE_SPARSE),
        member(X.upper()),
        member(X + "/"),
        member("é"),
        member(X)[:700],
        member(X)[:300],
        member(X, b"x", size=1 << 62),
        member(X, b"x", size=5),
        member(X),
        b"",
        b"x" * 5000,
        bytes(512),
        bytes(512) + member(X),
        bytes(512) + b"x" * 512,
    ],
)
def test_a_hostile_stream_is_refused(tar, other):
    """Names, kinds, sizes and bytes that are no object's: an error, and nothing of it is left."""
    with pytest.raises(SnapshotError):
        receive(other, io.BytesIO(tar))
    assert [name for name in leftovers(other) if name not in X] == []


def test_a_stream_may_not_bring_more_than_was_asked_for(store, home, other):
    """With a list of what is wanted, another object or another size is refused."""
    one, two = put(store, b"one", b"two")
    with pytest.raises(SnapshotError, match="an object came that was not asked for"):
        receive(other, sent(home, [one, two]), [one])
    with pytest.raises(SnapshotError, match="an object came that was not asked for"):
        receive(other, sent(home, [two]), {two: 4})
    assert set(leftovers(other)) <= {one[2:]}


def test_what_follows_the_tar_is_left_in_the_stream(store, home, other):
    """A connection may go on after it."""
    stream = io.BytesIO(sent(home, put(store, b"one")).getvalue() + b"next")
    receive(other, stream)
    assert stream.read() == b"next"


def test_a_stream_that_dribbles(store, home, other):
    """Sockets give what they have: one byte at a time is enough."""

    class Dribble(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 1))

    digests = put(store, b"a" * 700, b"")
    assert receive(other, Dribble(sent(home, digests).getvalue())) == set(digests)


def test_memory_does_not_grow_with_the_object(store, home, other):
    """100 MB go through in a few."""

    class Zeros(io.RawIOBase):
        left = 100_000_000

        def read(self, size=-1):
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

    digest, _ = store.put(Zeros())
    reading, writing = os.pipe()
    process = multiprocessing.get_context("fork").Process(target=_send, args=(home, digest, writing))
    process.start()
    os.close(writing)
    tracemalloc.start()
    with open(reading, "rb") as stream:
        receive(other, stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    process.join()
    assert (process.exitcode, ObjectStore(other.objects).verify(digest)) == (0, True)
    assert peak < 10_000_000


def _send(home, digest, writing):
    with open(writing, "wb") as stream:
        for part in tar_of(home, [digest]):
            stream.write(part)


def test_many_receivers_at_once(store, home, other):
    """Eight processes that bring the same objects: each is there once, whole, and nothing else is."""
    digests = put(store, *(bytes([n]) * 50_000 for n in range(20)))
    data = sent(home, digests).getvalue()
    processes = [
        multiprocessing.get_context("fork").Process(target=_take, args=(other, data)) for _ in range(8)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    assert leftovers(other) == sorted(digest[2:] for digest in digests)
    assert all(ObjectStore(other.objects).verify(digest) for digest in digests)


def _take(home, data):
    transfer.receive(home, io.BytesIO(data))
