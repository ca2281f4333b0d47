"""What kind of file system a path is on: what holds on a local disk need not hold on a server's."""

import os
import re

# as mountinfo names them; file systems in user space are mostly a server's (sshfs, s3fs, gcsfuse)
_NETWORK = re.compile(
    r"nfs|nfs4|cifs|smb3|smbfs|9p|afs|ceph|lustre|gpfs|beegfs|glusterfs|ocfs2|gfs2|orangefs|pvfs2|panfs"
    r"|wekafs|vboxsf|prl_fs|fuse\..*"
)


def real_path(path: "str") -> "str":
    """`os.path.realpath`, in half its time where the system tells the path of what is open."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            return os.readlink("/proc/self/fd/{}".format(descriptor))
        finally:
            os.close(descriptor)
    except (OSError, AttributeError):  # nothing is there; macOS
        return os.path.realpath(path)


_asked = {}  # type: dict[tuple[str, int], bool]


def is_network(path: "str") -> "bool":
    """Whether other machines may write there too, and locks and clocks are not this machine's alone.

    Takes what is there of `path` when its end is not. False where the system does not tell. Asked once
    for each path and device: it costs as much as a walk through a hundred files.
    """
    try:
        key = (path, os.stat(path).st_dev)
    except OSError:
        return _is_network(os.path.realpath(path))
    if key not in _asked:
        _asked[key] = _is_network(os.path.realpath(path))
    return _asked[key]


def _is_network(real: "str") -> "bool":
    try:
        with open("/proc/self/mountinfo", "rb") as stream:
            kind = _kind(real, os.fsdecode(stream.read()).splitlines())
    except OSError:
        return _is_network_by_mount(real)
    return _NETWORK.fullmatch(kind) is not None


def _kind(real: "str", lines: "list[str]") -> "str":
    """The type of the file system that is mounted nearest above a path; the last one mounted wins."""
    best, kind = "", ""
    for line in lines:
        left, mark, right = line.partition(" - ")
        fields = left.split(" ")
        if mark and len(fields) > 4:
            place = _unescaped(fields[4])
            if len(place) >= len(best) and _is_above(place, real):
                best, kind = place, right.split(" ")[0]
    return kind


def _unescaped(text: "str") -> "str":
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found.group(1), 8)), text)


def _is_above(place: "str", real: "str") -> "bool":
    return real == place or real.startswith(place.rstrip("/") + "/")


def _is_network_by_mount(real: "str") -> "bool":
    """macOS: `//me@server/share on /Volumes/share (smbfs, nodev, nosuid)`; its own have the word `local`."""
    import subprocess

    try:
        text = subprocess.check_output(["/sbin/mount"], stderr=subprocess.DEVNULL, timeout=5)
    except (OSError, subprocess.SubprocessError):
        return False
    best, network = "", False
    for line in os.fsdecode(text).splitlines():
        found = re.match(r".* on (/.*?) \((.*)\)$", line)
        if found and len(found.group(1)) >= len(best) and _is_above(found.group(1), real):
            best, network = found.group(1), "local" not in found.group(2).split(", ")
    return network
