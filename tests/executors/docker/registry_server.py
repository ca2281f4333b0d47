"""`python registry_server.py DIRECTORY`: images below a directory by the registry protocol, for one user."""

import base64
import gzip
import hashlib
import json
import os
import sys
import tarfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(sys.argv[1])
ALLOWED = "Basic " + base64.b64encode(b"ada:geheim-1815").decode()
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
BLOBS = {}


def stored(data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    BLOBS[digest] = data
    return {"digest": digest, "size": len(data)}


def manifest_of(place):
    """The manifest of an image that `docker save` wrote; its parts are blobs from then on."""
    with tarfile.open(place / "saved.tar") as saved:
        [facts] = json.load(saved.extractfile("manifest.json"))
        config = stored(saved.extractfile(facts["Config"]).read())
        layers = [stored(gzip.compress(saved.extractfile(name).read(), 1)) for name in facts["Layers"]]
    kind = "application/vnd.docker.container.image.v1+json"
    layer_kind = "application/vnd.docker.image.rootfs.diff.tar.gzip"
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": kind, **config},
            "layers": [{"mediaType": layer_kind, **layer} for layer in layers],
        }
    ).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.headers.get("Authorization") != ALLOWED:
            self.send(401, b'{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}')
        elif self.path == "/v2/":
            self.send(200, b"{}")
        else:
            repository, _, rest = self.path.removeprefix("/v2/").rpartition("/")
            repository, _, kind = repository.rpartition("/")
            self.part(ROOT / repository, kind, rest)

    def part(self, place, kind, name):
        if kind == "blobs" and name in BLOBS:
            self.blob(place, BLOBS[name])
        elif kind == "manifests" and (place / "tag").exists():
            data = (place / "manifest").read_bytes() if (place / "manifest").exists() else manifest_of(place)
            (place / "manifest").write_bytes(data)
            self.send(200, data, MANIFEST)
        else:
            self.send(404, b'{"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}')

    def blob(self, place, data):
        if (place / "slow").read_text() != "yes" or len(data) < 10_000:
            self.send(200, data, "application/octet-stream")
            return
        (place / "asked").touch()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            for start in range(len(data)):
                self.wfile.write(data[start : start + 1])
                self.wfile.flush()
                time.sleep(0.01)
        except OSError:
            (place / "left").touch()

    def send(self, status, data, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="test"')
        if kind == MANIFEST:
            self.send_header("Docker-Content-Digest", "sha256:" + hashlib.sha256(data).hexdigest())
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    (ROOT / "port.new").write_text(str(server.server_port))
    os.rename(ROOT / "port.new", ROOT / "port")
    server.serve_forever()
