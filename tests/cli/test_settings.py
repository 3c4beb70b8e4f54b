"""Settings are read once, and unsafe ones are refused with a message that names them."""

from pathlib import Path

import pytest

from largesse.config import BadSetting, Flags, Rate, Settings, read, unknown

# fmt: off
REFUSED = [
    # setting                    value                    what the message says
    ("LARGESSE_PORT",             "80a",                   "LARGESSE_PORT (--port): 80a"),
    ("LARGESSE_PORT",             "0",                     "not a port from 1 to 65535"),
    ("LARGESSE_PORT",             "65536",                 "not a port from 1 to 65535"),
    ("LARGESSE_PORT",             "٨٠",                    "not a port"),
    ("LARGESSE_DATABASE_URL",     "mysql://h/d",           "it begins with mysql"),
    ("LARGESSE_DATABASE_URL",     "largesse.db",           "begins with no scheme"),
    ("LARGESSE_CLOCK_OFFSET",     "3600",                  "--sandbox only"),
    ("LARGESSE_CLOCK_OFFSET",     "soon",                  "not a number of seconds"),
    ("LARGESSE_CLOCK_OFFSET",     "9999999999",            "more than a hundred years"),
    ("LARGESSE_DEPLOYMENTS",      "a.test,http://b.test",  "http://b.test is not a host name"),
    ("LARGESSE_THIRD_PARTY_RATE", "3",                     "write it like 3/10s"),
    ("LARGESSE_THIRD_PARTY_RATE", "0/10s",                 "write it like 3/10s"),
    ("LARGESSE_THIRD_PARTY_RATE", "3/0s",                  "write it like 3/10s"),
    ("LARGESSE_OUTGOING_ALLOW",   "10.0.0.0/8,0.0.0.0/0",  "would allow every address"),
    ("LARGESSE_OUTGOING_ALLOW",   "::/0",                  "would allow every address"),
    ("LARGESSE_OUTGOING_ALLOW",   "10.0.0.0/33",           "neither a network"),
    ("LARGESSE_OUTGOING_ALLOW",   "10.0.0",                "neither a network"),
    ("LARGESSE_ADMIN_EMAIL",      "a@b.test",              "LARGESSE_ADMIN_PASSWORD: the first"),
    ("LARGESSE_ADMIN_PASSWORD",   "long enough",           "LARGESSE_ADMIN_EMAIL: the first"),
    ("LARGESSE_DATABSE_URL",      "postgresql://h/d",      "did you mean LARGESSE_DATABASE_URL?"),
]
READ = [
    # setting                    value                    member              what it becomes
    ("LARGESSE_PORT",             "9000",                  "port",             9000),
    ("LARGESSE_PORT",             "",                      "port",             8000),
    ("LARGESSE_HOST",             " 0.0.0.0 ",             "host",             "0.0.0.0"),
    ("LARGESSE_DATABASE_URL",     "postgres://h/d",        "database_url",     "postgres://h/d"),
    ("LARGESSE_DATABASE_URL",     "",                      "database_url",     None),
    ("LARGESSE_DEPLOYMENTS",      "A.test, b.c,",          "deployments",      ("a.test", "b.c")),
    ("LARGESSE_THIRD_PARTY_RATE", "off",                   "third_party_rate", None),
    ("LARGESSE_THIRD_PARTY_RATE", "3/10s",                 "third_party_rate", Rate(3, 10)),
    ("LARGESSE_THIRD_PARTY_RATE", "100/m",                 "third_party_rate", Rate(100, 60)),
    ("LARGESSE_OUTGOING_ALLOW",   "127.0.0.1/32",          "outgoing_allow",   ("127.0.0.1/32",)),
    ("LARGESSE_OUTGOING_ALLOW",   "10.1.2.3/8",            "outgoing_allow",   ("10.0.0.0/8",)),
    ("LARGESSE_OUTGOING_ALLOW",   "Sink.test",             "outgoing_allow",   ("sink.test",)),
    ("LARGESSE_CLOCK_OFFSET",     "0",                     "clock_offset",     0),
    ("LARGESSE_DATA_DIR",         "/data",                 "data_dir",         Path("/data")),
]
# fmt: on


@pytest.mark.parametrize("name, value, says", REFUSED)
def test_an_unsafe_setting_is_refused_by_its_name(name, value, says):
    with pytest.raises(BadSetting, match="LARGESSE_") as refused:
        read({name: value}, Flags())
    assert says in str(refused.value)


@pytest.mark.parametrize("name, value, member, becomes", READ)
def test_a_setting_is_read(name, value, member, becomes):
    assert getattr(read({name: value}, Flags()), member) == becomes


def test_a_flag_goes_before_the_environment():
    environment = {"LARGESSE_PORT": "9000", "LARGESSE_HOST": "10.0.0.1", "LARGESSE_DATA_DIR": "/a"}
    flags = Flags(port=9001, host="127.0.0.1", data_dir=Path("/b"))
    settings = read(environment, flags)
    assert (settings.port, settings.host, settings.data_dir) == (9001, "127.0.0.1", Path("/b"))


def test_a_sandbox_may_move_its_clock():
    settings = read({"LARGESSE_CLOCK_OFFSET": "-3600.5"}, Flags(sandbox=True))
    assert settings.clock_offset == -3600.5


def test_only_a_demo_has_a_deployment_of_its_own():
    assert read({}, Flags(), demo=True).deployments == ("shop.promo.test",)
    assert read({}, Flags()).deployments == ()


def test_a_short_password_is_refused():
    environment = {"LARGESSE_ADMIN_EMAIL": "a@b.test", "LARGESSE_ADMIN_PASSWORD": "short"}
    with pytest.raises(BadSetting, match="LARGESSE_ADMIN_PASSWORD: it needs 8 characters"):
        read(environment, Flags())


def test_a_foreign_name_is_known_as_such():
    assert unknown({"LARGESSE_COLOUR": "red", "HOME": "/"}) == ["LARGESSE_COLOUR"]


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(AttributeError):
        Settings(data_dir=Path("/data")).port = 1
