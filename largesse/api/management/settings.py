"""Settings of the server that an administrator may change while it runs."""

import ipaddress
from typing import Annotated, Final

from msgspec import UNSET, Meta, field

from largesse.config import BadSetting, Settings, read_rate
from largesse.http.operation import Request, get, put
from largesse.kit.problems import Fault, Invalid
from largesse.kit.wire import Maybe, Wire
from largesse.model.people import Caller
from largesse.storage import server_settings
from largesse.storage.db import Db

TAG: Final = "Settings"
SETTINGS: Final = "/v1/settings"

RateText = Annotated[str, Meta(max_length=30)]
Networks = Annotated[list[Annotated[str, Meta(max_length=50)]], Meta(max_length=1000)]


class ServerSettings(Wire, kw_only=True):
    """`thirdPartyRate` bounds gateway calls per key, `3/10s` or `off`; `allowedIPs` empty: all."""

    third_party_rate: RateText
    allowed_ips: Networks = field(name="allowedIPs")


class UpdateServerSettings(Wire, kw_only=True):
    """What shall change; the rest stays."""

    third_party_rate: Maybe[RateText] = UNSET
    allowed_ips: Maybe[Networks] = field(name="allowedIPs", default=UNSET)


@get(SETTINGS, tags=[TAG], may="read settings", own=True)
async def get_settings(db: Db, caller: Caller, settings: Settings) -> ServerSettings:
    """Get the settings that may be changed while the server runs."""
    return await current(db, caller.account_id, settings)


@put(SETTINGS, tags=[TAG], may="edit settings", own=True)
async def update_settings(
    db: Db, caller: Caller, request: Request, settings: Settings, data: UpdateServerSettings
) -> ServerSettings:
    """Change settings. Every process sees it within two seconds. Nobody shuts themselves out."""
    faults = []
    if data.third_party_rate is not UNSET and not is_rate(data.third_party_rate):
        details = f"{data.third_party_rate} is not a rate; write it like 3/10s, 100/m or off"
        faults.append(Fault("Invalid", details, "/thirdPartyRate"))
    for at, network in enumerate(data.allowed_ips or []):
        if not is_network(network):
            details = f"{network} is no address or network"
            faults.append(Fault("Invalid", details, f"/allowedIPs/{at}"))
    address = request.scope["client"][0] if request.scope["client"] else ""
    if data.allowed_ips and not faults and not is_within(address, data.allowed_ips):
        details = f"Your own address, {address}, must be among them"
        faults.append(Fault("Invalid", details, "/allowedIPs"))
    if faults:
        raise Invalid.of(faults)
    wanted = {"thirdPartyRate": data.third_party_rate, "allowedIPs": data.allowed_ips}
    values = {name: value for name, value in wanted.items() if value is not UNSET}
    await server_settings.write(db, caller.account_id, values)
    return await current(db, caller.account_id, settings)


async def current(db: Db, account_id: int, settings: Settings) -> ServerSettings:
    """What has been set, or what the server was started with."""
    stored = await server_settings.read(db, account_id)
    rate = settings.third_party_rate
    started_with = "off" if rate is None else f"{rate.requests}/{rate.seconds}s"
    return ServerSettings(
        third_party_rate=stored.get("thirdPartyRate", started_with),
        allowed_ips=stored.get("allowedIPs", []),
    )


def is_rate(text: str) -> bool:
    """Whether a text is a rate."""
    try:
        read_rate(text)
    except BadSetting:
        return False
    return True


def is_network(text: str) -> bool:
    """Whether a text is an address or a network."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def is_within(address: str, networks: list[str]) -> bool:
    """Whether an address lies in one of some networks. What is no address lies in none."""
    if not is_network(address):
        return False
    own = ipaddress.ip_address(address)
    return any(own in ipaddress.ip_network(network, strict=False) for network in networks)
