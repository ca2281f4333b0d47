"""What runs were asked for differently."""

import pytest

from jupyter_runcfg.verbs.differences import arguments_by_name, differing, facts, value_text


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], {}),
        (["--lr", 0.1, "--fast", "--n=3"], {"--lr": "0.1", "--fast": True, "--n": "3"}),
        (["--shift", "-1.5e-3", "data.csv"], {"--shift": "-1.5e-3", "argument 1": "data.csv"}),
        (["--x", "1", "--x", "2"], {"--x": ["1", "2"]}),
        (["a", "--", "b"], {"argument 1": "a", "argument 2": "--", "argument 3": "b"}),
        (["-v", "-v"], {"-v": [True, True]}),
        (["--empty="], {"--empty": ""}),
    ],
)
def test_arguments_by_name(words, named):
    """Pairs of --name value, flags, words by their place; a negative number is a value."""
    assert arguments_by_name(words) == named


def test_only_what_differs_is_told():
    """Arguments, settings, packages, snapshot and commit; a tag that repeats an argument is left out."""

    def run(lr, numpy, snapshot, commit):
        packages = ["python=3.11", {"pip": [f"NumPy=={numpy}", "pandas>=2", "-r more.txt"]}]
        conda = {"python": {"condaDependencies": {"dependencies": packages}}}
        request = {
            "configuration": {"arguments": ["--lr", lr], "target": "local", "environment": conda},
            "snapshot": snapshot * 64,
            "git": {"commit": commit * 40},
            "environment": {"python": "/usr/bin/python3"},
        }
        return facts(request, {"lr": lr, "owner": "ann"})

    assert differing([run("0.1", "1.26", "a", "c"), run("0.2", "2.1", "b", "d")]) == {
        "--lr": ["0.1", "0.2"],
        "package numpy": ["1.26", "2.1"],
        "snapshot": ["a" * 8, "b" * 8],
        "git.commit": ["c" * 8, "d" * 8],
    }
    same = run("0.1", "1.26", "a", "c")
    assert differing([same, same]) == differing([same]) == differing([]) == {}


def test_what_has_no_effect_is_left_out():
    """Images count where Docker is used, packages where the environment is made of them."""

    def run(image, packages, *, docker, own):
        environment = {
            "docker": {"enabled": docker, "baseImage": image},
            "python": {"userManagedDependencies": own, "condaDependencies": {"dependencies": packages}},
        }
        return facts({"configuration": {"environment": environment}}, {})

    idle = [run(image, [image], docker=False, own=True) for image in "ab"]
    used = [run(image, [image], docker=True, own=False) for image in "ab"]
    assert differing(idle) == {}
    assert differing(used) == {
        "environment.docker.baseImage": ["a", "b"],
        "package a": ["any version", None],
        "package b": [None, "any version"],
    }


def test_odd_requests_differ_as_far_as_they_can_be_read():
    """A record that another program wrote, or none, is a run without those settings."""
    assert differing(
        [facts({}, {}), facts({"configuration": [], "git": "x", "environment": 3}, {"a": "b"})]
    ) == {"tags.a": [None, "b"]}


def test_a_value_is_one_line_without_secrets():
    """Control characters stand as escapes; what looks like a key is not shown."""
    assert value_text("a\x1b[31m\nb") == '"a\\u001b[31m\\nb"'
    assert (
        value_text("ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gH3jK5") == "[left out: looks like a GitHub token]"
    )
    assert [value_text(value) for value in (None, True, ["a b", 1], 0.5)] == ["–", "yes", "'a b' 1", "0.5"]
