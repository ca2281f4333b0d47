"""Solves and installs conda packages by py-rattler: `python conda_builder.py JOB`, a program of its own.

Any Python that has py-rattler runs it: it imports nothing of ours, and a job writes it where it builds.
What it prints is the build's log; what it found is in the file that the job names, a failure too.
"""

import asyncio
import difflib
import hashlib
import json
import os
import re
import sys
import time
import urllib.parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SECRETS = "RUNCFG_CONDA"  # as runtime.variables has it
_MOST_VERSIONS = 5
_NO_NETWORK = re.compile(
    r"\(Connect\)|dns error|timed out|unreachable|connection (refused|reset)", re.IGNORECASE
)
_NO_CANDIDATES = re.compile(
    r"No candidates were found for ([\w.-]+)|([\w.-]+) [^,\n]*, for which no candidates were found"
)


def main(file: "str") -> "int":
    """Do what the job says; 1 where it failed."""
    with open(file, encoding="utf-8") as stream:
        job = json.load(stream)
    try:
        import rattler
        import rattler.exceptions
    except ImportError as error:
        return _fail(job, {"type": "NoBuilder", "text": str(error)})
    loop = asyncio.new_event_loop()
    work = Solve(rattler, job) if job["do"] == "solve" else Install(rattler, job)  # type: Solve | Install
    try:
        loop.run_until_complete(work.run())
    except _Failed as failed:
        return _fail(job, failed.facts)
    except Exception as error:  # noqa: BLE001 - rattler's exceptions have no class above them
        return _fail(job, {"type": type(error).__name__, "text": str(error)})
    finally:
        loop.close()
    return 0


class _Failed(Exception):
    def __init__(self, facts: "dict[str, Any]") -> "None":
        super().__init__(facts["text"])
        self.facts = facts


def _fail(job: "dict[str, Any]", facts: "dict[str, Any]") -> "int":
    say("error: " + _masked(facts["text"].strip()))
    _write(job["failure"], facts)
    return 1


class Work:
    """What both need: the package it works with, the job, and a client that knows the person's settings."""

    def __init__(self, rattler: "Any", job: "dict[str, Any]") -> "None":
        self.rattler = rattler
        self.job = job

    def client(self, retries: "int") -> "Any":
        secrets = json.loads(os.environ.get(_SECRETS) or "{}")
        for scheme, proxy in (secrets.get("proxies") or {}).items():
            os.environ.setdefault(scheme.upper() + "_PROXY", proxy)
        lines, tls = [], self.job.get("tls") or ""
        if tls == "false":
            lines.append("tls-no-verify = true")
        elif tls:
            os.environ["SSL_CERT_FILE"] = tls
            lines.append('tls-root-certs = "system"')
        if secrets.get("auth"):
            file = self.job["failure"] + ".auth"
            _write(file, secrets["auth"])
            lines.append("authentication-override-file = {}".format(json.dumps(file)))
        config = self.rattler.Config.from_toml("\n".join(lines))
        try:
            return self.rattler.Client.from_config(config, max_retries=retries, user_agent="jupyter-runcfg")
        finally:
            if secrets.get("auth"):
                os.unlink(file)


class Solve(Work):
    """Which packages: writes `records`, as the channels' indexes have them."""

    async def run(self) -> "None":
        began = time.time()
        self._priority = (self.job.get("priority") or "strict").capitalize()
        self.channels = [self.rattler.Channel(url) for url in self.job["channels"]]
        platform = self.job.get("platform") or str(self.rattler.Subdir.current())
        self.platforms = [platform, "noarch"]
        say("reading what {} have for {}".format(", ".join(self.job["channels"]), platform))
        records = await self._solved()
        found = sorted((json.loads(record.to_json()) for record in records), key=lambda one: str(one["name"]))
        size = sum(one.get("size") or 0 for one in found) / 1e6
        took = time.time() - began
        say("{} packages solved, {:.1f} MB, in {:.1f} s".format(len(found), size, took))
        _write(self.job["result"], found)

    async def _solved(self) -> "Any":
        specs = self.job["packages"]
        self._gateway = self._gateway_of("cache-or-fetch")
        try:
            return await self._solve(specs)
        except self.rattler.exceptions.GatewayError as error:
            if not _NO_NETWORK.search(str(error)):
                raise
            self._gateway = self._gateway_of("force-cache-only")
            try:
                records = await self._solve(specs)
            except Exception:  # noqa: BLE001 - what is known of the channels does not do: no network it is
                raise error
            say("no network: solved by what was read from the channels before")
            return records
        except self.rattler.exceptions.SolverError as error:
            return await self._solved_flexibly(error)

    async def _solved_flexibly(self, error: "Exception") -> "Any":
        """As conda would by default: a package from a later channel, where those of the first do not fit."""
        if len(self.channels) > 1 and self._priority == "Strict" and not self.job.get("priority"):
            self._priority = "Flexible"
            try:
                records = await self._solve(self.job["packages"])
            except self.rattler.exceptions.SolverError:
                self._priority = "Strict"
            else:
                say("no solution by the order of channels: others are taken from later ones")
                return records
        raise _Failed(await self._explained(error))

    def _gateway_of(self, action: "str") -> "Any":
        config = self.rattler.repo_data.SourceConfig(cache_action=action)
        cache = os.path.join(self.job["cache"], "indexes")
        os.makedirs(cache, exist_ok=True)
        return self.rattler.Gateway(cache_dir=cache, default_config=config, client=self.client(1))

    async def _solve(self, specs: "list[str]") -> "Any":
        overrides = self.rattler.VirtualPackageOverrides.from_env()
        return await self.rattler.solve(
            self.channels,
            specs,
            gateway=self._gateway,
            platforms=self.platforms,
            virtual_packages=self.rattler.VirtualPackage.detect(overrides),
            channel_priority=getattr(self.rattler.ChannelPriority, self._priority),
        )

    async def _explained(self, error: "Exception") -> "dict[str, Any]":
        """The solver's words, with all versions before its eyes, and what the channels have instead."""
        facts = {"type": "SolverError", "text": str(error)}  # type: dict[str, Any]
        names = [_name(spec) for spec in self.job["packages"] if "://" not in spec.partition(" ")[0]]
        try:
            await self._solve(self.job["packages"] + names)
        except self.rattler.exceptions.SolverError as better:
            if not _NO_CANDIDATES.search(facts["text"]) or not _NO_CANDIDATES.search(str(better)):
                facts["text"] = str(better)
        found = _NO_CANDIDATES.search(facts["text"])
        if found:
            name = found.group(1) or found.group(2)
            facts["package"] = name
            known = await self._gateway.names(self.channels, self.platforms)
            names = sorted({one.normalized for one in known})
            facts["known"] = name in names
            if name in names:
                facts["versions"] = await self._versions(name)
            else:
                facts["meant"] = difflib.get_close_matches(name, names, 3)
        return facts

    async def _versions(self, name: "str") -> "list[str]":
        """The newest of a package, the newest first."""
        found = await self._gateway.query(self.channels, self.platforms, [name], recursive=False)
        versions = {record.version for records in found for record in records}
        return [str(version) for version in sorted(versions, reverse=True)[:_MOST_VERSIONS]]


