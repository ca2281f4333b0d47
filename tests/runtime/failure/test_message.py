"""The lines of an error's message, among others' in a log."""

import pytest


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise RuntimeError('Error(s):\\n\\tMissing: a\\nthe rest')", "Error(s):\n\tMissing: a\nthe rest"),
        ("raise RuntimeError('Error(s):\\n\\t' + 'Missing: a')", "Error(s):\n\tMissing: a"),
        ("raise ValueError('wrapped\\nsecond line')", "wrapped\nsecond line"),
        ("x = 3\nraise ValueError(\n    f'is {x}\\n'\n    f'and not {x + 1}'\n)", "is 3\nand not 4"),
        ("raise ValueError('bad')\nprint('another')", "bad"),
        (
            "m = '1 validation error for M\\nx\\n  a: 1\\n'\nraise ValueError(m)",
            "1 validation error for M\nx\n  a: 1",
        ),
        ("raise ValueError('line\\n' * 60)", "\n".join(["line"] * 10)),
        ("raise ValueError('long-' * 90 + '\\nlong' * 20)", "long-" * 90 + "\nlong" * 9),
        ("raise ValueError('long-' * 97 + '\\nlong' * 20)", "long-" * 97 + "\nlong" * 3 + "\n…"),
    ],
)
def test_a_message_of_several_lines(code, message, failing):
    """What goes on indented, or is in the statement that raised it, belongs to it; other words do not."""
    assert failing(code, after="another's words\n")["message"] == message
