"""A door for scripts that use MLflow: what they log goes into the record of their run.

Until the first script knocks, this is one listening socket and nothing is imported for it.
"""

import os

from ..paths import RunPaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

TRACKING_URI = "MLFLOW_TRACKING_URI"
DEFAULT_EXPERIMENT = "0"  # what MLflow's client says where none was named
_LOOPBACK = "127.0.0.1"
_NOTEBOOK = "runcfg-"  # how the secret in a notebook's address begins
# at the end of each run MLflow prints a link to its own pages, which are not here
NO_LINK = "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"
_OF_RUN = ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID")
_TOKEN = "MLFLOW_TRACKING_TOKEN"
_CREDENTIALS = (
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_PASSWORD",
    _TOKEN,
    "MLFLOW_TRACKING_AUTH",
    "MLFLOW_TRACKING_AWS_SIGV4",
)


def open_endpoint(paths: "RunPaths", request: "dict[str, Any]", env: "dict[str, str]") -> "Endpoint | None":
    """An endpoint for the script that will run in `env`, or None.

    None where the person chose a tracking server, and where there is no loopback to listen on: MLflow
    then does what it does outside of a job. A notebook's address, which its process hands on to those that
    it starts, is not the job's.
    """
    chosen = env.get(TRACKING_URI, "")
    if is_of_notebook(chosen):
        for name in (TRACKING_URI, *_OF_RUN):
            env.pop(name, None)
    elif chosen:
        return None
    try:
        return Endpoint(paths, request)
    except OSError:
        return None


class Endpoint:
    """MLflow's REST interface on loopback, for the processes of one job only.

    Wait for `fileno()` to become readable, then call `serve()` once; `close()` when the script has ended.
    Other users of the machine reach the port as well, so that each request must carry a secret that only the
    environment of the job holds.
    """

    def __init__(self, paths: "RunPaths", request: "dict[str, Any]") -> "None":
        from _socket import AF_INET, SOCK_STREAM, socket  # the module above it costs each job 3 ms

        self._paths = paths
        self._request = request
        self._server = None  # type: Any  # a mlflow_http.Server
        self._secret = os.urandom(16).hex()
        self._listener = socket(AF_INET, SOCK_STREAM)
        try:
            self._listener.bind((_LOOPBACK, 0))
            self._listener.listen(128)
            self.port = int(self._listener.getsockname()[1])
        except OSError:
            self._listener.close()
            raise

    def fileno(self) -> "int":
        return self._listener.fileno()

    def variables(self, env: "dict[str, str]") -> "dict[str, str]":
        """What to set for a script that would run in `env`."""
        address = "http://{}:{}".format(_LOOPBACK, self.port)
        found = {
            "MLFLOW_RUN_ID": self._paths.run_id,  # `start_run` and autolog go on with this run
            "MLFLOW_EXPERIMENT_ID": experiment_id(self._paths.run_id),
            NO_LINK: "true",
        }
        found = {key: value for key, value in found.items() if key not in env}
        if any(env.get(name) for name in _CREDENTIALS) or os.path.exists(_credentials_file(env)):
            # they are for another server, which the script may name, and they would win over our token
            found[TRACKING_URI] = address + "/" + self._secret
        else:
            found[TRACKING_URI], found[_TOKEN] = address, self._secret
        found.update(past_proxies(env))
        return found

    def serve(self) -> "None":
        """Answer from now on, in threads of its own; what is read and written is the record."""
        if self._server is not None:
            return
        from .http import Server
        from .job import JobStore

        try:
            self._server = Server(self._listener, self._secret, JobStore(self._paths, self._request))
        except (OSError, RuntimeError):  # no threads or descriptors are left: the script hears of that itself
            self._listener.close()

    def close(self, status: "str" = "Completed") -> "None":
        """Answer no more; runs that the script began and did not end are ended, as its own was."""
        if self._server is not None:
            self._server.close(status)
        self._listener.close()


def experiment_id(run_id: "str") -> "str":
    """The one experiment that a job knows, under a name that MLflow takes as an id."""
    return run_id.rsplit("_", 2)[0]


def past_proxies(env: "Mapping[str, str]") -> "dict[str, str]":
    """Variables with which no proxy is asked for our loopback, which it does not know."""
    found = {}
    for name in ("no_proxy", "NO_PROXY"):
        places = env.get(name, "") or env.get(name.swapcase(), "")
        if places != "*" and _LOOPBACK not in places.split(","):
            found[name] = ",".join(filter(None, (places, _LOOPBACK)))
    return found


def notebook_address(port: "int") -> "str":
    """A new address, with its secret, for what listens at that port."""
    return "http://{}:{}/{}{}".format(_LOOPBACK, port, _NOTEBOOK, os.urandom(16).hex())


def is_of_notebook(address: "str") -> "bool":
    place, _, secret = address.rpartition("/")
    return place.startswith("http://{}:".format(_LOOPBACK)) and secret.startswith(_NOTEBOOK)


def _credentials_file(env: "dict[str, str]") -> "str":
    return os.path.join(env.get("HOME", "/"), ".mlflow", "credentials")
