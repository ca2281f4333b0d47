"""`submit`: the public way in, with a Run as its answer."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..config import RunConfiguration, ScriptRunConfig
from ..errors import ConfigError
from ..runtime.v1.given import as_map
from ..submission import FindSame, Submission
from ..submission import submit as _submit
from .environment import with_registered
from .run import Run


def submit(
    config: RunConfiguration | ScriptRunConfig,
    *,
    experiment: str | None = None,
    tags: Mapping[str, object] | None = None,
    name: str | None = None,
    parent: Run | None = None,
) -> Run:
    """Freeze the source directory, write the request down and ask the target to run it.

    Returns as soon as the engine has accepted the job; it does not wait for it to start.

    Args:
        config: What to run. A ScriptRunConfig names its source directory; for a RunConfiguration it is
            the directory that owns its file, else the nearest project, else the working directory.
        experiment: The named group the run belongs to; default: the source directory's name.
        tags: Words of your own, kept with the run.
        name: A display name.
        parent: The run above; lists leave its children out.

    Raises:
        ConfigError: It is none, or has faults: all that were found, before anything was written or sent.
        TargetError: The engine did not accept the job; the record is kept, status Failed.
    """
    if not isinstance(config, RunConfiguration | ScriptRunConfig):
        raise ConfigError.single(f"a {type(config).__name__} cannot be submitted", "submit", _right(config))
    source = None
    if isinstance(config, ScriptRunConfig):
        source, config = Path(config.source_directory), config.run_config
    words = {str(k): "" if v is None else str(v) for k, v in as_map("tags", tags or {}).items()}
    name = None if name is None else str(name)
    above = None if parent is None else parent.id
    config = with_registered(config)
    asked = Submission(config, source=source, experiment=experiment, name=name, tags=words, parent=above)
    run = submit_words(asked)
    if parent is not None:
        parent.add_child(run.id)
    return run


def _right(given: object) -> str:
    """What would have been right in the place of what was given."""
    script = os.fspath(given) if isinstance(given, str | os.PathLike) else "train.py"
    return f'`submit(RunConfiguration(script="{script}"))`, or a ScriptRunConfig'


def submit_words(submission: Submission, find_same: FindSame | None = None) -> Run:
    """What the front doors use: a submission with everything a person may say."""
    return Run(None, _submit(submission, find_same).run_id)
