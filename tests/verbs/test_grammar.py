"""The words of the verbs."""

import pytest

from jupyter_runcfg.errors import ConfigError
from jupyter_runcfg.verbs import grammar


def parse(*words, where="notebook"):
    return grammar.parse(words, "%runcfg", where)


def test_what_follows_two_dashes_belongs_to_the_script():
    """Options after `--` are the script's, also those that we know."""
    options = parse("submit", "train.py", "--tag", "a=1", "--", "--target", "x", "--", "y")
    assert options.arguments == ["--target", "x", "--", "y"]
    assert (options.positionals, options.tag, options.target) == (["train.py"], ["a=1"], None)


def test_without_two_dashes_there_are_no_arguments_of_the_script():
    """None means: the configuration's own arguments stay; an empty list replaces them."""
    assert parse("submit").arguments is None
    assert parse("submit", "--").arguments == []


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["sumbit"], "no verb 'sumbit'", "did you mean 'submit'?"),
        (["submit", "--taget", "x"], "no option '--taget'", "did you mean '--target'?"),
        (["submit", "--experiment"], "--experiment needs a value", "`%runcfg submit -h`"),
        (["targets", "diabetes"], "one word too many: 'diabetes'", "`%runcfg targets -h`"),
        (["runs", "--", "x"], "`runs` takes no arguments after `--`", ""),
        (["quickstart"], "no verb 'quickstart'", "there is config"),
        (["submit", "--wait", "--detach"], "--detach and --wait exclude each other", ""),
    ],
)
def test_wrong_words_are_told_with_the_right_ones(words, message, hint):
    """A typo names the nearest word; nothing exits."""
    with pytest.raises(ConfigError) as caught:
        parse(*words)
    assert caught.value.message == message
    assert hint in caught.value.hint


@pytest.mark.parametrize("words", [[], ["-h"], ["help"], ["submit", "-h"], ["logs", "last", "--help"]])
def test_help_is_an_answer(words):
    """Asking for help is no error, with or without a verb."""
    with pytest.raises(grammar.HelpAsked) as caught:
        parse(*words)
    assert caught.value.text.startswith("usage: %runcfg")


@pytest.mark.parametrize("verb", [name for name in grammar.VERBS if name != "quickstart"])
def test_every_verb_explains_itself(verb):
    """`-h` after each verb says what the overview says it does."""
    where = grammar.VERBS[verb].where
    with pytest.raises(grammar.HelpAsked) as caught:
        parse(verb, "-h", where="notebook" if where == "both" else where)
    assert grammar.VERBS[verb].does in " ".join(caught.value.text.split())


@pytest.mark.parametrize(
    ("text", "value"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("1d", 86400), (" 2H ", 7200)]
)
def test_times_have_units(text, value):
    """A bare number is seconds."""
    assert grammar.seconds(text) == value


@pytest.mark.parametrize("text", ["", "0", "-3", "soon", "3w", "1e9", "nan", "2h30m"])
def test_what_is_no_time_is_refused(text):
    """Zero and unknown units are errors with an example."""
    with pytest.raises(ConfigError, match="is no time"):
        grammar.seconds(text)


def test_key_value_keeps_further_equal_signs():
    """Only the first `=` divides."""
    assert grammar.key_value("url=http://x?a=b", "--tag") == ("url", "http://x?a=b")


@pytest.mark.parametrize("text", ["lr", "=3", " =3"])
def test_key_value_needs_a_key(text):
    """A word without key or `=` is an error."""
    with pytest.raises(ConfigError, match="is not KEY=VALUE"):
        grammar.key_value(text, "--tag")
