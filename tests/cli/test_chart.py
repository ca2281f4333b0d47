"""The chart of the terminal."""

import math

from jupyter_runcfg.cli.chart import chart


def test_a_rising_line_goes_from_the_lower_left_to_the_upper_right():
    """The first point's dots are in the lowest row, the last one's in the highest; axes are labelled."""
    assert chart([(0, 0), (1, 1)], width=6, height=3) == [
        "1 ┤⠀⠀⠀⠀⣀⠔⠊"[:3] + "⠀⠀⠀⠀⡠⠊",
        "  ┤⠀⠀⡠⠊⠀⠀",
        "0 ┤⡠⠊⠀⠀⠀⠀",
        "   0    1",
    ]


def test_a_constant_is_a_line_in_the_middle():
    """No range of values divides by nothing."""
    lines = chart([(0, 5), (10, 5)], width=4, height=3)
    assert [set(line[3:]) == {"\u2800"} for line in lines[:3]] == [True, False, True]


def test_one_point_is_shown():
    """A single value has a dot."""
    assert any(chr(0x2801) <= char <= chr(0x28FF) for line in chart([(3, 4)]) for char in line)


def test_what_is_not_finite_is_left_out():
    """NaN and infinity neither fail nor set the range."""
    with_holes = [(0, 1), (1, math.nan), (2, math.inf), (3, -math.inf), (4, 2)]
    assert chart(with_holes) == chart([(0, 1), (4, 2)])
    assert chart([(0, math.nan)]) == []
    assert chart([]) == []
