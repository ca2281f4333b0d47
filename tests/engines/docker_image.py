"""A small root file system made of this machine's own files: a base image without any registry."""

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import uv

PROGRAMS = (
    *("sh", "bash", "env", "cat", "ls", "cp", "mv", "rm", "mkdir", "ln", "chmod", "chown", "touch", "head"),
    *(
        "tail",
        "wc",
        "sort",
        "cut",
        "tr",
        "tee",
        "sleep",
        "date",
        "echo",
        "true",
        "false",
        "id",
        "pwd",
        "uname",
    ),
    *("hostname", "stat", "df", "du", "mktemp", "readlink", "dirname", "basename", "yes", "timeout", "kill"),
    *("nohup", "grep", "sed", "find", "tar", "gzip", "dd", "sha256sum"),
)
SKIPPED = {"test", "tests", "idlelib", "tkinter", "turtledemo", "__pycache__", "site-packages"}
LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64"}
FOLDERS = (
    *("usr", "usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "usr/local", "usr/local/bin", "usr/local/lib"),
    *("etc", "proc", "sys", "dev", "root", "opt", "var"),
)
USERS = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"


def root_file_system(with_python=True):
    """The bytes of a tar file: a shell, some programs, and this very Python below /usr/local."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        image = _Image(tar)
        for folder in FOLDERS:
            image.folder(folder)
        image.folder("tmp", 0o1777)
        for name, target in LINKS.items():
            image.link(name, target)
        image.text("etc/passwd", USERS)
        image.text("etc/group", "root:x:0:\nnogroup:x:65534:\n")
        image.text("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")
        for name in PROGRAMS:
            path = shutil.which(name, path="/usr/bin:/bin")
            if path:
                image.program(path, f"usr/bin/{name}")
        if with_python:
            _put_python(image)
        image.libraries()
    return out.getvalue()


def _put_python(image):
    name = "python{}.{}".format(*sys.version_info[:2])
    library = Path(sys.base_prefix, "lib", name)
    image.program(os.path.realpath(Path(sys.base_prefix, "bin", name)), f"usr/local/bin/{name}")
    for link in ("python3", "python"):
        image.link(f"usr/local/bin/{link}", name)
    for directory, folders, files in os.walk(library):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("config-"))
        below = f"usr/local/lib/{name}/{os.path.relpath(directory, library)}".removesuffix("/.")
        image.folder(below)
        for file in sorted(files):
            put = image.program if file.endswith(".so") else image.file
            put(os.path.join(directory, file), f"{below}/{file}")
    image.folder(f"usr/local/lib/{name}/site-packages")
    image.libraries_for(uv.find_uv_bin())  # which is put into it when packages are installed


class _Image:
    def __init__(self, tar):
        self._tar = tar
        self._programs = []
        self._there = set()

    def folder(self, name, mode=0o755):
        self._add(name, tarfile.DIRTYPE, mode)

    def link(self, name, target):
        self._add(name, tarfile.SYMTYPE, 0o777, target)

    def text(self, name, text):
        info = tarfile.TarInfo(name)
        info.size = len(text.encode())
        self._tar.addfile(info, io.BytesIO(text.encode()))

    def file(self, path, name):
        path = os.path.realpath(path)
        if name in self._there or not os.path.isfile(path):
            return
        self._there.add(name)
        info = tarfile.TarInfo(name)
        info.size = os.path.getsize(path)
        info.mode = os.stat(path).st_mode & 0o777 | 0o444
        with open(path, "rb") as stream:
            self._tar.addfile(info, stream)

    def program(self, path, name):
        self._programs.append(os.path.realpath(path))
        self.file(path, name)

    def libraries_for(self, path):
        """What a program that is not in it would be linked with."""
        self._programs.append(path)

    def libraries(self):
        """What the programs are linked with, where the loader looks for it."""
        said = subprocess.run(["ldd", *self._programs], capture_output=True, text=True).stdout
        place = f"usr/lib/{os.uname().machine}-linux-gnu"
        self.folder(place)
        for path in sorted(set(re.findall(r"(/\S+) \(0x", said))):
            name = os.path.basename(path)
            is_loader = name.startswith("ld-linux")
            self.file(path, f"usr/{path.strip('/').removeprefix('usr/')}" if is_loader else f"{place}/{name}")

    def _add(self, name, kind, mode, target=""):
        info = tarfile.TarInfo(name)
        info.type, info.mode, info.linkname = kind, mode, target
        self._tar.addfile(info)
