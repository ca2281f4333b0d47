"""A conda channel that a test makes: real packages, over `file://` or HTTP, with no conda and no network.

Its Python is this machine's own: the package holds the program, and a `pyvenv.cfg` that names the
standard library's place, so that it is small. `whole_python` packs all of it.
"""

import hashlib
import io
import json
import os
import platform
import re
import ssl
import sys
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SUBDIR = f"linux-{'64' if platform.machine() == 'x86_64' else platform.machine()}"
PYTHON = platform.python_version()
MINOR = ".".join(PYTHON.split(".")[:2])
SITE = f"lib/python{MINOR}/site-packages"
_LEFT_OUT = ("test", "tests", "site-packages", "__pycache__", "idlelib", "ensurepip")


class Channel:
    """A directory with `<subdir>/repodata.json` and packages; each `add` writes both."""

    def __init__(self, place: Path):
        self.place = place
        for subdir in ("noarch", SUBDIR):
            (place / subdir).mkdir(parents=True, exist_ok=True)
            self._write(subdir, self._read(subdir))

    @property
    def url(self) -> str:
        return self.place.as_uri()

    def add(
        self, name, version, build="0", *, depends=(), files=None, constrains=(), entry_points=(), more=None
    ):
        """A package; `files`: path → text, bytes or a Path; noarch where it is Python's."""
        files = dict(files or {})
        is_python = bool(entry_points) or any(path.startswith("site-packages/") for path in files)
        subdir = "noarch" if is_python else SUBDIR
        facts = {
            "name": name,
            "version": version,
            "build": build,
            "build_number": 0,
            "depends": list(depends),
            "constrains": list(constrains),
            "subdir": subdir,
            "license": "MIT",
            "timestamp": 1700000000000,
            **({"noarch": "python"} if is_python else {}),
            **(more or {}),
        }
        link = {
            "noarch": {"type": "python", "entry_points": list(entry_points)},
            "package_metadata_version": 1,
        }
        data = _packed(files, facts, link if is_python else None)
        path = self.place / subdir / f"{name}-{version}-{build}.tar.bz2"
        path.write_bytes(data)
        known = self._read(subdir)
        known[path.name] = {
            **facts,
            "md5": hashlib.md5(data).hexdigest(),
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
        }
        self._write(subdir, known)
        return path

    def add_module(self, name, version, *, depends=("python",), dist=None):
        """A package of one Python module `name`, with `VERSION`, and the metadata that pip looks at."""
        known_as = dist or name
        info = f"site-packages/{known_as.replace('-', '_')}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {known_as}\nVersion: {version}\n"
        files = {
            f"site-packages/{name}.py": f"VERSION = '{version}'\n",
            f"{info}/METADATA": metadata,
            f"{info}/INSTALLER": "conda\n",
            f"{info}/RECORD": f"{name}.py,,\n",
        }
        return self.add(name, version, "py_0", depends=depends, files=files)

    def add_python(self, version=PYTHON):
        """This machine's Python, under any version that one likes to call it."""
        program = Path(os.path.realpath(sys.executable))
        settings = f"home = {program.parent}\ninclude-system-site-packages = false\nversion = {PYTHON}\n"
        link = f"bin/python{MINOR}"
        files = {
            link: program,
            "bin/python3": link,
            "bin/python": link,
            "pyvenv.cfg": settings,
            f"{SITE}/.here": "",
        }
        return self.add("python", version, "0_test", files=files, more={"python_site_packages_path": SITE})

    def add_whole_python(self, version=PYTHON):
        """Program and standard library, about 50 MB: for benchmarks, and for machines that have no other."""
        base = Path(sys.base_prefix)
        program = f"bin/python{MINOR}"
        files = {program: base / program, "bin/python3": program, "bin/python": program}
        for top, directories, names in os.walk(base / "lib" / f"python{MINOR}"):
            directories[:] = [one for one in directories if one not in _LEFT_OUT and "config-" not in one]
            for name in names:
                path = Path(top) / name
                files[path.relative_to(base).as_posix()] = path
        libraries = [path for path in (base / "lib").glob("libpython*") if not path.is_symlink()]
        files.update({f"lib/{path.name}": path for path in libraries})
        return self.add("python", version, "0_whole", files=files, more={"python_site_packages_path": SITE})

    def remove(self, file_name):
        for subdir in ("noarch", SUBDIR):
            known = self._read(subdir)
            if known.pop(file_name, None):
                (self.place / subdir / file_name).unlink()
                self._write(subdir, known)

    def _read(self, subdir):
        file = self.place / subdir / "repodata.json"
        return json.loads(file.read_text())["packages"] if file.exists() else {}

    def _write(self, subdir, packages):
        text = {"info": {"subdir": subdir}, "packages": packages, "packages.conda": {}, "repodata_version": 1}
        (self.place / subdir / "repodata.json").write_text(json.dumps(text))


class Server:
    """The directory over HTTP on loopback; `asked` has each path.

    With `credentials`, the header of those who may; with `tls`, files of a certificate and its key.
    """

    def __init__(self, place: Path, credentials="", tls=()):
        self.asked, self.credentials = [], credentials
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self, directory=str(place)))
        self._http.handle_error = lambda *_: None  # a client that goes away, or does not trust us
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()
        self.host = f"127.0.0.1:{self._http.server_port}"
        self.url = f"http{'s' if tls else ''}://{self.host}"

    def stop(self):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, server, *args, **more):
        self.owner = server
        super().__init__(*args, **more)

    def do_GET(self):
        self.owner.asked.append(self.path)
        self.path = re.sub(r"^https?://[^/]+", "", self.path)  # as a proxy is asked
        if self.owner.credentials and self.headers.get("Authorization") != self.owner.credentials:
            self.send_error(401)
            return
        super().do_GET()

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def _packed(files, facts, link):
    """The bytes of a `.tar.bz2`; a text value that names another of the paths is a link to that."""
    out, paths = io.BytesIO(), []
    with tarfile.open(fileobj=out, mode="w:bz2", compresslevel=1) as archive:
        for path, content in files.items():
            if isinstance(content, str) and content in files:
                member = tarfile.TarInfo(path)
                member.type, member.linkname = (
                    tarfile.SYMTYPE,
                    os.path.relpath(content, os.path.dirname(path)),
                )
                archive.addfile(member)
                paths.append({"_path": path, "path_type": "softlink", **_sums(b"")})
                continue
            data = content.read_bytes() if isinstance(content, Path) else content
            data = data.encode() if isinstance(data, str) else data
            _put(archive, path, data, 0o755 if path.startswith("bin/") else 0o644)
            paths.append({"_path": path, "path_type": "hardlink", **_sums(data)})
        about = {
            "index.json": facts,
            "paths.json": {"paths": paths, "paths_version": 1},
            "about.json": {},
            **({"link.json": link} if link else {}),
        }
        for name, value in about.items():
            _put(archive, f"info/{name}", json.dumps(value).encode(), 0o644)
        _put(archive, "info/files", "\n".join(files).encode(), 0o644)
    return out.getvalue()


def _put(archive, path, data, mode):
    member = tarfile.TarInfo(path)
    member.size, member.mode, member.mtime = len(data), mode, 1700000000
    archive.addfile(member, io.BytesIO(data))


def _sums(data):
    return {"sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)}
