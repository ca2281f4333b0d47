"""What conda's packages bring for pip: found by metadata, told to uv as wheels, left out of its lock."""

import zipfile

from jupyter_runcfg.runtime.environment import brought

LOCK = """\
alpha==1.0 \\
    --hash=sha256:00
beta[x]==2.0 \\
    --hash=sha256:01 \\
    --hash=sha256:02
gamma @ https://a.example/g.whl \\
    --hash=sha256:03
"""


def test_distributions(tmp_path):
    """Of every form of metadata; what has none is passed over."""
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    for directory, name, text in (
        (
            "Alpha_One-1.0.dist-info",
            "METADATA",
            "Metadata-Version: 2.1\nName: Alpha_One\nVersion: 1.0\n\nName: no\n",
        ),
        ("old-2.0-py3.11.egg-info", "PKG-INFO", "Name: old\nVersion: 2.0\n"),
        ("empty-1.0.dist-info", "RECORD", ""),
    ):
        (site / directory).mkdir(parents=True)
        (site / directory / name).write_text(text)
    (site / "flat-3.0.egg-info").write_text("Name: flat\nVersion: 3.0\n")
    found = brought.distributions(str(tmp_path))
    assert {name: version for name, (version, _) in found.items()} == {
        "alpha-one": "1.0",
        "old": "2.0",
        "flat": "3.0",
    }
    assert brought.distributions(str(tmp_path / "nowhere")) == {}


def test_wheels(tmp_path):
    """A name, a version and its extras, and nothing that conda has seen to; an odd version has none."""
    text = "Name: alpha\nRequires-Dist: beta\nProvides-Extra: x\nRequires-Dist: gamma; extra == 'x'\n"
    known = {"alpha": ("1.0", text), "odd": ("not a version", "")}
    assert brought.write_wheels(known, str(tmp_path / "wheels")) == {"alpha": ("1.0", text)}
    with zipfile.ZipFile(tmp_path / "wheels" / "alpha-1.0-py3-none-any.whl") as archive:
        assert archive.read("alpha-1.0.dist-info/METADATA").decode() == (
            "Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\n"
            "Provides-Extra: x\nRequires-Dist: gamma; extra == 'x'\n"
        )


def test_a_lock_without_what_is_there():
    """Only what is there in that very version is left out, with its hashes."""
    assert (
        brought.without(LOCK, {"alpha": ("1.0", ""), "beta": ("1.0", "")})
        == LOCK.partition("beta")[1] + (LOCK.partition("beta")[2])
    )
    assert brought.without(LOCK, {"beta": ("2.0", "")}).count("--hash") == 2
    assert brought.without("alpha==1.0\n", {"alpha": ("1.0", "")}) == ""
