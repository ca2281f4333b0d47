"""The URLs that channels' names stand for, and what of them is never written down."""

import pytest

from jupyter_runcfg.environments import channel
from jupyter_runcfg.errors import ConfigError

MAIN, R = "https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"


@pytest.fixture
def condarc(private_directories, tmp_path, monkeypatch):
    """Writes the person's settings."""
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    file = tmp_path / "condarc"
    monkeypatch.setenv("CONDARC", str(file))
    return lambda text: file.write_text(text)


def urls(*names, directory="/p"):
    from pathlib import Path

    return channel.resolve(names, Path(directory)).urls


def test_names(condarc):
    """As conda has them: its own alias, Anaconda's defaults, URLs without a platform, paths."""
    assert urls("conda-forge", "anaconda", "pytorch/label/nightly") == (
        "https://conda.anaconda.org/conda-forge",
        "https://conda.anaconda.org/anaconda",
        "https://conda.anaconda.org/pytorch/label/nightly",
    )
    assert urls("defaults", "nodefaults", "pkgs/main") == (MAIN, R)
    assert urls("https://a.example/c/linux-64/", "http://b.example/x") == (
        "https://a.example/c",
        "http://b.example/x",
    )
    assert urls("./local", "/srv/channel", "file:///x/y") == (
        "file:///p/local",
        "file:///srv/channel",
        "file:///x/y",
    )


def test_names_that_stand_for_each_other(condarc):
    """Each is taken once, in a circle too."""
    condarc("custom_multichannels: {a: [b, one], b: [a, two]}\n")
    assert channel.resolve(["a"], channel.Path("/p")).urls == (
        "https://conda.anaconda.org/two",
        "https://conda.anaconda.org/one",
    )


def test_settings_of_the_person(condarc, monkeypatch):
    """A mirror, channels of their own, certificates and proxies; variables in URLs."""
    condarc(
        "channel_alias: https://mirror.example/conda/\n"
        "default_channels: [https://mirror.example/main]\n"
        "custom_channels: {ours: 'https://ann:${TOKEN}@a.example/x', pkgs/main: https://mirror.example}\n"
        "custom_multichannels: {lab: [ours, conda-forge]}\n"
        "ssl_verify: /etc/ssl/ours.pem\nproxy_servers: {https: 'http://u:p@proxy.example:3128'}\n"
        "channels: [ours]\n"
    )
    monkeypatch.setenv("TOKEN", "s3cret")
    found = channel.resolve(["lab", "defaults", "pkgs/main"], channel.Path("/p"))
    assert found.urls == (
        "https://a.example/x/ours",
        "https://mirror.example/conda/conda-forge",
        "https://mirror.example/main",
        "https://mirror.example/pkgs/main",
    )
    assert found.tls == "/etc/ssl/ours.pem"
    signed_in = {"BasicHTTP": {"username": "ann", "password": "s3cret"}}
    assert found.secrets == {
        "auth": {"a.example": signed_in},
        "proxies": {"https": "http://u:p@proxy.example:3128"},
    }
    assert "s3cret" not in repr(found)
    assert channel.named([]) == (("ours",), False)


def test_none_is_named(condarc):
    """Then conda-forge, and somebody must be told."""
    assert channel.named([]) == (("conda-forge",), False)
    assert channel.named(["nodefaults"]) == (("conda-forge",), False)
    assert channel.named(["a", "a", "b"]) == (("a", "b"), True)


@pytest.mark.parametrize(
    ("url", "clean", "signed_in"),
    [
        ("conda-forge", "conda-forge", {}),
        ("http://[no", "http://[no", {}),
        ("https://${USER}@a.example/c", "https://a.example/c", {}),
        ("https://a.example/c", "https://a.example/c", {}),
        (
            "https://ann:p%40ss@a.example:8080/c",
            "https://a.example:8080/c",
            {"BasicHTTP": {"username": "ann", "password": "p@ss"}},
        ),
        ("https://a.example/t/tk-1/c", "https://a.example/c", {"CondaToken": "tk-1"}),
        ("https://conda.anaconda.org/t/tk-1/me", "https://conda.anaconda.org/me", {"CondaToken": "tk-1"}),
    ],
)
def test_what_signs_in(url, clean, signed_in):
    """Passwords and tokens of URLs are taken out of them."""
    assert channel.without_secrets(url) == (clean, signed_in)


def test_bad_ones(condarc):
    """A name that cannot be one, and settings that are no YAML."""
    with pytest.raises(ConfigError) as caught:
        urls("two words")
    assert caught.value.message == "'two words' is no channel of conda's"
    condarc("a: [")
    with pytest.raises(ConfigError) as caught:
        urls("conda-forge")
    assert caught.value.message.endswith("condarc' is no YAML")
    condarc("[1, 2]")
    assert urls("x") == ("https://conda.anaconda.org/x",)


def test_back_to_names():
    """What conda keeps with a package, as files write it."""
    assert [
        channel.name_of(url)
        for url in (
            "https://conda.anaconda.org/conda-forge/linux-64",
            "https://conda.anaconda.org/conda-forge/",
            f"{MAIN}/linux-64",
            "https://u:p@a.example/c/noarch",
            "file:///srv/channel/",
        )
    ] == ["conda-forge", "conda-forge", "defaults", "https://a.example/c", "file:///srv/channel"]
