"""Referrals of a campaign: lists, changes, and files in and out."""

import csv
import io

import pytest

from tests import kit
from tests.api.management.making import an_attribute, places, spend, spent

PAST, FUTURE = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"


@pytest.fixture
def create(call, shop, campaign):
    """Makes a referral."""

    def made(advocate="ada", **values):
        body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": advocate, **values}
        return call("POST", "/v1/referrals", body, key=shop.key, status=201).json()

    return made


@pytest.fixture
def upload(call, path):
    """Uploads lines of referrals."""

    def sent(*lines, status=200):
        content = "\n".join(lines)
        files = {"upFile": ("referrals.csv", content, "text/csv")}
        return call("POST", f"{path}/import_referrals", files=files, status=status)

    return sent


@pytest.fixture
def listed(call, path):
    """The codes of a list."""

    def found(query=""):
        answer = call("GET", f"{path}/referrals/no_total{query}", status=200).json()
        return [one["code"] for one in answer["data"]]

    return found


HEAD = "code,advocateprofileintegrationid,startdate,expirydate,limitval,attributes"


def test_a_page_says_whether_there_are_more(call, path, create):
    codes = [create()["code"] for _ in range(3)]
    answer = call("GET", f"{path}/referrals/no_total?pageSize=2", status=200).json()
    assert ([one["code"] for one in answer["data"]], answer["hasMore"]) == (codes[:2], True)
    answer = call("GET", f"{path}/referrals/no_total?pageSize=2&skip=2", status=200).json()
    assert ([one["code"] for one in answer["data"]], answer["hasMore"]) == (codes[2:], False)
    answer = call("GET", f"{path}/referrals/no_total?sort=-code", status=200).json()
    assert [one["code"] for one in answer["data"]] == sorted(codes, reverse=True)


# fmt: off
FILTERS = [
    ("?code=one-1",                            ["ONE1"]),
    ("?code=",                                 ["ONE1", "TWO2", "SOON", "LATE"]),
    ("?advocate=bo",                           ["TWO2"]),
    ("?advocate=b",                            []),
    ("?valid=expired",                         ["LATE"]),
    ("?valid=validFuture",                     ["SOON"]),
    ("?valid=validNow",                        ["ONE1", "TWO2"]),
    ("?usable=true",                           ["TWO2", "SOON", "LATE"]),
    ("?usable=false",                          ["ONE1"]),
    ("?createdAfter=2090-01-01T00:00:00Z",     []),
    ("?createdBefore=2090-01-01T00:00:00Z",    ["ONE1", "TWO2", "SOON", "LATE"]),
]
# fmt: on


@pytest.fixture
def four(call, shop, upload):
    """Four referrals, the first of them used up."""
    upload(
        HEAD,
        "ONE1,ada,,,1,",
        "TWO2,bo,,,0,",
        f"SOON,ada,{FUTURE},,1,",
        f"LATE,ada,,{PAST},1,",
    )
    sql = "update referral set usage_counter = 1 where application_id = $1 and code = any($2)"
    call.server.sql(sql, shop.id, ["ONE1", "TWO2"])


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize("query, codes", FILTERS)
def test_filters_narrow_a_list(listed, query, codes):
    assert listed(query) == codes


def test_a_referral_is_changed_where_something_is_named(call, path, create):
    an_attribute(call, "Referral", "Channel")
    terms = {"startDate": PAST, "expiryDate": FUTURE, "friendProfileIntegrationId": "bo"}
    made = create(**terms, attributes={"Channel": "mail"})
    place = f"{path}/referrals/{made['id']}"
    assert call("PUT", place, {"usageLimit": 5}, status=200).json() == {**made, "usageLimit": 5}
    values = {"startDate": None, "friendProfileIntegrationId": "", "attributes": {}}
    changed = call("PUT", place, values, status=200).json()
    assert not {"startDate", "friendProfileIntegrationId"} & set(changed)
    assert (changed["expiryDate"], changed["attributes"]) == (FUTURE, {})


# fmt: off
WRONG = [
    ({"usageLimit": -1},                               "/usageLimit"),
    ({"expiryDate": PAST},                             "/expiryDate"),
    ({"attributes": {"Unknown": 1}},                   "/attributes/Unknown"),
    ({"friendProfileIntegrationId": "x" * 1001},       "/friendProfileIntegrationId"),
]
# fmt: on


@pytest.mark.parametrize("values, place", WRONG)
def test_changes_that_cannot_be_are_refused(call, path, create, values, place):
    made = create(startDate="2030-01-01T00:00:00Z")
    answer = call("PUT", f"{path}/referrals/{made['id']}", values, status=400)
    assert places(answer) == {place}


def test_a_deleted_referral_takes_its_friends_and_counters_along(call, path, campaign, create):
    made, kept = create(), create()
    sql = "insert into referral_friend values ($1, 'bo', $2, now())"
    call.server.sql(sql, campaign["applicationId"], made["id"])
    for one in (made, kept):
        subject = f"ada\x1f{one['code']}"
        spend(call, campaign, "redeemReferral", 1, entities="Profile,Referral", subject=subject)
    call("DELETE", f"{path}/referrals/{made['id']}", status=204)
    call("DELETE", f"{path}/referrals/{made['id']}", status=404)
    call("PUT", f"{path}/referrals/{made['id']}", {}, status=404)
    sql = "select from referral_friend where application_id = $1"
    assert not call.server.sql(sql, campaign["applicationId"])
    assert set(spent(call, campaign)) == {("redeemReferral", f"ada\x1f{kept['code']}")}


