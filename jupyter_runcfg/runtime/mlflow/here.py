"""Where MLflow's client of this very process finds us: one address for as long as the process lives."""

import os
import socket

from .endpoint import NO_LINK, notebook_address, past_proxies
from .http import Server
from .store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

_open = {}  # type: dict[tuple[int, str], tuple[str, Server]]


def tracking_uri(home: "str", store: "Callable[[], Store]") -> "str":
    """An address for `mlflow.set_tracking_uri`; it answers until the process ends. Raises OSError.

    It holds a secret, for other users of the machine reach the port as well; MLflow is told not to print it.
    A forked child gets an address of its own: it has none of our threads.
    """
    key = os.getpid(), home
    if key not in _open:
        listener = socket.socket()
        try:
            listener.bind(("127.0.0.1", 0))
            listener.listen(128)
            address = notebook_address(listener.getsockname()[1])
            server = Server(listener, address.rpartition("/")[2], store())
        except BaseException:
            listener.close()
            raise
        _open[key] = address, server
        os.environ.setdefault(NO_LINK, "true")
        os.environ.update(past_proxies(os.environ))
    return _open[key][0]
