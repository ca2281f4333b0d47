"""The quick question lets every name through that a pattern speaks about."""

import os

from hypothesis import given, settings

from jupyter_runcfg.snapshot.ignore import RuleFile, Rules
from jupyter_runcfg.snapshot.pattern import parse

from .oracle import ignore_files, paths


@settings(max_examples=500)
@given(text=ignore_files, path=paths)
def test_nothing_is_held_back_that_matches(text, path):
    """A name that the sieve of its directory holds back is matched by no pattern."""
    file = RuleFile(".gitignore", b"", tuple(parse(text)))
    directory, _, name = path.rpartition("/")
    sieve = Rules(".gitignore", (file,)).sieve(directory)
    through = name in sieve.names or name.endswith(sieve.endings)
    if not through and not (sieve.fits and sieve.fits(os.fsencode(name))):
        for is_directory in (True, False):
            assert file.find(os.fsencode(path), is_directory) is None
