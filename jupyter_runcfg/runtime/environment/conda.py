"""The build of an environment with conda packages: solved, installed, then pip's section beside them.

Its lock is a JSON text: `conda`, the records of the packages (URL, SHA-256, MD5 and what conda-meta keeps),
and `pip`, uv's lock with hashes, without what conda's packages bring.
"""

import fcntl
import json
import os
import pkgutil
import shutil
import time

from .. import atomic
from . import activation, brought, conda_explain, conda_program, uv
from .build import Build, BuildFailed, count_of, size_of, versions, write_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RATTLER = "rattler"
_BUILDER = "conda_builder.py"
_JOB, _SHELL = "conda-job.json", "activated.json"


class CondaBuild(Build):
    """One build with conda packages, by the holder of its lock."""

    def lock(self) -> "str":
        """What conda installs; pip's section is solved once that is there."""
        return dump_lock(self._solve(), None)

    def resolved(self) -> "str":
        """Both, with nothing installed: what conda's packages bring is told by their names."""
        records = self._solve()
        known = {str(one["name"]): (str(one["version"]), "") for one in records}
        python = _python(records)
        base = str(self._wanted["builder"].get("python") or self._wanted["builder"]["program"])
        more = ["--python-version", python] if python else []
        return dump_lock(records, self._solve_pip(known, base, more))

    def _install(self, lock: "str") -> "dict[str, Any]":
        place, wanted = self._place, self._wanted
        records, pip = load_lock(lock)
        what = "installing {} by conda".format(count_of(records))
        records = self._install_conda(what, records)
        known = brought.distributions(place.prefix)
        if pip is None:
            pip = self._solve_pip(known, place.python, [])
        write_lines(place.lock, [pip.rstrip("\n")])
        if versions(pip):
            write_lines(place.install, uv.file_options(wanted) + [pip.rstrip("\n")])
            what = "installing {} by pip".format(count_of(versions(pip)))
            self._step(what, uv.install(wanted, place) + ["--break-system-packages"])
            os.unlink(place.install)
        lock = dump_lock(records, pip)
        return {
            "version": 1,
            "name": place.name,
            "definition": wanted["definition"],
            "python": _python(records),
            "base": "",
            "packages": packages_of(lock),
            "brought": {name: version for name, (version, _) in known.items()},
            "lock": lock,
            "activation": self._activate(),
            "created": time.time(),
            "seconds": round(time.time() - self._began, 3),
            "size": size_of(place.prefix),
            "built_by": self._watcher.run_id,
        }

    # conda's part

    def _solve(self) -> "list[dict[str, Any]]":
        packages = self._wanted["definition"]["conda"]["packages"]
        what = "solving {} of conda".format(count_of(packages))
        if self._wanted["builder"]["kind"] == RATTLER:
            self._rattler(what, "solve", [])
            return json.loads(_text(self._file(conda_explain.RESULT)))  # type: ignore[no-any-return]
        said = self._file(conda_explain.RESULT)
        argv = conda_program.solve(self._wanted, self._place.prefix)
        self._step(what, argv, conda_explain.failed, self._env(), said)
        return conda_program.records(_text(said))

    def _install_conda(self, what: "str", records: "list[dict[str, Any]]") -> "list[dict[str, Any]]":
        os.makedirs(self._wanted["cache"], mode=0o700, exist_ok=True)
        cache = os.open(self._wanted["cache"], os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(cache, fcntl.LOCK_SH)  # no package is taken away before the environment has it
            return self._linked(what, records)
        finally:
            os.close(cache)

    def _linked(self, what: "str", records: "list[dict[str, Any]]") -> "list[dict[str, Any]]":
        if self._wanted["builder"]["kind"] == RATTLER:
            self._rattler(what, "install", records)
            return records
        explicit = self._file("explicit.txt")
        is_exact = all(one.get("url") for one in records)
        if is_exact:
            write_lines(explicit, conda_program.explicit(records))
        argv = conda_program.install(self._wanted, self._place.prefix, explicit if is_exact else "")
        self._step(what, argv, conda_explain.failed, self._env())
        return conda_program.installed(self._place.prefix)

    def _env(self) -> "dict[str, str]":
        return dict(uv.environment(self._watcher.run_id), **conda_program.environment(self._wanted))

    def _rattler(self, what: "str", do: "str", records: "list[dict[str, Any]]") -> "None":
        wanted, place = self._wanted, self._place
        source = pkgutil.get_data(__package__, _BUILDER)
        if source is None:
            raise OSError("{} is missing beside {}".format(_BUILDER, __file__))
        atomic.write_replace(self._file(_BUILDER), source)
        job = {
            "do": do,
            "channels": wanted["channels"],
            "packages": wanted["definition"]["conda"]["packages"],
            "platform": wanted.get("platform") or "",
            "records": records,
            "prefix": place.prefix,
            "cache": wanted["cache"],
            "priority": wanted.get("priority") or "",
            "tls": wanted.get("tls") or "",
            "result": self._file(conda_explain.RESULT),
            "failure": self._file(conda_explain.FAILURE),
        }
        atomic.write_replace(self._file(_JOB), atomic.encode(job))
        argv = [wanted["builder"]["program"], self._file(_BUILDER), self._file(_JOB)]
        self._step(what, argv, conda_explain.failed)

    # pip's part

    def _solve_pip(self, known: "dict[str, tuple[str, str]]", base: "str", more: "list[str]") -> "str":
        """uv's lock for pip's section beside `known` (name → version, metadata), which conda has brought.

        Their versions stay, but for those that the section itself names: of these another version may be
        asked for, as pip would take it.
        """
        wanted, place, definition = self._wanted, self._place, self._wanted["definition"]
        if not definition["packages"]:
            return ""
        wheels = self._file("brought")
        known = brought.write_wheels(known, wheels)
        named = {brought.normal(one) for one in definition["packages"]}
        limits = ["{}=={}".format(name, known[name][0]) for name in sorted(set(known) - named)]
        beside = dict(definition, constraints=definition["constraints"] + limits)
        asked = dict(wanted, base=base, definition=beside)
        write_lines(place.asked, uv.file_options(asked) + definition["packages"])
        write_lines(place.limits, beside["constraints"])
        # what stands in the file that uv writes is kept where it fits
        write_lines(
            place.lock, ["{}=={}".format(name, known[name][0]) for name in sorted(named & set(known))]
        )
        argv = uv.lock(asked, place) + ["--find-links", wheels] + more
        self._step("resolving {} of pip".format(count_of(definition["packages"])), argv)
        shutil.rmtree(wheels, ignore_errors=True)
        return brought.without(_text(place.lock), known)

    def _activate(self) -> "dict[str, Any]":
        prefix, file = self._place.prefix, self._file(_SHELL)
        clean = {name: value for name, value in uv.environment(self._watcher.run_id).items() if name in _KEPT}
        clean["PATH"] = clean.get("PATH") or os.defpath
        before = activation.environment(prefix, clean)
        if activation.has_scripts(prefix):
            self._step("finding what activates it", activation.command(file), env=before)
        return activation.difference(prefix, file, before)

    def _file(self, name: "str") -> "str":
        return os.path.join(self._place.directory, name)


_KEPT = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TMPDIR")


def dump_lock(records: "list[dict[str, Any]]", pip: "str | None") -> "str":
    """The same text for the same packages; `pip` None: not solved yet."""
    return json.dumps({"conda": records, "pip": pip}, sort_keys=True, indent=1)


def load_lock(lock: "str") -> "tuple[list[dict[str, Any]], str | None]":
    """Its parts. Raises BuildFailed for a text that is no lock of ours."""
    try:
        found = json.loads(lock)
        return [dict(one) for one in found["conda"]], found["pip"]
    except (ValueError, TypeError, KeyError):
        hint = "submit it anew, which solves it again"
        raise BuildFailed({"type": "EnvironmentError", "message": "its lock cannot be read", "hint": hint})


def packages_of(lock: "str") -> "dict[str, str]":
    """All packages of a lock with their versions; of one that both bring, pip's."""
    records, pip = load_lock(lock)
    return dict({str(one["name"]): str(one["version"]) for one in records}, **versions(pip or ""))


def _python(records: "list[dict[str, Any]]") -> "str":
    return str(next((one["version"] for one in records if one["name"] == "python"), ""))


def _text(path: "str") -> "str":
    with open(path, encoding="utf-8") as stream:
        return stream.read()