def test_a_file_makes_referrals_and_no_customers(call, path, upload):
    an_attribute(call, "Referral", "Channel")
    answer = upload(
        HEAD,
        '"CODE-1","ada",2020-01-01T01:00:00+01:00,2090-01-01T00:00:00Z,0,"{""Channel"":""web""}"',
        "CODE-2,bo,,,,",
    ).json()
    assert (answer["amount"], answer["accountId"]) == (2, call.account_id)
    first, second = call("GET", f"{path}/referrals/no_total", status=200).json()["data"]
    assert {**first, "id": 0, "created": ""} == {
        "id": 0,
        "created": "",
        "campaignId": first["campaignId"],
        "code": "CODE-1",
        "advocateProfileIntegrationId": "ada",
        "startDate": PAST,
        "expiryDate": FUTURE,
        "usageLimit": 0,
        "usageCounter": 0,
        "attributes": {"Channel": "web"},
        "importId": answer["id"],
    }
    assert (second["usageLimit"], second["attributes"]) == (1, {})
    assert not call.server.sql("select from profile where account_id = $1", call.account_id)


# fmt: off
BAD = [
    ("BAD-1,,,,,",                                      3),
    (",ada,,,,",                                        3),
    ("BAD,ada,,,,",                                     3),
    ("BAD-1,ada,tomorrow,,,",                           3),
    ("BAD-1,ada,2090-01-01T00:00:00Z,2020-01-01T00:00:00Z,,", 3),
    ("BAD-1,ada,,,-1,",                                 3),
    ("BAD-1,ada,,,many,",                               3),
    ("BAD-1,ada,,,,[1]",                                3),
    ('BAD-1,ada,,,,"{""Unknown"":1}"',                  3),
    ("GOOD,ada,,,,",                                    3),
    ("TAKEN,ada,,,,",                                   3),
]
# fmt: on


@pytest.mark.parametrize("line, number", BAD)
def test_one_bad_line_rejects_the_file_and_is_named(upload, listed, line, number):
    upload(HEAD, "TAKEN,ada,,,,")
    answer = upload(HEAD, "GOOD,ada,,,,", line, status=400).json()
    assert [one["source"] for one in answer["errors"]] == [{"line": str(number)}]
    assert listed() == ["TAKEN"]


def test_a_file_without_a_needed_column_is_refused(upload):
    assert places(upload("code,limitval", "CODE-1,1", status=400)) == {"1"}


def test_a_download_can_be_uploaded_again(call, within, path, *, create, upload, listed):
    an_attribute(call, "Referral", "Channel")
    create(startDate=PAST, usageLimit=7, attributes={"Channel": 'a "quoted", word'})
    create("bo")
    text = call("GET", f"{within}/export_referrals", status=200).text
    assert text.splitlines()[0] == HEAD
    before = call("GET", f"{path}/referrals/no_total", status=200).json()["data"]
    for one in before:
        call("DELETE", f"{path}/referrals/{one['id']}", status=204)
    upload(text)
    after = call("GET", f"{path}/referrals/no_total", status=200).json()["data"]
    changing = {"id", "created", "importId"}
    assert [{k: v for k, v in one.items() if k not in changing} for one in after] == [
        {k: v for k, v in one.items() if k not in changing} for one in before
    ]
    assert len(listed()) == 2


def test_a_download_holds_what_fits(call, shop, within, campaign, create):
    create(startDate=PAST)
    other = kit.a_campaign(call, shop)["id"]

    def exported(query):
        text = call("GET", f"{within}/export_referrals?{query}", status=200).text
        return list(csv.DictReader(io.StringIO(text)))

    assert len(exported(f"campaignId={campaign['id']}")) == 1
    assert exported(f"campaignId={other}") == []
    assert exported("usable=false") == []
    assert [one["startdate"] for one in exported("dateFormat=ISO8601")] == [PAST]
    assert [one["startdate"] for one in exported("dateFormat=excel")] == ["2020-01-01 00:00:00"]


def test_what_belongs_to_others_is_not_found(call, shop, *, path, within, create, stranger):
    made = create()
    other = f"{within}/campaigns/{kit.a_campaign(call, shop)['id']}"
    call("PUT", f"{other}/referrals/{made['id']}", {}, status=404)
    call("DELETE", f"{other}/referrals/{made['id']}", status=404)
    for method, place, *body in (
        ("GET", f"{path}/referrals/no_total"),
        ("PUT", f"{path}/referrals/{made['id']}", {}),
        ("DELETE", f"{path}/referrals/{made['id']}"),
        ("GET", f"{within}/export_referrals"),
    ):
        stranger(method, place, *body, status=404)
    files = {"upFile": ("x.csv", HEAD, "text/csv")}
    stranger("POST", f"{path}/import_referrals", files=files, status=404)
