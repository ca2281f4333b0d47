"""The workspace: the home by any name."""

import json
import os

import pytest

from jupyter_runcfg.errors import NotRegisteredError, RuncfgError, UserErrorException
from jupyter_runcfg.runtime.paths import Home
from jupyter_runcfg.runtime.v1 import place
from jupyter_runcfg.runtime.v1.workspace import Workspace


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """The person's home, and an empty directory three levels deep to be in."""
    home = Home(str(tmp_path / "home"))
    monkeypatch.setattr(place, "_outside", [lambda: home])
    deep = tmp_path / "project" / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    return home


def test_without_a_file(home):
    """There is a workspace where nothing names one; what v1's first cells print of it are texts."""
    workspace = Workspace.from_config()
    assert (workspace.name, workspace.home, workspace.webservices) == ("local", home, {})
    assert workspace.subscription_id + workspace.resource_group + workspace.location == "locallocallocal"
    assert workspace.sku == "Basic"


@pytest.mark.parametrize("file", [".azureml/config.json", "aml_config/config.json", "config.json"])
def test_the_file_is_found_above(file, tmp_path):
    """v1's config.json of the project names the workspace; a byte order mark does no harm."""
    path = tmp_path / "project" / file
    path.parent.mkdir(exist_ok=True)
    facts = {"subscription_id": "s", "resource_group": "g", "workspace_name": "w"}
    path.write_text("\ufeff" + json.dumps(facts), encoding="utf-8")
    for given in (None, ".", path, str(path)):
        workspace = Workspace.from_config(given)
        assert (workspace.name, workspace.subscription_id, workspace.resource_group) == ("w", "s", "g")


def test_files_that_cannot_be_read(tmp_path):
    """One that is named must be there, and hold a map."""
    with pytest.raises(UserErrorException, match=r"no config.json in '.*none'"):
        Workspace.from_config(str(tmp_path / "none"))
    for text in ("{", "[1]", "\x00"):
        (tmp_path / "config.json").write_text(text)
        with pytest.raises(UserErrorException, match="cannot be read"):
            Workspace.from_config()


def test_write_config():
    """What is written is found again."""
    Workspace.get("mine", subscription_id="s", resource_group="g").write_config()
    assert os.listdir(".azureml") == ["config.json"]
    assert Workspace.from_config().name == "mine"


def test_create():
    """A name once, or again where that is asked for."""
    created = Workspace.create("one", location="here", tags={"a": "b"})
    assert (created.location, created.tags) == ("here", {"a": "b"})
    assert Workspace.create("one", exist_ok=True) == created
    with pytest.raises(UserErrorException, match="already"):
        Workspace.create("one")
    assert Workspace.list() == {"one": [created]}
    assert created.get_details()["location"] == "here"


def test_secrets(monkeypatch):
    """The variable of that name, as written or as variables are."""
    monkeypatch.setenv("DB_KEY", "s3cret")
    vault = Workspace.from_config().get_default_keyvault()
    assert vault.get_secrets(["DB_KEY", "db-key"]) == {"DB_KEY": "s3cret", "db-key": "s3cret"}
    with pytest.raises(NotRegisteredError, match="set the environment variable OTHER_KEY"):
        vault.get_secret("other.key")


def test_where_no_home_is(monkeypatch):
    """The runtime alone, outside of a job, says so."""
    monkeypatch.setattr(place, "_outside", [])
    with pytest.raises(RuncfgError, match="no home of records here"):
        Workspace.from_config()
