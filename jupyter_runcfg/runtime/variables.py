"""The environment variables by which the processes of a job know their run."""

import os

RUN_DIRECTORY = "RUNCFG_RUN_DIR"
RUN_ID = "RUNCFG_RUN_ID"
RANK = "RUNCFG_RANK"
DEPTH = "RUNCFG_DEPTH"
VARIABLES_OF_A_JOB = (RUN_DIRECTORY, RUN_ID, RANK, DEPTH)


def depth() -> "int":
    """How many runs we are inside of: 0 outside of any."""
    text = os.environ.get(DEPTH, "")
    return int(text) if text.isdigit() else int(RUN_ID in os.environ)
