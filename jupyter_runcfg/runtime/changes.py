"""A note for the indexes: which records are new, gone, or changed after their end.

`index/<host>.changes` has a line for each, `RUN_ID BEFORE AFTER`: the times of change (ns) of the
directory of all records around what was done, so that a reader knows whether the notes tell all of
it, or whether it must look at every name. Nothing depends on a note but speed, and what was said of a
run after its end.
"""

import os


def moment(runs: "str") -> "int":
    """When a name in the directory of all records came or went last; 0 where that cannot be told."""
    try:
        return os.stat(runs).st_mtime_ns
    except OSError:
        return 0


def note_if_ended(record: "str") -> "None":
    """Note what was said of a run after its end; while it is active, its files are looked at anyway."""
    if os.path.exists(os.path.join(record, "end.json")):
        note(record)


def note(record: "str", before: "int" = 0) -> "None":
    """Note a change of the record in that directory.

    Never raises: the record is the truth.

    Args:
        record: Its directory.
        before: `moment` before it was made or removed; 0: its name was there and is.
    """
    runs, run_id = os.path.split(record)
    after = moment(runs) if before else 0
    # a line break first: what a full disk cut off must not spoil this one
    line = "\n{} {} {}\n".format(run_id, before, after).encode("utf-8", "surrogateescape")
    name = os.uname()[1].replace("/", "-") + ".changes"
    try:
        descriptor = os.open(
            os.path.join(os.path.dirname(runs), "index", name), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
        )
    except OSError:  # no index is kept here: a home on another machine, or one that may only be read
        return
    try:
        os.write(descriptor, line)
    except OSError:
        pass
    finally:
        os.close(descriptor)
