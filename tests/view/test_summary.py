"""The still picture of a run."""

import base64
import re
from html.parser import HTMLParser

import pytest

from jupyter_runcfg.history.record import RunSummary
from jupyter_runcfg.view import summary as still
from jupyter_runcfg.view.sparkline import short, thin
from jupyter_runcfg.view.terminal import plain_lines

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"


def make(**changes):
    facts = {
        "run_id": "diabetes_1795000000_ab12cd34",
        "experiment": "diabetes",
        "number": 12,
        "name": None,
        "status": "Completed",
        "cause": "",
        "target": "local",
        "script": "train.py --alpha 0.03",
        "created": 1000.0,
        "started": 1002.0,
        "ended": 1069.5,
        "exit_code": 0,
        "metrics": {"loss": 0.25},
    }
    return RunSummary(**{**facts, **changes})


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def page(*args, **options):
    return Page(still.html(*args, **options))


def words_of(*args, **options):
    return " ".join("".join(f" {part} " for part in page(*args, **options).text).split())


def images(seen):
    prefix = "data:image/svg+xml;base64,"
    sources = [attrs["src"] for tag, attrs in seen.tags if tag == "img"]
    return [base64.b64decode(source.removeprefix(prefix)).decode() for source in sources]


def test_text_says_what_ran_and_how_it_ended():
    """The plain form has label, status, duration, script, target and the last metrics."""
    assert still.text(make(), notes=["Python, 3 lines", ""]) == (
        "diabetes/12 · Completed · 1 m 08 s · train.py --alpha 0.03 · on local\nPython, 3 lines\nloss 0.25"
    )


def test_a_run_that_has_a_name_is_shown_with_it():
    """What `--name` says stands before what ran, as text, in both forms."""
    named = make(name="<b>wide</b> أ")
    assert still.text(named).startswith("diabetes/12 · Completed · 1 m 08 s · <b>wide</b> أ · train.py")
    assert "&lt;b&gt;wide&lt;/b&gt; أ</span><span" in still.html(named, b"", {})


def test_text_of_a_failure_has_its_reason_and_its_hint():
    """Cause, error and hint are there, and nothing is said twice."""
    error = {"type": "KeyError", "message": "'bmi'", "hint": "look at train.py:41"}
    failed = make(status="Failed", cause="exit code 1", error=error, metrics={})
    assert still.text(failed).splitlines()[1:] == [
        "exit code 1 · KeyError: 'bmi'",
        "hint: look at train.py:41",
    ]


FAILED = {
    "type": "KeyError",
    "message": "'bmi'",
    "where": "train.py:41",
    "code": "  40 | def f(row):\n> 41 |     return row['bmi']",
    "cause": "IndexError: 3 (lib.py:7)",
    "hint": "look at the columns",
}


def test_a_failure_shows_the_line_of_the_script():
    """Place, source lines, cause and hint, in both forms; the line itself stands out."""
    failed = make(status="Failed", cause="exit code 1", error=FAILED, metrics={})
    assert still.text(failed).splitlines()[1:] == [
        "exit code 1 · KeyError: 'bmi'",
        "at train.py:41",
        "  40 | def f(row):",
        "> 41 |     return row['bmi']",
        "caused by IndexError: 3 (lib.py:7)",
        "hint: look at the columns",
    ]
    seen = page(failed, b"", {})
    assert "> 41 |     return row['bmi']" in seen.text
    assert [tag for tag, _ in seen.tags].count("b") == 1
    assert words_of(failed, b"", {}).endswith(
        "exit code 1 · KeyError: 'bmi' at train.py:41 40 | def f(row): > 41 | return row['bmi']"
        " caused by IndexError: 3 (lib.py:7) hint: look at the columns"
    )


def test_text_of_a_run_that_waits_has_no_duration():
    """Before the start there is nothing to measure."""
    queued = make(status="Queued", cause="no free slot", started=None, ended=None, metrics={})
    assert still.text(queued) == "diabetes/12 · Queued · train.py --alpha 0.03 · on local\nno free slot"


def test_html_says_the_same_in_order():
    """Head, reason, notes, metrics and log follow one another."""
    failed = make(status="Failed", cause="exit code 1", tags={"sweep": "no"})
    seen = words_of(failed, b"one\ntwo\n", {"loss": [(0, 1.0), (1, 0.25)]}, notes=["3 files"], log_path="/x")
    assert seen == (
        "● Failed diabetes/12 train.py --alpha 0.03 on local 1 m 08 s sweep=no exit code 1 3 files "
        "loss 0.25 Log last 2 lines · all of it: /x one two"
    )


def test_a_run_that_goes_on_says_of_when_the_picture_is():
    """A picture of a live run names its moment and the way to a newer one."""
    seen = words_of(make(status="Running", ended=None, metrics={}), b"", {}, now=1010.0)
    assert re.fullmatch(
        r"● Running diabetes/12 train.py --alpha 0.03 on local 8.0 s "
        r"As of [\d: -]+\. %runcfg show diabetes/12 shows it as it is now\.",
        seen,
    )


