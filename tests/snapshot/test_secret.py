"""What is told apart as a secret, by name alone."""

import pytest

from jupyter_runcfg.snapshot.secret import looks_secret


@pytest.mark.parametrize("path", [".env", "a/.ENV", "deploy/.env.prod", "x.pem", "keys/id_rsa", ".netrc"])
def test_names_of_secrets(path):
    """Keys, tokens and passwords, wherever they lie."""
    assert looks_secret(path)


@pytest.mark.parametrize("path", ["train.py", "env", ".env.example", ".env/x.py", "id_rsa.pub", "a.csv"])
def test_names_of_other_files(path):
    """Nothing else is suspected."""
    assert not looks_secret(path)
