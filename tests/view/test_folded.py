"""The parts of the still picture that fold."""

from jupyter_runcfg.history.record import RunSummary
from jupyter_runcfg.view import summary as still
from jupyter_runcfg.view.files import File, Listing
from jupyter_runcfg.view.folded import files_html, media_html, sent_html, size_text, steps_html
from jupyter_runcfg.view.media import Item
from jupyter_runcfg.view.steps import Step

EVIL = "<script>alert(1)</script>\"'&"
SUMMARY = RunSummary("d_1_ab", "d", 1, None, "Completed", "", "local", "t.py", 1000.0, 1002.0, 1069.5)


def test_steps_are_a_line_with_their_times():
    """A run that only waited has its status to say so."""
    steps = [Step("Queued", 0.7, False), Step("Running", 65.0, True)]
    assert "Queued 0.7 s › Running 1 m 05 s" in steps_html(steps)
    assert steps_html(steps[:1]) == ""


def test_what_was_logged_and_is_no_number():
    """Texts as they are, the last rows of tables, of the others the file; names and values are text."""
    rows = [{"<i>": number, "b": None if number else EVIL} for number in range(14)]
    items = [
        Item("note", "text", 2, ["old", EVIL]),
        Item("rows", "table", 14, rows),
        Item("few", "table", 1, [{"x": 0.123456, "is": True}]),
        Item("m", "confusion_matrix", 1, ["logs/m.json"]),
        *(Item(f"image {number}", "image", 1, ["i.png"]) for number in range(10)),
    ]
    html = media_html(items)
    assert ("Media · 14" in html, "and 2 more" in html, "<script" in html, "<i>" in html) == (
        *(True, True),
        *(False, False),
    )
    assert "last 10 of 14 rows" in html
    assert html.count("<tr>") == 2 + 10 + 1
    for shown in ("&lt;script&gt;", "&lt;i&gt;", ">0.1235<", ">True<", "logs/m.json · confusion matrix"):
        assert shown in html
    assert media_html([]) == ""


def test_files_are_named_with_their_sizes_and_the_rest_is_counted():
    """Names are text."""
    html = files_html(Listing([File(EVIL, 1_500, 0.0)], 1_201, 2_500_000, is_partial=False))
    assert "Files · 1,201 files, 2.5 MB" in html
    assert "and 1,200 more" in html
    assert ("<script" in html, "&lt;script&gt;" in html, "1.5 kB" in html) == (False, True, True)
    assert files_html(Listing([], 0, 0, is_partial=False)) == ""


def test_what_was_sent_is_text():
    """Facts and the configuration."""
    html = sent_html({"facts": [["Run", EVIL]], "configuration": EVIL, "notes": []})
    assert html.count("&lt;script&gt;") == 2
    assert "<script" not in html
    assert sent_html({"facts": [], "configuration": "", "notes": []}) == ""


def test_sizes():
    """The same words as in the live view."""
    assert [size_text(size) for size in (12, 1_500, 2_500_000, 10**16)] == [
        "12 B",
        "1.5 kB",
        "2.5 MB",
        "10000.0 TB",
    ]


def picture(letter, **folded):
    """The picture of a run that says all that it can say, in one letter."""
    long = letter * 10_000
    series = {f"{long}{n}": [(float(x), 1 / (x + 1)) for x in range(300)] for n in range(40)}
    log = (long + "\n").encode() * 50
    return still.html(SUMMARY, log, series, notes=[long] * 4, log_path=long, now=0.0, **folded)


def folded(letter):
    long = letter * 10_000
    listing = Listing([File(long, 1, 0.0)] * 1_000, 1_000, 1_000, is_partial=True)
    return {
        "media": [Item(long, "table", 99, [{f"{long}{n}": long for n in range(20)}] * 99)] * 99,
        "files": listing,
        "sent": {"facts": [[long, long]] * 50, "configuration": long, "notes": [long] * 50},
    }


def test_the_whole_picture_stays_small():
    """With everything at its longest; where letters grow when they are escaped, what is folded goes first."""
    html = picture("x", **folded("x"))
    assert len(html.encode()) < 100_000
    assert ("Files · 1,000 files" in html, "What was sent" in html) == (True, True)
    assert picture("'", **folded("'")) == picture("'")
