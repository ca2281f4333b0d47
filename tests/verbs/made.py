"""Runs that have been, written by hand: hundreds of them in a second."""

import json

from jupyter_runcfg.history.number import take_number
from jupyter_runcfg.run import Run
from jupyter_runcfg.runtime import ending
from jupyter_runcfg.runtime.paths import Home

from ..runtime.job import record


def made(home, arguments=(), metrics=None, *, status="Completed", configuration=None, **more):
    """A run of experiment `exp`; `metrics`: name → values, a step each; with status None it goes on."""
    taken = Home(str(home))
    taken.create()
    run_id = f"exp_1_{len(list((home / 'runs').iterdir())):08x}"
    number = take_number(taken, "exp", run_id)
    asked = {"script": "train.py", "arguments": list(arguments), "target": "local", **(configuration or {})}
    paths = record(home, run_id=run_id, number=number, configuration=asked, created=1000.0 + number, **more)
    lines = [
        '{"seq": 0, "t": 1.0, "kind": "header", "version": 1}',
        '{"seq": 1, "t": 2000.0, "kind": "status", "status": "Running", "attempt": 1}',
    ]
    for name, values in (metrics or {}).items():
        said = f'"t": 2000.0, "kind": "metric", "name": {json.dumps(name)}'
        for step, value in enumerate(values):
            lines.append(f'{{"seq": {len(lines)}, {said}, "value": {json.dumps(value)}, "step": {step}}}')
    text = "\n".join([*lines, ""])
    with open(paths.event_file("rank-0-1"), "w", encoding="utf-8") as stream:
        stream.write(text)
    if status is not None:
        ending.write_status(paths, status, "")
    return Run.of(paths)
