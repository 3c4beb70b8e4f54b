"""Reading a file of referrals: each line as it has to be, or nothing of the file."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, Struct

from largesse.kit.caps import IDENTIFIER_MAX, PATTERN_CHARACTERS_MAX
from largesse.kit.money import OutOfBounds
from largesse.kit.problems import Fault, Invalid
from largesse.kit.texts import json_value
from largesse.kit.wire import Maybe
from largesse.model.attributes import Attribute, merged, value_faults
from largesse.model.campaigns import Application, Campaign
from largesse.model.coupons import UsageLimit
from largesse.storage import attributes, referrals
from largesse.storage.coupons import take_ids
from largesse.storage.db import Db
from largesse.storage.referrals import NewReferralRow

CODE_CHARACTERS_MIN: Final = 4
FAULTS_MAX: Final = 100  # wrong lines that are told at once
ROWS_PER_WRITE: Final = 5_000


class ReferralLine(Struct, kw_only=True):
    """A referral in a file; its members are the columns."""

    code: Annotated[str, Meta(min_length=CODE_CHARACTERS_MIN, max_length=PATTERN_CHARACTERS_MAX)]
    advocateprofileintegrationid: Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]
    startdate: Maybe[datetime] = UNSET
    expirydate: Maybe[datetime] = UNSET
    limitval: UsageLimit = 1
    attributes: str = ""


Line = tuple[int, ReferralLine]  # with its number


async def import_referrals(
    db: Db, application: Application, campaign: Campaign, lines: Sequence[Line], *, now: datetime
) -> int:
    """Make the referrals of a file; gives the id of the import. Advocates are not made known.

    Raises `Invalid` with the numbers of the lines that are wrong.
    """
    known = await attributes.of_account(db, application.account_id)
    faults: list[Fault] = []
    values: list[dict[str, Any]] = []
    for line in lines:
        own, wrong = attributes_of(application, known, line)
        values.append(own)
        faults += wrong
    faults += repeated(lines)
    faults += date_faults(lines)
    refuse(faults)
    import_id, *ids = await take_ids(db, len(lines) + 1)
    owner = application.id, campaign.id
    for at in range(0, len(lines), ROWS_PER_WRITE):
        part = slice(at, at + ROWS_PER_WRITE)
        rows = [
            row_of(line, referral_id, own, import_id)
            for (_, line), referral_id, own in zip(
                lines[part], ids[part], values[part], strict=True
            )
        ]
        made = await referrals.insert(db, owner, rows, now)
        refuse(taken(lines[part], made))
    return import_id


def refuse(faults: Iterable[Fault]) -> None:
    """Raise `Invalid` if something is wrong."""
    found = list(faults)
    if found:
        raise Invalid.of(sorted(found, key=lambda fault: int(fault.at[5:]))[:FAULTS_MAX])


def attributes_of(
    application: Application, known: Sequence[Attribute], line: Line
) -> tuple[dict[str, Any], list[Fault]]:
    """The attributes of a line, and what is wrong with them."""
    number, referral = line
    if not referral.attributes.strip():
        return {}, []
    place = f"line:{number}"
    try:
        values = json_value(referral.attributes)
    except OutOfBounds as error:
        return {}, [Fault("maximum", str(error), place)]
    if not isinstance(values, dict):
        return {}, [Fault("Invalid", "The attributes are no JSON object", place)]
    wrong = value_faults(known, values, "Referral", application.id)
    return merged({}, values), [Fault(fault.title, fault.details, place) for fault in wrong]


def repeated(lines: Iterable[Line]) -> Iterator[Fault]:
    """Lines whose code an earlier line has."""
    seen: dict[str, int] = {}
    for number, line in lines:
        first = seen.setdefault(line.code, number)
        if first != number:
            details = f"The code {line.code} stands in line {first} already"
            yield Fault("Duplicate", details, f"line:{number}")


def date_faults(lines: Iterable[Line]) -> Iterator[Fault]:
    """Lines with dates in the wrong order."""
    for number, line in lines:
        if line.startdate and line.expirydate and line.expirydate <= line.startdate:
            yield Fault("Invalid", "A referral expires after its start", f"line:{number}")


def taken(lines: Iterable[Line], made: set[str]) -> Iterator[Fault]:
    """Lines whose code the Application has already."""
    for number, line in lines:
        if line.code not in made:
            details = f"There is a referral {line.code} in this Application already"
            yield Fault("Duplicate", details, f"line:{number}")


def row_of(
    line: ReferralLine, referral_id: int, values: dict[str, Any], import_id: int
) -> NewReferralRow:
    """What is stored of a line."""
    return NewReferralRow(
        id=referral_id,
        code=line.code,
        advocate=line.advocateprofileintegrationid,
        start_date=line.startdate or None,
        expiry_date=line.expirydate or None,
        usage_limit=line.limitval,
        attributes=values,
        import_id=import_id,
    )
