"""Making referrals: codes that a pattern allows, that nobody else has, and that nobody can guess.

These calls are beyond the budgets of the campaign; those bind the effect of a rule.
"""

import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta

from largesse.deciding.new_codes import SPACE_SMALL, Look, all_codes, turned
from largesse.kit.caps import CODE_TRIES_MAX, IDENTIFIER_MAX, PATTERN_CHARACTERS_MAX
from largesse.kit.codes import ALPHABET, PATTERN, capacity, check_alphabet, check_pattern, codes
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import Maybe, Wire, or_else
from largesse.model.attributes import merged, value_faults
from largesse.model.campaigns import Application, Campaign
from largesse.model.coupons import UsageLimit
from largesse.model.referrals import Referral
from largesse.storage import attributes, campaigns, profiles, referrals
from largesse.storage.coupons import take_ids
from largesse.storage.db import Db
from largesse.storage.referrals import NewReferralRow
from largesse.storage.trial import trial

ADVOCATES_MAX: Final = 1_000  # in one call
CODE_CHARACTERS_MIN: Final = 4

Customer = Annotated[str, Meta(min_length=1, max_length=IDENTIFIER_MAX)]
Friend = Annotated[str, Meta(max_length=IDENTIFIER_MAX)]


class ReferralTerms(Wire, kw_only=True):
    """When and how often a referral may be used."""

    campaign_id: int
    start_date: Maybe[datetime | None] = UNSET
    expiry_date: Maybe[datetime | None] = UNSET
    usage_limit: UsageLimit = 1
    attributes: Maybe[dict[str, Any]] = UNSET


class NewReferral(ReferralTerms, kw_only=True):
    """A referral of one advocate, perhaps for one friend only."""

    advocate_profile_integration_id: Customer
    friend_profile_integration_id: Maybe[Friend] = UNSET


class NewReferralsForMultipleAdvocates(ReferralTerms, kw_only=True):
    """Referrals of many advocates, one for each."""

    advocate_profile_integration_ids: Annotated[
        list[Customer], Meta(min_length=1, max_length=ADVOCATES_MAX)
    ]
    usage_limit: UsageLimit
    valid_characters: Maybe[list[str]] = UNSET
    referral_pattern: Maybe[
        Annotated[str, Meta(min_length=3, max_length=PATTERN_CHARACTERS_MAX)]
    ] = UNSET


async def create_referrals(
    db: Db,
    application: Application,
    data: NewReferral | NewReferralsForMultipleAdvocates,
    *,
    seed: bytes,
    now: datetime,
    dry: bool = False,
) -> list[Referral]:
    """Make one referral for each advocate, whom it makes known: all of them or none."""
    campaign = await campaigns.find(db, application.id, data.campaign_id)
    campaign = must(campaign, "campaign", data.campaign_id)
    look = look_of(campaign, data)
    await check(db, application, data)
    rows = rows_of(data, seed)
    async with trial(db, dry=dry):
        advocates = {row.advocate for row in rows}
        await profiles.meet(db, profiles.zone_of(application), advocates, now)
        await store(db, (application.id, campaign.id), look, rows, seed=seed, now=now)
        return await referrals.of_ids(db, application.id, [row.id for row in rows])


def look_of(campaign: Campaign, data: NewReferral | NewReferralsForMultipleAdvocates) -> Look:
    """The pattern and the characters: those of the call, of the campaign, or the usual ones."""
    settings = campaign.referral_settings
    pattern = PATTERN if settings is UNSET else settings.coupon_pattern
    characters: Sequence[str] = ALPHABET if settings is UNSET else settings.valid_characters
    if isinstance(data, NewReferralsForMultipleAdvocates):
        pattern = or_else(data.referral_pattern, pattern)
        characters = or_else(data.valid_characters, characters)
    pattern = check_pattern(pattern, "/referralPattern")
    if len(pattern) < CODE_CHARACTERS_MIN:
        details = f"A code has at least {CODE_CHARACTERS_MIN} characters"
        raise Invalid(details, "/referralPattern", title="minLength")
    alphabet = check_alphabet(characters)
    if any(not one.isprintable() or one.isspace() for one in alphabet):
        raise Invalid("A valid character is one that can be seen", "/validCharacters")
    return Look(pattern, alphabet)


async def check(
    db: Db, application: Application, data: NewReferral | NewReferralsForMultipleAdvocates
) -> None:
    """Raise `Invalid` with all that is wrong."""
    faults = list(date_faults(data.start_date or None, data.expiry_date or None))
    sent = or_else(data.attributes, {})
    known = await attributes.of_account(db, application.account_id) if sent else []
    faults += value_faults(known, sent, "Referral", application.id)
    if faults:
        raise Invalid.of(faults)


def date_faults(
    start: datetime | None, expiry: datetime | None, at: str = "/expiryDate"
) -> Iterator[Fault]:
    """Dates in the wrong order."""
    if start and expiry and expiry <= start:
        yield Fault("Invalid", "A referral expires after its start", at)


def rows_of(
    data: NewReferral | NewReferralsForMultipleAdvocates, seed: bytes
) -> list[NewReferralRow]:
    """One row for each advocate, still without an id and a code."""
    friend, batch_id = "", ""
    if isinstance(data, NewReferral):
        advocates = [data.advocate_profile_integration_id]
        friend = or_else(data.friend_profile_integration_id, "")
    else:
        advocates = data.advocate_profile_integration_ids
        batch_id = next(codes("########", ALPHABET, hmac.digest(seed, b"batch", "sha256")))
    return [
        NewReferralRow(
            id=0,
            code="",
            advocate=advocate,
            friend=friend,
            start_date=data.start_date or None,
            expiry_date=data.expiry_date or None,
            usage_limit=data.usage_limit,
            attributes=merged({}, or_else(data.attributes, {})),
            batch_id=batch_id,
        )
        for advocate in advocates
    ]


async def store(
    db: Db,
    owner: referrals.Owner,
    look: Look,
    rows: Sequence[NewReferralRow],
    *,
    seed: bytes,
    now: datetime,
) -> None:
    """Give each row an id and a code that nobody has, and store it.

    A code that somebody else took meanwhile is drawn again. Raises `Invalid` when none is left.
    """
    waiting = list(rows)
    for turn in range(CODE_TRIES_MAX):
        drawn = await draw(db, owner[0], look, len(waiting), turned(seed, turn))
        ids = await take_ids(db, len(waiting))
        for row, referral_id, code in zip(waiting, ids, drawn, strict=True):
            row.id, row.code = referral_id, code
        made = await referrals.insert(db, owner, waiting, now)
        waiting = [row for row in waiting if row.code not in made]
        if not waiting:
            return
    raise full(look)


async def draw(db: Db, application_id: int, look: Look, count: int, seed: bytes) -> list[str]:
    """As many different codes; of a pattern that has few, only ones that are free."""
    space = capacity(look.pattern, look.alphabet)
    if space < count:
        raise full(look)
    if space > SPACE_SMALL:
        row = codes(look.pattern, look.alphabet, seed)
        drawn: dict[str, None] = {}
        while len(drawn) < count:
            drawn.update(dict.fromkeys(islice(row, count - len(drawn))))
        return list(drawn)
    every = list(all_codes(look))
    free = set(every) - await referrals.taken(db, application_id, every)
    if len(free) < count:
        raise full(look)
    return sorted(free, key=lambda code: hmac.digest(seed, code.encode(), "sha256"))[:count]


def full(look: Look) -> Invalid:
    """No code is left."""
    details = f"The pattern {look.pattern} has too few codes that are not taken"
    return Invalid(details, "/referralPattern", title="referral pattern full")
