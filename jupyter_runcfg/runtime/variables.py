"""The environment variables by which the processes of a job know their run."""

import os

RUN_DIRECTORY = "RUNCFG_RUN_DIR"
RUN_ID = "RUNCFG_RUN_ID"
RANK = "RUNCFG_RANK"
DEPTH = "RUNCFG_DEPTH"
KEEP = "RUNCFG_KEEP"
CAPTURE = "RUNCFG_CAPTURE"
NOTEBOOK = "RUNCFG_NOTEBOOK"
INDEX_PASSWORD = "RUNCFG_INDEX_"  # and a number: the name and password for one index of packages
REGISTRY_PASSWORD = "RUNCFG_REGISTRY_PASSWORD"
CONDA_SECRETS = "RUNCFG_CONDA"  # passwords of conda's channels and proxies
OF_BUILDS = (INDEX_PASSWORD, REGISTRY_PASSWORD, CONDA_SECRETS)  # passwords no script needs
VARIABLES_OF_A_JOB = (RUN_DIRECTORY, RUN_ID, RANK, DEPTH, KEEP, CAPTURE, NOTEBOOK)


def depth() -> "int":
    """How many runs we are inside of: 0 outside of any."""
    text = os.environ.get(DEPTH, "")
    return int(text) if text.isdigit() else int(RUN_ID in os.environ)


def take_kept() -> "tuple[int, ...]":
    """The descriptors that hold our slot; whoever starts a process of the run hands them on to it.

    So a slot is taken as long as the run goes on, though the runtime was killed.
    """
    found = []
    for text in os.environ.pop(KEEP, "").split(","):
        try:
            os.fstat(int(text))
        except (ValueError, OSError):
            continue
        found.append(int(text))
    return tuple(found)
