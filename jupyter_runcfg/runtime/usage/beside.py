"""Readings that may take long or hang, made by a thread of their own, so that nothing waits for them."""

import threading

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any, Callable

_PATIENCE_S = 0.002


class Beside:
    """Asks a function again and again; what it said last is there at once."""

    def __init__(self, make: "Callable[[], Callable[[Any], Any]]", first: "object") -> "None":
        """Have `make()` called in the thread for the function to ask; until that answers, it is `first`.

        An OSError or AttributeError of either ends the thread: nothing new comes then.
        """
        self._make = make
        self._latest = first
        self._question = None  # type: Any
        self._thread = None  # type: threading.Thread | None
        self._asked, self._answered = threading.Event(), threading.Event()

    def ask(self, question: "object" = None) -> "Any":
        """The answer, when it comes within some milliseconds; else the latest one."""
        self._answered.clear()
        self._question = question
        self._asked.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="runcfg-beside", daemon=True)
            self._thread.start()
        self._answered.wait(_PATIENCE_S)
        return self._latest

    @property
    def latest(self) -> "Any":
        return self._latest

    def _work(self) -> "None":
        try:
            answer = self._make()
            while True:
                self._asked.wait()
                self._asked.clear()
                self._latest = answer(self._question)
                self._answered.set()
        except (OSError, AttributeError):
            return
