"""What is told apart as a secret: by name, and by the unmistakable form of keys and tokens.

The tokens here are put together from two halves: a repository that holds whole ones sets off alarms.
"""

import os

import pytest

from jupyter_runcfg.snapshot import secret
from jupyter_runcfg.snapshot.secret import Finding, find_secrets, looks_secret, secrets_in, without_secrets

RANDOM = "q7Zx2Lm9Tb4Vk8Rw3Yp6Nc1Hd5Jf0Gs" * 4
LETTERS = "qZxLmTbVkRwYpNcHdJfGsAeUoIqWzXcBvNm"
GITHUB = "ghp" + "_" + RANDOM[:36]
KEY = "-----BEGIN RSA PRIVATE" + " KEY-----"
END = "-----END RSA PRIVATE" + " KEY-----"


@pytest.mark.parametrize("path", [".env", "a/.ENV", "deploy/.env.prod", "x.pem", "keys/id_rsa", ".netrc"])
def test_names_of_secrets(path):
    """Keys, tokens and passwords, wherever they lie."""
    assert looks_secret(path)


@pytest.mark.parametrize("path", ["train.py", "env", ".env.example", ".env/x.py", "id_rsa.pub", "a.csv"])
def test_names_of_other_files(path):
    """Nothing else is suspected."""
    assert not looks_secret(path)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"{KEY}\nMIIEpAIBAAKCAQEA1234\n{END}", "a private key"),
        (f'key = "{KEY}\\nMIIEpAIBAAKCAQEA1234"', "a private key"),
        (KEY.replace("RSA ", "") + "\r\nMIIEpAIBAAKCAQEA1234", "a private key"),
        (f"{KEY}\nProc-Type: 4,ENCRYPTED", "a private key"),
        ("id: AKIA" + "Q3EGRZ5TPN7WLX2M", "an AWS key"),
        ("ASIA" + "Q3EGRZ5TPN7WLX2M", "an AWS key"),
        ("AccountName=x;AccountKey=" + RANDOM[:86] + "==;", "an Azure storage key"),
        ("https://x.blob.core.windows.net/c?sv=1&sig=" + RANDOM[:43] + "%3D", "an Azure access signature"),
        (GITHUB, "a GitHub token"),
        (f"https://{GITHUB}@github.com/x", "a GitHub token"),
        ("github_pat_" + RANDOM[:22] + "_" + RANDOM[:59], "a GitHub token"),
        ("glpat-" + RANDOM[:20], "a GitLab token"),
        ("xoxb-" + "123456789012-" + RANDOM[:24], "a Slack token"),
        ("https://hooks.slack.com" + "/services/T12345678/B12345678/" + RANDOM[:24], "a Slack webhook"),
        ("hf" + "_" + LETTERS[:34], "a Hugging Face token"),
        ("sk-" + "proj-" + RANDOM[:48], "an OpenAI key"),
        ("sk-" + RANDOM[:48], "an OpenAI key"),
        ("sk-" + "ant-api03-" + RANDOM[:90], "an Anthropic key"),
        ("AIza" + RANDOM[:35], "a Google key"),
        ("pypi-" + "AgEIcHlwaS5vcmc" + RANDOM[:60], "a PyPI token"),
        ("npm" + "_" + RANDOM[:36], "an npm token"),
        ("sk_live" + "_" + RANDOM[:24], "a Stripe key"),
    ],
)
def test_forms_of_secrets(text, kind):
    """Each service's form is found, with its line, in quotes and out of them."""
    assert secrets_in(f'# one\nx = "{text}"\n'.encode()) == [(2, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        'password = "hunter2"',
        'API_KEY = os.environ["OPENAI_API_KEY"]',
        f'if "{KEY}" in text: …',
        "-----BEGIN PUBLIC" + " KEY-----\nMIIEpAIBAAKCAQEA1234",
        "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA1234",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp" + "_" + "x" * 36,
        "x" + GITHUB,
        "hf_hub_download_of_a_file_that_is_there",
        "task-" + "a1b2c3d4" * 6,
        "risk-sk-short",
        "sha256:" + "ab12" * 16,
        '<path d="M0 0sig=1"/>',
        "AIza is how they begin",
    ],
)
def test_what_only_resembles_one(text):
    """Placeholders, public parts, checks for keys, hashes: no alarm."""
    assert secrets_in(text.encode()) == []


