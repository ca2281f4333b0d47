"""Files that people do not mean to send: told by their names, and by keys and tokens in their text.

Only what has an unmistakable form is looked for: a warning that is wrong once is not read again.
What was found is named by its kind and line; the secret itself is nowhere repeated.
"""

# Paths are the file system's own text here: pathlib would normalise them, and costs time.

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from typing import NamedTuple

MOST_BYTES = 1_000_000  # of a file that is looked into
MOST_FILES, MOST_BYTES_IN_ALL = 10_000, 50_000_000  # beyond that only names are looked at

_NAMES = (
    ".env", ".env.*", ".netrc", ".pypirc", ".npmrc", "credentials", "credentials.json",
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "*.pem", "*.key", "*.p12", "*.pfx", "*.keytab",
)  # fmt: skip
_HARMLESS = (".env.example", ".env.sample", ".env.template")
_BEGIN = re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(rb"-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_BODY = rb"(?:\s|\\[nr]|[\"'+(),b])*(?:[A-Za-z0-9+/]{16}|Proc-Type:|Version:)"
_BODY_LINE = re.compile(rb"""[+ -][\s"'b(+]*(?:[\w-]+: .*|[A-Za-z0-9+/=]*(?:\\[nr])*["'),;\s]*)""")
_GITHUB = (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_")
# kind, a text that is in every one of them (quick to look for), the form: the services' own documents
_FORMS = tuple(
    (kind, literal, re.compile(rb"(?<![A-Za-z0-9_])" + form))
    for kind, literal, form in (
        ("a private key", b"PRIVATE KEY", _BEGIN.pattern + _BODY),
        ("an AWS key", b"AKIA", rb"AKIA[A-Z2-7]{16}(?![A-Za-z0-9])"),
        ("an AWS key", b"ASIA", rb"ASIA[A-Z2-7]{16}(?![A-Za-z0-9])"),
        ("an Azure storage key", b"AccountKey=", rb"AccountKey=[A-Za-z0-9+/]{86}=="),
        ("an Azure access signature", b"sig=", rb"sig=[A-Za-z0-9%]{43,60}%3[Dd]"),
        *(("a GitHub token", start, start + rb"[A-Za-z0-9]{36}") for start in _GITHUB),
        ("a GitHub token", b"github_pat_", rb"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
        ("a GitLab token", b"glpat-", rb"glpat-[A-Za-z0-9_-]{20}"),
        ("a Slack token", b"xox", rb"xox[abeprs]-[0-9]{8,}-[A-Za-z0-9-]{16,}"),
        ("a Slack webhook", b"hooks.slack.com", rb"hooks\.slack\.com/services/T\w{8,}/B\w{8,}/\w{20,}"),
        ("a Hugging Face token", b"hf_", rb"hf_[A-Za-z]{34}(?![A-Za-z0-9])"),
        ("an OpenAI key", b"sk-", rb"sk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40}|[A-Za-z0-9]{48}\b)"),
        ("an Anthropic key", b"sk-ant-", rb"sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{60}"),
        ("a Google key", b"AIza", rb"AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
        ("a PyPI token", b"pypi-AgEI", rb"pypi-AgEI[A-Za-z0-9_-]{50}"),
        ("an npm token", b"npm_", rb"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
        ("a Stripe key", b"sk_live_", rb"sk_live_[A-Za-z0-9]{24}"),
    )
)


class Finding(NamedTuple):
    """Something that looks like a secret: where, and what kind; line 0: the name of the file tells."""

    path: str
    line: int
    what: str


def looks_secret(path: str) -> bool:
    """Whether a file of that name usually holds keys, passwords or tokens."""
    name = path.rpartition("/")[2].lower()
    return name not in _HARMLESS and any(fnmatch(name, pattern) for pattern in _NAMES)


def secrets_in(data: bytes) -> list[tuple[int, str]]:
    """(line, kind) of what looks like a secret in a text, in its order; lines count from 1."""
    found = set()
    for kind, literal, form in _FORMS:
        if literal in data:
            starts = (hit.start() for hit in form.finditer(data) if not _is_placeholder(hit.group()))
            found |= {(data.count(b"\n", 0, start) + 1, kind) for start in starts}
    return sorted(found)


def _is_placeholder(text: bytes) -> bool:
    """`ghp_xxxxxxxx`, `AKIAIOSFODNN7EXAMPLE`: what stands in documents in the place of one."""
    return b"EXAMPLE" in text or len(set(text[8:])) < 6


def find_secrets(
    root: str,
    files: Iterable[tuple[str, int]],
    most_files: int = MOST_FILES,
    most_bytes: int = MOST_BYTES_IN_ALL,
) -> tuple[list[Finding], int]:
    """What looks like a secret in files of `root`, by (path, size); and how many small ones were not opened.

    Looks into small texts only, at most into so many; names are all looked at.
    """
    found, opened, weight, left = [], 0, 0, 0
    for path, size in files:
        if looks_secret(path):
            if not (path.lower().endswith(".pem") and _is_public(_text(root, path))):
                found.append(Finding(path, 0, "by its name"))
        elif 0 < size <= MOST_BYTES:
            if opened == most_files or weight + size > most_bytes:
                left += 1
                continue
            opened, weight = opened + 1, weight + size
            found += [Finding(path, line, what) for line, what in secrets_in(_text(root, path))]
    return found, left


def _is_public(data: bytes) -> bool:
    """Certificates alone are for everybody."""
    return b"-----BEGIN CERTIFICATE" in data and b"PRIVATE KEY" not in data


def _text(root: str, path: str) -> bytes:
    """The file, if it is a text and can be read."""
    try:
        descriptor = os.open(os.path.join(root, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb", buffering=0) as stream:
            data = stream.read(MOST_BYTES) or b""
    except OSError:  # gone meanwhile, or unreadable: who sends it says so
        return b""
    return b"" if b"\0" in data[:8000] else data


def may_hold_secrets(data: bytes) -> bool:
    """Whether `without_secrets` has anything to do; quick."""
    return _BEGIN.search(data) is not None or bool(secrets_in(data))


def without_secrets(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a diff; what looks like a secret is replaced, so that the diff still has all its lines."""
    in_key = False
    for line in lines:
        is_content = line[:1] in (b"+", b"-", b" ")
        begins, ends = _BEGIN.search(line), _END.search(line)
        in_key = is_content and bool(begins or (in_key and (ends or _BODY_LINE.fullmatch(line))))
        kinds = ["a private key"] if in_key else [kind for _, kind in secrets_in(line)]
        yield line[:1] * is_content + b"[left out: looks like %s]" % kinds[0].encode() if kinds else line
        in_key = in_key and not ends
