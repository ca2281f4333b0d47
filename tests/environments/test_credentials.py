"""Names and passwords in URLs: no definition has them, whoever builds gets them by name."""

from hypothesis import given
from hypothesis import strategies as st

from jupyter_runcfg.environments.credentials import hidden_in, hide, variables_of
from jupyter_runcfg.environments.definition import Asked, define

WORDS = st.text("abcdefXYZ0189%.~!$&()*+,;=_-@", min_size=6, max_size=20)  # an @ that nobody escaped too


def test_hidden():
    """Each by a variable of its place; what the person wrote as a variable, and SSH's user, stay."""
    text, secrets = hide("--extra-index-url https://ada:geheim@pypi.example.com/simple")
    [name] = secrets
    assert text == f"--extra-index-url https://${{{name}}}@pypi.example.com/simple"
    assert secrets == {name: "ada:geheim"}
    assert variables_of([text]) == [name]
    for plain in (
        "numpy>=1",
        "a @ git+ssh://git@github.com/a/a.git",
        "--index-url https://${USER}:${PASSWORD}@pypi.example.com/simple",
        text,
    ):
        assert hide(plain) == (plain, {})
    assert hidden_in({"a": ["https://t0ken@h/x", 1], "b": None}) == {
        "a": [hide("https://t0ken@h/x")[0], 1],
        "b": None,
    }


@given(WORDS, WORDS)
def test_another_password_is_the_same_definition(one, other):
    """The digest does not know it, and nothing that is written down has it."""
    definitions = [
        define("3.11", [Asked("six"), Asked(f"--index-url https://u:{password}@h.example/simple")])
        for password in (one, other)
    ]
    assert definitions[0] == definitions[1]
    assert definitions[0].digest == definitions[1].digest
    assert f"u:{one}" not in str(definitions[0].facts())
    assert list(definitions[0].secrets.values()) == [f"u:{one}"]
