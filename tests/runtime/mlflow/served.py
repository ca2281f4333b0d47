"""A record with MLflow's interface before it, for tests that talk to it."""

import http.client
import json
import os
import socket
from contextlib import closing

from jupyter_runcfg.runtime import atomic
from jupyter_runcfg.runtime.mlflow.endpoint import open_endpoint

from ..job import RUN_ID, events_of, record

TAGS = {"who": "me"}


class Served:
    """A record with an endpoint that answers, and a client of few words."""

    def __init__(self, root, env, **more):
        self.paths = record(root, tags=TAGS, **more)
        os.makedirs(os.path.join(self.paths.work, "outputs"))
        self.endpoint = open_endpoint(self.paths, atomic.read_json(self.paths.request), env)
        self.variables = self.endpoint.variables(env)
        self.token = self.variables["MLFLOW_TRACKING_TOKEN"]
        self.endpoint.serve()

    def call(self, route, body=None, *, token=None, method="POST", prefix="/api/2.0/mlflow/"):
        """(HTTP status, JSON) of one request."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.endpoint.port, timeout=30)) as connection:
            headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
            connection.request(method, prefix + route, json.dumps(body or {}), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())

    def get(self, route, **body):
        """The answer to a request that must succeed."""
        status, answer = self.call(route, body)
        assert status == 200, answer
        return answer

    def send(self, data):
        """What comes back for bytes that may be no request."""
        with closing(socket.create_connection(("127.0.0.1", self.endpoint.port), 30)) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while chunk := connection.recv(1 << 16):
                received += chunk
            return received

    def log(self, key, value, **more):
        return self.call("runs/log-metric", {"run_id": RUN_ID, "key": key, "value": value, **more})

    def metrics(self):
        return [(e["name"], e["value"], e["step"]) for e in events_of(self.paths, "metric")]
