"""What the runtime does while the script runs: samples, and metrics that it leaves elsewhere."""

import time

from .events import EventWriter
from .mlflow.endpoint import open_endpoint
from .paths import RunPaths

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from typing import Any

TENSORBOARD_S = 1.0


class Meanwhile:
    """One of these for a script; nothing in it may keep the script from running or from ending."""

    def __init__(
        self,
        paths: "RunPaths",
        request: "dict[str, Any]",
        env: "dict[str, str]",
        events: "EventWriter",
        known: "Container[str]",
    ) -> "None":
        """Prepare; `env` is what the script will see, and gets what it needs of this."""
        self._paths, self._events, self._known = paths, events, known
        self._tags = request.get("tags") or {}
        self._visible_gpus = env.get("CUDA_VISIBLE_DEVICES")
        self._sampler = None  # type: Any  # a Sampler, and EventFiles, once the script runs
        self._files = None  # type: Any
        self._endpoint = open_endpoint(paths, request, env)
        if self._endpoint is not None:
            env.update(self._endpoint.variables(env))
        self._began = self._sampled = self._looked = time.monotonic()

    def start(self, session: "int") -> "None":
        """The script runs now, in that session."""
        from .tensorboard.event_files import EventFiles  # both while the script starts, not before
        from .tracking.tracker import Tracker
        from .usage.sample import Sampler

        tracker = Tracker(self._paths.events, "tensorboard")
        self._files = EventFiles(self._paths.work, tracker, self._known, self._tags)
        self._sampler = Sampler(self._paths.run_id, session, self._visible_gpus)

    def descriptors(self) -> "dict[int, Callable[[], object]]":
        """What to wait for, and what to call when it can be read."""
        return {} if self._endpoint is None else {self._endpoint.fileno(): self._endpoint.serve}

    def tick(self) -> "None":
        from .usage.sample import cadence

        now = time.monotonic()
        if self._files is not None and now - self._looked > TENSORBOARD_S and not self._files.poll():
            self._looked = now  # else there is more: the next tick goes on
        if self._sampler is not None and now - self._sampled > cadence(now - self._began):
            self._sampled = now
            self._note(self._sampler.sample())

    def _note(self, sample: "dict[str, Any]") -> "None":
        try:
            if sample:
                self._events.append("sample", **sample)
        except OSError:
            pass  # a full disk: the samples are the first to go

    def finish(self, status: "str") -> "None":
        """The script has ended with this status; take in what it left."""
        if self._endpoint is not None:
            self._endpoint.close(status)
        if self._files is not None:
            self._files.drain()
