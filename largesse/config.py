"""Settings: one frozen struct, read once from the environment, refused if unsafe.

Each setting is an environment variable; flags of `demo` and `serve` go before it. A message of
`BadSetting` names the setting as its owner knows it.
"""

import difflib
import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import platformdirs
from msgspec import Struct

DEMO_DEPLOYMENT: Final = "shop.promo.test"
PASSWORD_CHARACTERS_MIN: Final = 8
CLOCK_OFFSET_MAX: Final = 100 * 366 * 24 * 3600  # seconds: a hundred years either way

NAMES: Final = (
    "LARGESSE_DATABASE_URL",
    "LARGESSE_DATA_DIR",
    "LARGESSE_HOST",
    "LARGESSE_PORT",
    "LARGESSE_DEPLOYMENTS",
    "LARGESSE_THIRD_PARTY_RATE",
    "LARGESSE_OUTGOING_ALLOW",
    "LARGESSE_CLOCK_OFFSET",
    "LARGESSE_ADMIN_EMAIL",
    "LARGESSE_ADMIN_PASSWORD",
)

_HOST_NAME: Final = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
)
_RATE: Final = re.compile(r"([1-9]\d{0,8})/(\d{0,6})(s|m|h)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


class CannotStart(Exception):
    """What keeps a server from starting, in a sentence that its owner can act on."""


class BadSetting(CannotStart):
    """A setting that we refuse to start with."""

    def __init__(self, name: str, says: str) -> None:
        super().__init__(f"{name}: {says}")


class Rate(Struct, frozen=True):
    """How many requests may come in how many seconds."""

    requests: int
    seconds: int


class Settings(Struct, frozen=True, kw_only=True):
    """All that a process knows before it has asked its database."""

    database_url: str | None = None  # absent: the embedded PostgreSQL of the data directory
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    sandbox: bool = False
    clock_offset: float = 0  # seconds
    deployments: tuple[str, ...] = ()
    third_party_rate: Rate | None = None  # None: off
    outgoing_allow: tuple[str, ...] = ()  # networks and host names
    admin_email: str | None = None
    admin_password: str | None = None


class Flags(Struct, frozen=True, kw_only=True):
    """What the command line said; it goes before the environment."""

    data_dir: Path | None = None
    host: str | None = None
    port: int | None = None
    sandbox: bool = False


def read(environment: Mapping[str, str], flags: Flags, *, demo: bool = False) -> Settings:
    """The settings of this process, or `BadSetting`. An empty variable counts as absent."""
    refuse_misspelled(environment)
    given = {name: environment.get(name, "").strip() for name in NAMES}
    data_dir = flags.data_dir or Path(given["LARGESSE_DATA_DIR"] or default_data_dir())
    deployments = given["LARGESSE_DEPLOYMENTS"] or (DEMO_DEPLOYMENT if demo else "")
    email, password = read_administrator(given)
    return Settings(
        database_url=read_database_url(given["LARGESSE_DATABASE_URL"]),
        data_dir=data_dir.expanduser().absolute(),
        host=flags.host or given["LARGESSE_HOST"] or "127.0.0.1",
        port=read_port(str(flags.port if flags.port is not None else given["LARGESSE_PORT"])),
        sandbox=flags.sandbox,
        clock_offset=read_clock_offset(given["LARGESSE_CLOCK_OFFSET"], sandbox=flags.sandbox),
        deployments=tuple(read_deployment(host) for host in parts(deployments)),
        third_party_rate=read_rate(given["LARGESSE_THIRD_PARTY_RATE"] or "off"),
        outgoing_allow=tuple(
            read_network(part) for part in parts(given["LARGESSE_OUTGOING_ALLOW"])
        ),
        admin_email=email,
        admin_password=password,
    )


def refuse_misspelled(environment: Mapping[str, str]) -> None:
    """Refuse a variable that looks like a setting of ours with a slip in its name."""
    for name in unknown(environment):
        if meant := difflib.get_close_matches(name, NAMES, n=1, cutoff=0.8):
            raise BadSetting(name, f"there is no such setting; did you mean {meant[0]}?")


def unknown(environment: Mapping[str, str]) -> list[str]:
    """Variables that begin with our name and mean nothing to us."""
    return sorted(
        name for name in environment if name.startswith("LARGESSE_") and name not in NAMES
    )


def default_data_dir() -> str:
    """The folder where the platform keeps the data of a user's programs."""
    return platformdirs.user_data_dir("largesse", appauthor=False)


def parts(text: str) -> list[str]:
    """The members of a list with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def read_database_url(text: str) -> str | None:
    """The address of a database, or None for the embedded one."""
    if not text:
        return None
    scheme = urlsplit(text).scheme
    if scheme not in ("postgresql", "postgres"):
        raise BadSetting(
            "LARGESSE_DATABASE_URL",
            f"it begins with {scheme or 'no scheme'}; write postgresql://user:password@host/name",
        )
    return text


def read_port(text: str) -> int:
    """A TCP port; 8000 when nothing was said."""
    if not text:
        return 8000
    if not (text.isdecimal() and text.isascii() and 1 <= int(text[:9]) <= 65535):
        raise BadSetting("LARGESSE_PORT (--port)", f"{text} is not a port from 1 to 65535")
    return int(text)


def read_clock_offset(text: str, *, sandbox: bool) -> float:
    """Seconds that the clock of a sandbox is moved by."""
    if not text:
        return 0
    if not re.fullmatch(r"[+-]?\d{1,10}(\.\d{1,6})?", text, re.ASCII):
        raise BadSetting("LARGESSE_CLOCK_OFFSET", f"{text} is not a number of seconds")
    offset = float(text)
    if abs(offset) > CLOCK_OFFSET_MAX:
        raise BadSetting("LARGESSE_CLOCK_OFFSET", f"{text} is more than a hundred years")
    if offset and not sandbox:
        raise BadSetting(
            "LARGESSE_CLOCK_OFFSET",
            "a moved clock is for tests of expiry; it is accepted with --sandbox only",
        )
    return offset


def read_deployment(host: str) -> str:
    """A public host name of this deployment, in lower case."""
    name = host.lower()
    if not _HOST_NAME.fullmatch(name):
        raise BadSetting("LARGESSE_DEPLOYMENTS", f"{host} is not a host name")
    return name


def read_rate(text: str, name: str = "LARGESSE_THIRD_PARTY_RATE") -> Rate | None:
    """`3/10s`: three requests in ten seconds. `100/m` counts by the minute, `off` not at all."""
    if text == "off":
        return None
    found = _RATE.fullmatch(text)
    if found is None or found[2] == "0":
        raise BadSetting(name, f"{text} is not a rate; write it like 3/10s, 100/m or off")
    return Rate(int(found[1]), int(found[2] or 1) * _SECONDS[found[3]])


def read_network(text: str) -> str:
    """A network or a host that outgoing calls may reach although it is private."""
    name = "LARGESSE_OUTGOING_ALLOW"
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        if not _HOST_NAME.fullmatch(text.lower()) or re.fullmatch(r"[\d./]+", text):
            raise BadSetting(
                name, f"{text} is neither a network like 10.0.0.0/8 nor a host name"
            ) from None
        return text.lower()
    if network.prefixlen == 0:
        raise BadSetting(
            name, f"{text} would allow every address; name the networks that are meant"
        )
    return str(network)


def read_administrator(given: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Email and password of the first administrator: both or neither."""
    email, password = given["LARGESSE_ADMIN_EMAIL"], given["LARGESSE_ADMIN_PASSWORD"]
    if bool(email) != bool(password):
        missing = "LARGESSE_ADMIN_PASSWORD" if email else "LARGESSE_ADMIN_EMAIL"
        raise BadSetting(missing, "the first administrator needs an email address and a password")
    if not email:
        return None, None
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise BadSetting("LARGESSE_ADMIN_EMAIL", f"{email} is not an email address")
    if len(password) < PASSWORD_CHARACTERS_MIN:
        raise BadSetting(
            "LARGESSE_ADMIN_PASSWORD", f"it needs {PASSWORD_CHARACTERS_MIN} characters at least"
        )
    return email, password