@pytest.mark.parametrize(
    "place", ["script", "target", "cause", "experiment", "error", "tag", "metric", "log", "note"]
)
def test_everything_is_text(place):
    """Markup in any field, name, tag or log line is shown and never becomes an element."""
    fields = {place: EVIL} if place in ("script", "target", "cause", "experiment") else {}
    fields |= {"error": dict.fromkeys(FAILED, f"> 1 | {EVIL}")} if place == "error" else {}
    fields |= {"tags": {EVIL: EVIL}} if place == "tag" else {}
    series = {EVIL if place == "metric" else "loss": [(0, 1.0), (1, 2.0)]}
    log = EVIL.encode() if place == "log" else b""
    seen = page(make(status="Failed", **fields), log, series, notes=[EVIL if place == "note" else ""])
    assert {tag for tag, _ in seen.tags} <= {"div", "span", "img", "pre", "b"}
    assert {name for _, attrs in seen.tags for name in attrs} <= {"style", "src", "alt"}
    attributes = [attrs["alt"] for tag, attrs in seen.tags if tag == "img"]
    assert any(EVIL in part for part in [*seen.text, *attributes])


def test_only_styles_that_the_sanitizer_of_jupyterlab_keeps():
    """No declaration that JupyterLab 4 takes out of an untrusted notebook, no style sheet, no inline svg."""
    html = still.html(make(tags={"a": "b"}), b"line\n", {"loss": [(0, 1.0), (1, 2.0)]})
    dropped = [
        "currentColor",
        "inherit",
        "anywhere",
        "break-word;",
        "tab-size",
        "font-variant",
        "color-scheme",
    ]
    styles = " ".join(re.findall(r'style="([^"]*)"', html)).replace("word-wrap:break-word", "")
    assert [word for word in [*dropped, "<style", "<svg", "class="] if word in styles + html] == []


def test_it_stays_small_however_long_the_run():
    """A million points, a thousand metrics and endless lines make less than 100 KB."""
    many = {f"m{n}": [(0, 1.0), (1, 2.0)] for n in range(1000)}
    long = [(float(x), float(x % 977)) for x in range(200_000)]
    series = {f"long{n}": long for n in range(12)} | many
    log = b"\n".join(b"<&>\"'" * 5000 for _ in range(200))
    tags = {f"t{n}": "<" * 1000 for n in range(100)}
    error = {"type": "E", "message": "<" * 100_000, "hint": "<" * 100_000, "code": "<\n" * 9 + "<" * 100_000}
    html = still.html(
        make(status="Failed", error=error, tags=tags, metrics=dict.fromkeys(many, 1.0)), log, series
    )
    assert len(html.encode()) < 100_000


def test_a_chart_keeps_the_peak_and_both_ends():
    """Thinning keeps the spike, the first and the last of many points."""
    points = [(float(x), 9.0 if x == 4321 else 0.0) for x in range(10_000)]
    kept = thin(points)
    assert len(kept) <= 200
    assert [kept[0], max(kept, key=lambda point: point[1]), kept[-1]] == [
        (0.0, 0.0),
        (4321.0, 9.0),
        (9999.0, 0.0),
    ]


def test_a_chart_of_values_that_are_no_numbers_is_drawn():
    """NaN and infinity are left out of the line; a series of nothing else is an empty chart."""
    nan, inf = float("nan"), float("inf")
    seen = page(
        make(),
        b"",
        {"a": [(0, 1.0), (1, nan), (2, 3.0)], "b": [(0, nan), (1, inf)], "c": [(0, 5.0), (1, 5.0)]},
    )
    drawn = images(seen)
    assert [svg.count("<path") for svg in drawn] == [5, 3, 5]
    assert not any("nan" in svg or "inf" in svg for svg in drawn)


def test_a_chart_of_the_widest_and_the_narrowest_range_is_drawn():
    """The ends of what a float can be are not too much."""
    for low, high in ((-1.7e308, 1.7e308), (0.0, 5e-324), (1.7e308, 1.7e308)):
        (svg,) = images(page(make(), b"", {"a": [(0, low), (1, high)]}))
        assert "nan" not in svg


def test_a_single_value_is_a_number_without_a_chart():
    """One point makes no line."""
    seen = page(make(metrics={"r2": 0.51}), b"", {"r2": [(0, 0.51)]})
    assert images(seen) == []
    assert "0.51" in seen.text


def test_only_the_last_lines_are_shown():
    """Fifty lines, the newest ones."""
    log = "".join(f"line {n}\n" for n in range(80)).encode()
    (shown,) = [part for part in page(make(), log, {}).text if "line 79" in part]
    assert shown.split("\n") == [f"line {n}" for n in range(30, 80)]


def test_log_lines_are_what_a_terminal_shows():
    """Escapes are gone, bars in their last shape, torn UTF-8 is a mark."""
    raw = b"\x1b[1;31mred\x1b[0m \x1b]0;t\x07x\r\n 10%\r 50%\r100%\nab\b\bcd\nlong text\rok\n\xff\x00!\nlast"
    assert plain_lines(raw) == ["red x", "100%", "cd", "okng text", "\ufffd!", "last"]


def test_numbers_at_the_edges_of_a_chart_are_short():
    """They have to fit beside it."""
    values = [0.0, 399.0, 1.2607, 0.053327, 1.581e-8, 3.2e9, -20_000.5]
    assert [short(v) for v in values] == ["0", "399", "1.26", "0.0533", "1.58e−8", "3.2G", "−20k"]
