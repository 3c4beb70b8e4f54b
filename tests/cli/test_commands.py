"""What the commands say, and what they refuse."""

import msgspec
import pytest
from msgspec import structs

from largesse import __version__
from largesse.config import Settings
from largesse.http import credentials
from largesse.start.prepare import NOBODY, appoint_administrator, transaction
from largesse.storage import keys
from tests.cli.running import say

NAME = "LARGESSE_DATABASE_URL"
# fmt: off
REFUSED = [
    # arguments                     settings                             what is said
    (["demo", "--port", "70000"],   {},                                  "(--port): 70000 is not"),
    (["demo", "--host", "no host"], {},                                  "is not an address here"),
    (["serve"],                     {"LARGESSE_CLOCK_OFFSET": "60"},     "with --sandbox only"),
    (["serve"],                     {NAME: "sqlite:///x"},               NAME),
    (["check"],                     {NAME: "postgresql://localhost:1/"}, "no connection"),
    (["migrate"],                   {"LARGESSE_DATBASE_URL": "x"},       f"did you mean {NAME}?"),
]
# fmt: on


@pytest.mark.parametrize("arguments, settings, says", REFUSED)
def test_a_refusal_is_one_sentence_and_starts_nothing(arguments, settings, says, tmp_path):
    done = say(*arguments, **{"LARGESSE_DATA_DIR": str(tmp_path / "data"), **settings})
    assert (done.exit_code, done.stdout) == (1, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_the_version_is_said_for_people_and_for_scripts():
    assert say("version").stdout == f"largesse {__version__}\n"
    assert msgspec.json.decode(say("version", "--json").stdout) == {"version": __version__}


def test_a_foreign_setting_is_pointed_out(server_url):
    done = say("check", LARGESSE_COLOUR="red", LARGESSE_DATABASE_URL=server_url)
    assert "LARGESSE_COLOUR is no setting of this version; it is ignored." in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--kind", "management", "--application", "1"],
        ["--kind", "integration"],
        ["--kind", "other"],
    ],
)
def test_a_key_needs_what_its_kind_needs(options):
    assert say("keys", "create", *options).exit_code == 2


def test_migrating_makes_a_database_fit_to_serve(empty_url):
    settings = {"LARGESSE_DATABASE_URL": empty_url}
    assert say("check", **settings).exit_code == 1
    assert say("migrate", **settings).stdout == "The database is up to date.\n"
    assert say("migrate", **settings).stdout == "There was nothing to do.\n"
    assert say("check", **settings).exit_code == 0


async def test_an_administrator_is_appointed_once(empty_url, tmp_path):
    settings = Settings(database_url=empty_url, data_dir=tmp_path)
    assert await appoint_administrator(settings) == [NOBODY]
    named = structs.replace(settings, admin_email="ada@b.test", admin_password="a long password")
    assert await appoint_administrator(named) == ["ada@b.test may sign in as the administrator."]
    assert await appoint_administrator(named) == []
    other = structs.replace(named, admin_password="another password")
    assert await appoint_administrator(other) == []
    async with transaction(settings) as (db, _):
        found = await keys.person(db, "ada@b.test")
    assert found
    assert credentials.is_password("a long password", found.password_hash)


def test_help_names_every_command():
    said = say("--help").stdout
    for command in ("demo", "serve", "migrate", "check", "keys", "version"):
        assert command in said
