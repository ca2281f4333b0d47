"""Processes of a job: who they are, whether they live, and how the whole tree is ended."""

import os
import signal
import subprocess
import time

GIVE_UP_S = 5.0  # after the last grace: what even SIGKILL does not end, hangs in the kernel


def start_time(pid: "int") -> "str":
    """A word that tells two lives of one pid apart; empty when there is no such process."""
    try:
        with open("/proc/{}/stat".format(pid), "rb") as stream:
            fields = stream.read().rpartition(b")")[2].split()
    except OSError:
        return _ps(pid, "lstart=") if not os.path.isdir("/proc/self") else ""
    return "" if fields[0] in (b"Z", b"X") else fields[19].decode("ascii")


def _ps(pid: "int", column: "str") -> "str":
    """Systems without /proc."""
    try:
        out = subprocess.check_output(["ps", "-o", column, "-p", str(pid)])
    except (OSError, subprocess.CalledProcessError):
        return ""
    return out.decode("utf-8", "replace").strip()


def boot_id() -> "str":
    """A word for this life of the machine: after a reboot, no pid of before means anything."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as stream:
            return stream.read().strip()
    except OSError:
        return ""


def namespace() -> "str":
    """A word for the container we are in: pids of one mean nothing in another."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def identity(pid: "int") -> "dict[str, object]":
    """What a claim says of a process, so that any reader can tell whether it still lives."""
    return {
        "pid": pid,
        "start_time": start_time(pid),
        "boot_id": boot_id(),
        "namespace": namespace(),
        "host": os.uname()[1],
    }


def is_elsewhere(who: "dict[str, object]") -> "bool":
    """Whether that process is (or was) where we cannot look: another machine, another container.

    The same name is the same machine, restarted perhaps; another name is another machine unless we see
    its processes, as a laptop may be renamed by each network.
    """
    is_here = who.get("boot_id") == boot_id() and who.get("namespace") == namespace()
    return not is_here and who.get("host") not in (None, os.uname()[1])


def is_alive(who: "dict[str, object]") -> "bool":
    """Whether exactly that process, not a later one with its number, lives on this machine."""
    pid = who.get("pid")
    if not isinstance(pid, int) or who.get("boot_id") != boot_id():
        return False
    return bool(who.get("start_time")) and start_time(pid) == who.get("start_time")


def of_run(run_id: "str", *sessions: "int") -> "list[int]":
    """The processes that carry this run in their environment, escaped ones and daemons too.

    And those of its sessions, where they are known: `env -i` and sudo take the environment away.
    """
    mark = "RUNCFG_RUN_ID={}".format(run_id).encode("utf-8")
    found = []
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    own = os.getpid()
    for name in names:
        pid = int(name) if name.isdigit() else own
        if pid != own and (_session(pid) in sessions or _carries(pid, mark)) and start_time(pid):
            found.append(pid)
    return found


def _carries(pid: "int", mark: "bytes") -> "bool":
    try:
        with open("/proc/{}/environ".format(pid), "rb") as stream:
            return mark in stream.read().split(b"\0")
    except OSError:
        return False


def _session(pid: "int") -> "int":
    """The session of a process; -1 where there is none."""
    try:
        return os.getsid(pid) or -1
    except OSError:
        return -1


def send(pids: "list[int]", number: "int") -> "None":
    """Send a signal; a process that is gone, or not ours, is none."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            continue


def kill(who: "dict[str, object]") -> "None":
    """End exactly that process for good, if it still lives."""
    if is_alive(who):
        send([int(who["pid"])], signal.SIGKILL)  # type: ignore[call-overload]


def send_tree(groups: "list[int]", run_id: "str", number: "int") -> "None":
    """Signal process groups and whatever of the run has left them."""
    for group in groups:
        try:
            os.killpg(group, number)
        except OSError:
            continue
    send([pid for pid in of_run(run_id, *groups) if _group(pid) not in groups], number)


def _group(pid: "int") -> "int":
    try:
        return os.getpgid(pid)
    except OSError:
        return 0


def end_all(run_id: "str", grace_s: "float", *sessions: "int") -> "int":
    """End every process of a run, gently, then for good; returns how many there were."""
    asked = set()  # type: set[int]
    deadline = time.monotonic() + grace_s
    while time.monotonic() < deadline + GIVE_UP_S:
        left = _surely_of_run(run_id, sessions)
        if not left:
            break
        if time.monotonic() < deadline:
            send([pid for pid in left if pid not in asked], signal.SIGTERM)
        else:
            send(left, signal.SIGKILL)
        asked.update(left)
        time.sleep(0.02)
    return len(asked)


def _surely_of_run(run_id: "str", sessions: "tuple[int, ...]") -> "list[int]":
    """Looked for three times: one that forks and exits while we look, as daemons do twice, is not seen."""
    for _ in range(3):
        found = of_run(run_id, *sessions)
        if found:
            return found
    return []