class Install(Work):
    """Puts exactly the records of the job into the prefix; packages that were read once are linked."""

    async def run(self) -> "None":
        for one in self.job["records"]:
            _verify(one)
        records = [self._record(one) for one in self.job["records"]]
        cache = os.path.join(self.job["cache"], "packages")
        os.makedirs(cache, exist_ok=True)
        progress = Progress()
        await self.rattler.install(
            records,
            self.job["prefix"],
            cache_dir=cache,
            execute_link_scripts=True,  # as conda does; packages may rely on them
            show_progress=False,
            client=self.client(3),
            reporter=progress,
        )
        progress.linked()

    def _record(self, facts: "dict[str, Any]") -> "Any":
        file = self.job["result"]
        _write(file, facts)
        sums = [facts.get("size"), facts.get("sha256"), facts.get("md5")]
        package = self.rattler.PackageRecord.from_index_json(file, *sums)
        return self.rattler.RepoDataRecord(package, facts["fn"], facts["url"], facts.get("channel") or "")


class Progress:
    """Says what is read and linked: each package that was read from somewhere else, the others by number."""

    def __init__(self) -> "None":
        self._names = []  # type: list[str]
        self._bytes = {}  # type: dict[int, int]
        self._count, self._total, self._told, self._said = 0, 0, -1, time.time()

    def on_transaction_start(self, total_operations: "int") -> "None":
        self._total = total_operations

    def on_populate_cache_start(self, operation: "int", package_name: "str") -> "int":
        self._names.append(package_name)
        return len(self._names) - 1

    def on_download_start(self, cache_entry: "int") -> "int":
        self._bytes[cache_entry] = 0
        return cache_entry

    def on_download_progress(self, download_idx: "int", progress: "int", total: "int | None") -> "None":
        self._bytes[download_idx] = progress
        if self._is_time():
            words = "reading {}: {:.1f}{} MB"
            whole = " of {:.1f}".format(total / 1e6) if total else ""
            say(words.format(self._names[download_idx], progress / 1e6, whole))

    def on_download_completed(self, download_idx: "int") -> "None":
        say("read {}, {:.1f} MB".format(self._names[download_idx], self._bytes[download_idx] / 1e6))

    def on_link_start(self, operation: "int", package_name: "str") -> "int":
        return operation

    def on_link_complete(self, index: "int") -> "None":
        self._count += 1
        if self._is_time():
            self.linked()

    def on_post_link_complete(self, index: "int", success: "bool") -> "None":
        if not success:
            say("warning: the script that a package runs after it is installed failed")

    def linked(self) -> "None":
        if self._told == self._count:
            return
        self._told = self._count
        say("linked {} of {} packages".format(self._count, self._total))

    def _is_time(self) -> "bool":
        """Once a second at most."""
        now = time.time()
        if now - self._said < 1:
            return False
        self._said = now
        return True

    def __getattr__(self, name: "str") -> "Any":
        if name.startswith("on_"):
            return lambda *arguments: 0  # what else there is to be told of
        raise AttributeError(name)


def _verify(facts: "dict[str, Any]") -> "None":
    """Raise for a file of a local channel that is another by now: py-rattler looks at downloads alone."""
    url = urllib.parse.urlsplit(facts["url"])
    path = urllib.parse.unquote(url.path)
    if url.scheme != "file" or not facts.get("sha256") or not os.path.exists(path):
        return
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    if digest.hexdigest() != facts["sha256"]:
        raise _Failed({"type": "InstallerError", "text": "the sha256 of {} differs".format(path)})


def _name(spec: "str") -> "str":
    return re.split(r"[\s\[<>=!~]", spec.rpartition("::")[2].strip(), maxsplit=1)[0]


def _masked(text: "str") -> "str":
    return re.sub(r"(://)[^/?#\s]+@", r"\1****@", re.sub(r"/t/[^/\s]+/", "/t/****/", text))


def _write(path: "str", value: "Any") -> "None":
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(value, stream)


def say(line: "str") -> "None":
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    status = main(sys.argv[1])
    os._exit(status)  # threads of py-rattler may live, and an interpreter that ends beneath them crashes
