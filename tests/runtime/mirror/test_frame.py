"""Frames over streams that give what they like, and streams that are no frames."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_runcfg.runtime.mirror import frame

NAMES = st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace").decode())


def dripping(data, sizes):
    """Reads that give fewer bytes than they are asked for."""
    stream = io.BytesIO(data)
    pieces = iter(sizes)
    return lambda size: stream.read(min(size, next(pieces, size)))


@given(
    st.lists(st.tuples(st.sampled_from([frame.GROWN, frame.END]), NAMES, st.integers(0, 2**63), st.binary())),
    st.lists(st.integers(1, 5)),
)
def test_what_is_packed_is_read(said, sizes):
    """In any pieces, up to the end of the stream."""
    data = b"".join(frame.pack(*words) for words in said)
    take = dripping(data, sizes)
    found = []
    while (one := frame.read(take)) is not None:
        found.append((one.kind, one.name, one.offset, one.data))
    assert found == said


@given(st.binary(min_size=1, max_size=40))
def test_a_stream_that_is_cut_off(data):
    """It is told from one that has ended."""
    whole = frame.pack(frame.GROWN, "logs/x", 1, data)
    for size in range(1, len(whole)):
        with pytest.raises(frame.Broken):
            frame.read(io.BytesIO(whole[:size]).read)
    assert frame.read(io.BytesIO(b"").read) is None


def test_nothing_longer_than_agreed_is_read():
    """A length that no frame has is refused before any of its bytes are."""
    for size, name_size in ((frame.MOST + 1, 0), (0, frame.MOST_NAME + 1), (2**32 - 1, 2**16 - 1)):
        stream = io.BytesIO(frame._HEAD.pack(b"G", name_size, 0, size) + bytes(100))
        with pytest.raises(frame.Broken, match="no frame"):
            frame.read(stream.read)
        assert stream.tell() == frame._HEAD.size
