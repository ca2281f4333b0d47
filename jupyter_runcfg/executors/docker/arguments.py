"""The options of `docker run` that `docker.arguments` may hold, as the body of the engine's own request.

Names and forms are those of `docker run --help`. An option that would take what we decide (the command,
the name, the image's platform) is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ...errors import ConfigError, Fault, did_you_mean
from . import forms
from .forms import Wrong

KEY = "docker.arguments"
Body = dict[str, Any]
_Put = Callable[[Body, str], None]


def _host(name: str, read: Callable[[str], Any] = str) -> _Put:
    """One value of HostConfig."""

    def put(body: Body, value: str) -> None:
        body["HostConfig"][name] = read(value)

    return put


def _hosts(name: str, read: Callable[[str], Any] = str) -> _Put:
    """One more of a list of HostConfig."""

    def put(body: Body, value: str) -> None:
        body["HostConfig"].setdefault(name, []).append(read(value))

    return put


def _own(name: str) -> _Put:
    def put(body: Body, value: str) -> None:
        body[name] = value

    return put


def _pairs(*path: str, read: Callable[[str], tuple[str, Any]]) -> _Put:
    """One more entry of a map."""

    def put(body: Body, value: str) -> None:
        place = body
        for name in path:
            place = place.setdefault(name, {})
        key, found = read(value)
        place[key] = found

    return put


def _publish(body: Body, value: str) -> None:
    port, bindings = forms.published(value)
    body.setdefault("ExposedPorts", {})[port] = {}
    body["HostConfig"].setdefault("PortBindings", {}).setdefault(port, []).append(bindings)


def _nothing(_body: Body, _value: str) -> None:
    """What every container of ours has anyway, or what says nothing of a run."""


_VALUES: Mapping[str, _Put] = {
    "--add-host": _hosts("ExtraHosts", forms.host_entry),
    "--blkio-weight": _host("BlkioWeight", forms.whole),
    "--cap-add": _hosts("CapAdd"),
    "--cap-drop": _hosts("CapDrop"),
    "--cgroup-parent": _host("CgroupParent"),
    "--cgroupns": _host("CgroupnsMode"),
    "--cpu-period": _host("CpuPeriod", forms.whole),
    "--cpu-quota": _host("CpuQuota", forms.whole),
    "--cpu-shares": _host("CpuShares", forms.whole),
    "--cpus": _host("NanoCpus", forms.cpus),
    "--cpuset-cpus": _host("CpusetCpus"),
    "--cpuset-mems": _host("CpusetMems"),
    "--device": _hosts("Devices", forms.device),
    "--dns": _hosts("Dns"),
    "--dns-option": _hosts("DnsOptions"),
    "--dns-search": _hosts("DnsSearch"),
    "--env": _pairs("Environment", read=forms.variable),
    "--env-file": lambda body, value: body.setdefault("EnvironmentFiles", []).append(forms.file(value)),
    "--expose": _pairs("ExposedPorts", read=lambda value: (forms.port(value), {})),
    "--gpus": _hosts("DeviceRequests", forms.gpus),
    "--group-add": _hosts("GroupAdd"),
    "--hostname": _own("Hostname"),
    "--ipc": _host("IpcMode"),
    "--label": _pairs("Labels", read=forms.pair),
    "--memory": _host("Memory", forms.size),
    "--memory-reservation": _host("MemoryReservation", forms.size),
    "--memory-swap": _host("MemorySwap", forms.size),
    "--memory-swappiness": _host("MemorySwappiness", forms.whole),
    "--mount": _hosts("Mounts", forms.mount),
    "--network": _host("NetworkMode"),
    "--oom-score-adj": _host("OomScoreAdj", forms.whole),
    "--pid": _host("PidMode"),
    "--pids-limit": _host("PidsLimit", forms.whole),
    "--publish": _publish,
    "--runtime": _host("Runtime"),
    "--security-opt": _hosts("SecurityOpt"),
    "--shm-size": _host("ShmSize", forms.size),
    "--storage-opt": _pairs("HostConfig", "StorageOpt", read=forms.pair),
    "--sysctl": _pairs("HostConfig", "Sysctls", read=forms.pair),
    "--tmpfs": _pairs("HostConfig", "Tmpfs", read=forms.tmpfs),
    "--ulimit": _hosts("Ulimits", forms.ulimit),
    "--user": _own("User"),
    "--userns": _host("UsernsMode"),
    "--uts": _host("UTSMode"),
    "--volume": _hosts("Binds", forms.volume),
    "--volumes-from": _hosts("VolumesFrom"),
    "--workdir": _own("WorkingDir"),
}
_FLAGS: Mapping[str, _Put] = {
    "--detach": _nothing,
    "--init": _host("Init", bool),
    "--interactive": _nothing,
    "--oom-kill-disable": _host("OomKillDisable", bool),
    "--privileged": _host("Privileged", bool),
    "--read-only": _host("ReadonlyRootfs", bool),
    "--rm": _nothing,
    "--tty": _nothing,
}
_SHORT = {
    "-c": "--cpu-shares",
    "-d": "--detach",
    "-e": "--env",
    "-h": "--hostname",
    "-i": "--interactive",
    "-l": "--label",
    "-m": "--memory",
    "-p": "--publish",
    "-t": "--tty",
    "-u": "--user",
    "-v": "--volume",
    "-w": "--workdir",
    "--net": "--network",
    "--dns-opt": "--dns-option",
}
_OTHERWISE = {
    "--entrypoint": "the run's script is what is started",
    "--name": "each run's container has a name of its own; `experiment` and `--name` of submit name runs",
    "--platform": "`environment.docker.platform` says it",
    "--restart": "a run is started once; `rerun` repeats it",
    "--pull": "`env build` pulls an image",
}


def parse(words: Sequence[str]) -> Body:
    """The parts of the engine's request that these options ask for.

    Beside the engine's own names: `Environment`, a map of variables, and `EnvironmentFiles`, the paths
    of files that hold more.

    Raises:
        ConfigError: With every option that is unknown, or has no value that it could have.
    """
    body: Body = {"HostConfig": {}}
    faults = []
    for option, value in _options(words):
        try:
            _put_of(option)(body, value)
        except Wrong as error:
            faults.append(Fault(f"{option}: {error}", KEY, hint=error.hint))
    if faults:
        raise ConfigError(faults)
    return body


def _put_of(option: str) -> _Put:
    name = _SHORT.get(option, option)
    put = _VALUES.get(name) or _FLAGS.get(name)
    if put is not None:
        return put
    if name in _OTHERWISE:
        raise Wrong("it has no effect here", _OTHERWISE[name])
    known = [*_VALUES, *_FLAGS]
    near = did_you_mean(name, known)
    raise Wrong("`docker run` has no such option here", near or "there is " + " ".join(sorted(known)))


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each option with its value; `-it` are two, `"-v /a:/b"` in one word is as good as in two."""
    waiting = [part for word in words for part in _parts(word.strip())]
    while waiting:
        word = waiting.pop(0)
        name, is_joined, value = word.partition("=")
        name = _SHORT.get(name, name)
        if re.fullmatch(r"-[dit]{2,3}", word):
            waiting[:0] = [f"-{letter}" for letter in word[1:]]
        elif name in _FLAGS:
            if value.lower() != "false":
                yield name, "true"
        elif re.match(r"-[a-z].", word) and word[:2] in _SHORT:
            yield _SHORT[word[:2]], word[2:].removeprefix("=")
        elif is_joined or not word.startswith("-"):
            yield name, value
        else:
            has_value = waiting and (name in _VALUES or not waiting[0].startswith("-"))
            yield name, waiting.pop(0) if has_value else ""


def _parts(word: str) -> list[str]:
    found = re.match(r"(--?[a-z-]+)\s+(.*)", word, re.DOTALL)
    return [found[1], found[2]] if found else [word]
