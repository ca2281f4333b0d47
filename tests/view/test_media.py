"""What is kept of tables, files and texts: a bounded part, all of it counted."""

from jupyter_runcfg.view import media
from jupyter_runcfg.view.media import Media


def row(name, **columns):
    return {"kind": "metric", "name": name, "row": columns}


def test_of_a_long_table_the_last_rows_are_kept(monkeypatch):
    """And all of them are counted."""
    monkeypatch.setattr(media, "MAX_ROWS", 3)
    kept = Media()
    for number in range(10):
        kept.take(row("t", n=number))
    assert kept.find("t", "table") == ("t", "table", 10, [{"n": 7}, {"n": 8}, {"n": 9}])


def test_many_tables_together_are_bounded_too(monkeypatch):
    """Each keeps its last row at least."""
    monkeypatch.setattr(media, "MAX_ALL_ROWS", 5)
    kept = Media()
    for number in range(30):
        kept.take(row(f"t{number % 10}", n=number))
    items = [kept.find(f"t{number}", "table") for number in range(10)]
    assert [item.total for item in items] == [3] * 10
    assert [item.kept[-1]["n"] for item in items] == list(range(20, 30))
    assert sum(len(item.kept) for item in items) <= 15


def test_names_without_end_are_bounded():
    """A script that counts in its names fills no memory."""
    kept = Media()
    for number in range(2_000):
        kept.take(row(f"t{number}", n=1))
    assert len(kept.catalog()) == media.MAX_ITEMS


def test_events_that_are_none_of_it_change_nothing():
    """Numbers, and whatever JSON has been put there."""
    kept = Media()
    for event in ({"name": "a", "value": 1}, {"name": "a", "row": [1]}, {"value": None}, {"artifact": ""}):
        kept.take({"kind": "metric", **event})
    assert (kept.version, kept.catalog()) == (0, [])
