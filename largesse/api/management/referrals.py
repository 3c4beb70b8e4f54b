"""Referrals of a campaign: finding, changing and deleting them; files of them in and out."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final, Literal

from msgspec import UNSET, Struct

from largesse.actions import change_referrals, import_referrals
from largesse.actions.change_referrals import UpdateReferral
from largesse.actions.import_referrals import ReferralLine
from largesse.http.operation import Csv, Upload, delete, get, post, put
from largesse.kit.paging import Page, PageQuery
from largesse.kit.problems import must
from largesse.kit.wire import Maybe
from largesse.model.campaigns import Application, Campaign
from largesse.model.imports import Import
from largesse.model.people import Caller
from largesse.model.referrals import Referral
from largesse.storage import referrals
from largesse.storage.db import Db, Pool
from largesse.storage.referrals import ReferralQuery

TAG: Final = "Referrals"
APPLICATION: Final = "/v1/applications/{application_id:int}"
CAMPAIGN: Final = APPLICATION + "/campaigns/{campaign_id:int}"
REFERRAL: Final = CAMPAIGN + "/referrals/{referral_id:int}"

EXCEL: Final = "%Y-%m-%d %H:%M:%S"  # a text that spreadsheets read as an instant

DateFormat = Literal["excel", "ISO8601"]


class ExportedReferral(Struct, kw_only=True):
    """A referral in a file."""

    code: str
    advocateprofileintegrationid: str
    startdate: str | datetime
    expirydate: str | datetime
    limitval: int
    attributes: dict[str, Any]


@get(CAMPAIGN + "/referrals/no_total", tags=[TAG], may="read referrals")
async def list_referrals(
    db: Db, campaign: Campaign, query: ReferralQuery, page: PageQuery, *, now: datetime
) -> Page[Referral]:
    """List the referrals of a campaign."""
    where = referrals.wanted(campaign.application_id, campaign.id, query, now)
    return await referrals.page(db, where, page)


@put(REFERRAL, tags=[TAG], may="edit referrals")
async def update_referral(
    db: Db, application: Application, campaign: Campaign, referral_id: int, data: UpdateReferral
) -> Referral:
    """Change a referral. What is not named stays as it is; a null date ends a bound."""
    return await change_referrals.update_referral(db, application, campaign, referral_id, data)


@delete(REFERRAL, tags=[TAG], may="edit referrals")
async def delete_referral(db: Db, campaign: Campaign, referral_id: int) -> None:
    """Delete a referral with the record of the friends who redeemed it."""
    owner = campaign.application_id, campaign.id
    must(await referrals.delete(db, owner, referral_id) or None, "referral", referral_id)


@post(CAMPAIGN + "/import_referrals", tags=[TAG], may="edit referrals", status=200)
async def import_file(
    db: Db,
    application: Application,
    campaign: Campaign,
    file: Upload[ReferralLine],
    *,
    caller: Caller,
    now: datetime,
) -> Import:
    """Upload referrals, all of the file or nothing. Advocates who are not known stay so."""
    import_id = await import_referrals.import_referrals(
        db, application, campaign, file.lines, now=now
    )
    return Import(
        id=import_id,
        created=now,
        account_id=caller.account_id,
        user_id=caller.person_id,
        entity="Referral",
        amount=len(file.lines),
    )


@get(APPLICATION + "/export_referrals", tags=[TAG], may="read referrals")
async def export_referrals(
    pool: Pool,
    application: Application,
    query: ReferralQuery,
    *,
    now: datetime,
    campaign_id: Maybe[int] = UNSET,
    date_format: DateFormat = "ISO8601",
) -> Csv[ExportedReferral]:
    """Download the referrals of an Application that fit the filters."""
    where = referrals.wanted(application.id, campaign_id or None, query, now)

    async def lines() -> AsyncIterator[ExportedReferral]:
        async for one in referrals.each(pool, where):
            yield ExportedReferral(
                code=one.code,
                advocateprofileintegrationid=one.advocate_profile_integration_id,
                startdate=written(one.start_date, date_format),
                expirydate=written(one.expiry_date, date_format),
                limitval=one.usage_limit,
                attributes=one.attributes,
            )

    return Csv(ExportedReferral, lines(), name="referrals.csv")


def written(instant: Maybe[datetime], date_format: DateFormat) -> str | datetime:
    """An instant as a cell of a file; an empty one where there is none."""
    if instant is UNSET:
        return ""
    return instant.strftime(EXCEL) if date_format == "excel" else instant
