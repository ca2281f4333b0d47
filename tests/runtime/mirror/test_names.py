"""Names from another machine: which are taken, and none that leads out of the record."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_runcfg.runtime.mirror import names

WORDS = st.sampled_from(["a", "b", "..", ".", "", "outputs", "logs", "\0"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("logs/std_log.txt", "growing"),
        ("logs/tf/events.out", "growing"),
        ("events/node-0.jsonl", "growing"),
        ("events/rank-0-7.lost", "growing"),
        ("events/client-7.jsonl", None),
        ("events/supervisor.jsonl", None),
        ("events/a/b.jsonl", None),
        ("events/x", None),
        ("attempts/1/claim", "once"),
        ("attempts/12/end.json", "once"),
        ("attempts/1/lock.json", "once"),
        ("attempts/1/secrets", None),
        ("attempts/x/claim", None),
        ("attempts/²/claim", None),
        ("attempts/1/2/claim", None),
        ("attempts//claim", None),
        ("end.json", "once"),
        ("outputs/a/b", "tree"),
        ("artifacts/a", "tree"),
        ("outputs", None),
        ("outputs/", None),
        ("outputs/../request.json", None),
        ("outputs/./a", None),
        ("/outputs/a", None),
        ("logs/a\0b", None),
        ("request.json", None),
        ("cancel", None),
        ("work/a", None),
        (".mirror/a", None),
        ("", None),
    ],
)
def test_kinds(name, kind):
    """Each name of a record has one way to travel, or none."""
    assert names.kind_of(name) == kind


def test_what_may_be_put():
    """Before the start anything of the record, afterwards new files beside the request."""
    assert [names.may_be_put(name, False) for name in ("request.json", "logs/x", "../x", "/x", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [
        names.may_be_put(name, True) for name in ("cancel", "request.json", "end.json", "logs/x", "..")
    ] == [
        True,
        False,
        False,
        False,
        False,
    ]


@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, min_size=1, max_size=5))
def test_no_link_leads_out(above, target):
    """What is let through leads nowhere but below the directory of its kind, whatever it passes."""
    name, text = "outputs/" + "/".join(above), "/".join(target)
    if names.is_sound(name) and names.link_stays(name, text):
        place = os.path.normpath(os.path.join("/record", os.path.dirname(name), text))
        assert (place + "/").startswith("/record/outputs/")
        words = [word for word in target if word not in ("", ".")]
        assert words == sorted(words, key=lambda word: word != "..")


@pytest.mark.parametrize(
    ("name", "target", "stays"),
    [
        ("outputs/a", "b", True),
        ("outputs/d/a", "../b", True),
        ("outputs/d/a", "../../b", False),
        ("outputs/a", "..", False),
        ("outputs/a", "b/../c", False),
        ("outputs/a", "/etc/passwd", False),
        ("outputs/a", "", False),
    ],
)
def test_links(name, target, stays):
    """Relative ones inside of the outputs, with no way up after a name: that may be a link as well."""
    assert names.link_stays(name, target) is stays


def test_a_file_in_the_making_is_named_by_what_it_is():
    """Another size, time or name is another file."""
    found = [
        names.stage_of("a", 1, 2),
        names.stage_of("a", 2, 2),
        names.stage_of("a", 1, 3),
        names.stage_of("b", 1, 2),
    ]
    assert len(set(found)) == 4
    assert all(map(names.is_stage, found))
    assert not any(map(names.is_stage, ["", "x" * 32, "a" * 31, "../../../../../../../../../../a"]))