def test_several_in_one_file(root):
    """Each line and kind once, in order; the secret itself is not repeated."""
    text = f"{GITHUB} {GITHUB}\n\nglpat-{RANDOM[:20]}\n{KEY}\nMIIEpAIBAAKCAQEA1234\n"
    (root / "a").write_text(text)
    found = find_secrets(str(root), [("a", len(text))])
    assert found == (
        [
            Finding("a", 1, "a GitHub token"),
            Finding("a", 3, "a GitLab token"),
            Finding("a", 4, "a private key"),
        ],
        0,
    )
    assert RANDOM[:10] not in repr(found)


def test_files_that_are_not_looked_into(root):
    """Binary, big, unreadable or gone ones, links and pipes: no finding, no crash, no waiting."""
    (root / "binary").write_bytes(b"\0" + GITHUB.encode())
    (root / "big").write_text(GITHUB + "x" * secret.MOST_BYTES)
    (root / "target").write_text(GITHUB)
    (root / "link").symlink_to("target")
    (root / "folder").mkdir()
    os.mkfifo(root / "pipe")
    names = ["binary", "link", "folder", "pipe", "gone"]
    assert find_secrets(str(root), [*((n, 50) for n in names), ("big", (root / "big").stat().st_size)]) == (
        [],
        0,
    )


def test_public_certificates_are_no_secret(root):
    """A .pem with certificates only is for everybody; one with a key, or unreadable, is named."""
    (root / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\nMII\n")
    (root / "both.pem").write_text(f"-----BEGIN CERTIFICATE-----\nMII\n{KEY}\n")
    assert find_secrets(str(root), [("ca.pem", 9), ("both.pem", 9), ("gone.pem", 9)]) == (
        [Finding("both.pem", 0, "by its name"), Finding("gone.pem", 0, "by its name")],
        0,
    )


def test_of_too_many_files_the_rest_is_counted(root):
    """Beyond the limits only names are looked at, and how many files that are is told."""
    for name in "abc":
        (root / name).write_text(GITHUB)
    files = [("a", 40), ("b", 40), ("c", 40), (".env", 1)]
    token, name = Finding("a", 1, "a GitHub token"), Finding(".env", 0, "by its name")
    assert find_secrets(str(root), files, most_files=1) == ([token, name], 2)
    assert find_secrets(str(root), files, most_bytes=50) == ([token, name], 2)


def test_a_diff_without_secrets():
    """Lines that look like one are replaced, one for one; a key goes with all its lines."""
    body = "MIIEpAIBAAKCAQEA1234/+=="
    diff = [
        f"+{GITHUB}",
        " x",
        f"-{KEY}",
        f"-{body}",
        "-",
        f"-{END}",
        "-y = 1",
        f"+{KEY}",
        "@@ -1 +1 @@",
        "+z",
    ]
    assert [line.decode() for line in without_secrets(line.encode() for line in diff)] == [
        "+[left out: looks like a GitHub token]",
        " x",
        "-[left out: looks like a private key]",
        "-[left out: looks like a private key]",
        "-[left out: looks like a private key]",
        "-[left out: looks like a private key]",
        "-y = 1",
        "+[left out: looks like a private key]",
        "@@ -1 +1 @@",
        "+z",
    ]


def test_code_that_only_names_a_key():
    """What follows a line that mentions a key, and is no key, stays."""
    diff = [f'+if "{KEY}" in text:'.encode(), b"+    raise ValueError(text)", b"+x = load_key(path)"]
    assert list(without_secrets(diff)) == [b"+[left out: looks like a private key]", *diff[1:]]
