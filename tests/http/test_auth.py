"""Who is let in where: kinds of keys, platforms, expiry, endpoints, permissions."""

import base64
from datetime import timedelta

import pytest

from largesse.http import credentials
from tests import kit
from tests.http.keys import a_key, a_management_key, a_person, an_application, insert

HOST = kit.DEPLOYMENT
EMARSYS = f"GET /emarsys/who?deployment={HOST}"
BAD = "Invalid API key"
MISSING = "Missing Session Token"
NOWHERE = "No Deployment URL specified"


def basic(text):
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.fixture
def keys(call):
    """Secrets of one account, by name."""
    application = an_application(call)
    named = {"APPLICATION": application}
    for platform in ("none", "braze", "emarsys", "customer_data", "mparticle"):
        named[platform.upper()] = a_key(call, application, platform=platform)
    named["TEST"] = a_key(call, application, type="test")
    named["OLD"] = a_key(call, application, expires=call.server.clock.now() - timedelta(seconds=1))
    named["MANAGEMENT"] = call.key.split()[1]
    named["STRANGER"] = credentials.make("integration", b"x" * 25)
    named["MISTYPED"] = named["NONE"][:-1] + ("a" if named["NONE"][-1] != "a" else "b")
    return named


# fmt: off
#    path        Authorization                     status
INTEGRATION = [
    ("/mine",    "ApiKey-v1 {NONE}",               200),
    ("/mine",    "apikey-V1   {NONE}",             200),
    ("/mine",    "ApiKey-v1\t{NONE}",              200),
    ("/mine",    "ApiKey-v1 {TEST}",               200),
    ("/mine",    "ApiKey-v1 {OLD}",                401),
    ("/mine",    "ApiKey-v1 {BRAZE}",              401),
    ("/mine",    "ApiKey-v1 {STRANGER}",           401),
    ("/mine",    "ApiKey-v1 {MISTYPED}",           401),
    ("/mine",    "ApiKey-v1 {MANAGEMENT}",         401),
    ("/mine",    "ManagementKey-v1 {MANAGEMENT}",  401),
    ("/mine",    "ManagementKey-v1 {NONE}",        401),
    ("/mine",    "Bearer {NONE}",                  401),
    ("/mine",    "{NONE}",                         401),
    ("/mine",    "ApiKey-v1",                      401),
    ("/mine",    "ApiKey-v1 {NONE} x",             401),
    ("/mine",    "ApiKey-v1 \xe9",                 401),
    ("/mine",    "",                               401),
    ("/whoever", "ManagementKey-v1 {MANAGEMENT}",  200),
    ("/whoever", "managementkey-v1  {MANAGEMENT}", 200),
    ("/whoever", "ApiKey-v1 {NONE}",               401),
    ("/whoever", "ManagementKey-v1 {NONE}",        401),
    ("/whoever", "Bearer {MANAGEMENT}",            401),
    ("/whoever", "",                               401),
]
# fmt: on


@pytest.mark.parametrize("path, authorization, status", INTEGRATION)
def test_a_key_opens_the_api_that_it_was_made_for(call, keys, path, authorization, status):
    answer = call("GET", path, key=authorization.format(**keys).encode("latin-1"), status=status)
    if status == 401:
        assert answer.json() == {"message": "Invalid API key", "errors": [], "StatusCode": 401}


# fmt: off
#    method and path                        Authorization                    statuserror
GATEWAY = [
    (EMARSYS,                               "ApiKey-v1 {EMARSYS}",           200, ""),
    (EMARSYS,                               "ApiKey-v1 {NONE}",              200, ""),
    (EMARSYS,                               "BASIC:ApiKey-v1 {EMARSYS}:",    200, ""),
    (EMARSYS,                               "BASIC:ApiKey-v1:{EMARSYS}",     200, ""),
    (EMARSYS,                               "BASIC:apikey-V1:{EMARSYS}",     200, ""),
    (EMARSYS,                               "BASIC:{EMARSYS}:",              401, BAD),
    (EMARSYS,                               "Basic !!",                      401, BAD),
    (EMARSYS,                               "Basic /////w==",                401, BAD),
    (EMARSYS,                               "ApiKey-v1 {BRAZE}",             401, BAD),
    (EMARSYS,                               "ApiKey-v1 {OLD}",               401, BAD),
    (EMARSYS,                               "",                              401, MISSING),
    (f"GET /emarsys/who?DEPLOYMENT={HOST}", "ApiKey-v1 {EMARSYS}",           200, ""),
    ("GET /emarsys/who",                    "",                              400, NOWHERE),
    ("GET /emarsys/who?deployment=%20",     "ApiKey-v1 {EMARSYS}",           400, NOWHERE),
    ("GET /emarsys/who?deployment=x.test",  "ApiKey-v1 {EMARSYS}",           400, "not known here"),
    ("GET /cdp/who",                        "ApiKey-v1 {CUSTOMER_DATA}",     200, ""),
    ("GET /cdp/who",                        "BASIC:ApiKey-v1 {NONE}:",       401, BAD),
    ("GET /cdp/who",                        "ManagementKey-v1 {MANAGEMENT}", 401, BAD),
    ("POST /braze/coupon",                  "ApiKey-v1 {BRAZE}",             200, ""),
    ("POST /braze/coupon",                  "ApiKey-v1 {EMARSYS}",           401, BAD),
    ("POST /braze/coupon",                  "",                              401, MISSING),
]
# fmt: on


@pytest.mark.parametrize("case", GATEWAY, ids=str)
def test_the_gateway_looks_at_the_deployment_then_at_the_key(call, keys, case):
    target, authorization, status, error = case
    method, path = target.split()
    key = authorization.format(**keys)
    key = basic(key.removeprefix("BASIC:")) if key.startswith("BASIC:") else key
    body = {"deploymentUrl": f"https://{HOST}/"} if method == "POST" else kit.ABSENT
    answer = call(
        method, path, body, key=key, headers={"Destination-Hostname": HOST}, status=status
    )
    assert error in answer.text


# fmt: off
#    deployment                       status
DEPLOYMENTS = [
    (HOST,                            200),
    (f"https://{HOST}",               200),
    (f" HTTPS://{HOST.upper()}:443/", 200),
    (f"http://{HOST}:80/a?b#c",       200),
    (f"{HOST}.",                      200),
    ("",                              400),
    ("https://",                      400),
    (f"{HOST}.evil.test",             400),
    (f"evil{HOST}",                   400),
    (f"user@{HOST}",                  400),
    (f"ftp://{HOST}",                 400),
    (f"{HOST}:8080",                  400),
    ("127.0.0.1",                     400),
    ("localhost",                     400),
    ("http://[::1]/",                 400),
    ("😀" * 100 + ".test",             400),
    (5,                               400),
    (None,                            400),
]
# fmt: on


@pytest.mark.parametrize("deployment, status", DEPLOYMENTS)
def test_a_deployment_is_a_name_in_a_list(call, keys, deployment, status):
    body = {"DeploymentURL": deployment}
    call("POST", "/braze/coupon", body, key=f"ApiKey-v1 {keys['BRAZE']}", status=status)


def test_a_body_of_the_gateway_may_be_a_form(call, keys):
    form = {"deploymentUrl": HOST}
    call("POST", "/braze/coupon", key=f"ApiKey-v1 {keys['BRAZE']}", data=form, status=200)


@pytest.mark.parametrize("body", [[], 1, None])
def test_a_body_of_the_gateway_is_an_object(call, keys, body):
    call("POST", "/braze/coupon", body, key=f"ApiKey-v1 {keys['BRAZE']}", status=400)


def test_a_key_may_stand_in_the_body(call, keys):
    settings = {"deploymentURL": HOST, "apiKey": keys["MPARTICLE"]}
    body = {"account": {"account_settings": settings}}
    call("POST", "/mparticle", body, key="", status=200)
    settings["apiKey"] = keys["BRAZE"]
    call("POST", "/mparticle", body, key="", status=401)
    del settings["apiKey"]
    assert "Missing Session Token" in call("POST", "/mparticle", body, key="", status=401).text


def test_an_application_key_implies_its_application(call, keys):
    answer = call("GET", "/mine", key=f"ApiKey-v1 {keys['TEST']}").json()
    assert answer == {"id": keys["APPLICATION"], "test": True}


def test_a_key_ends_when_its_time_has_come(call, keys):
    soon = call.server.clock.now() + timedelta(hours=1)
    key = f"ApiKey-v1 {a_key(call, keys['APPLICATION'], expires=soon)}"
    call("GET", "/mine", key=key, status=200)
    call.server.clock.move(hours=1)
    call("GET", "/mine", key=key, status=401)


def test_what_belongs_to_another_account_does_not_exist(call, echo_server):
    path = f"/applications/{an_application(call)}"
    call("GET", path, status=200)
    with kit.an_account(echo_server) as stranger:
        stranger("GET", path, status=404)


# fmt: off
#    endpoints                                                         status
ENDPOINTS = [
    ([],                                                               200),
    ([{"path": "/applications/{id}"}],                                 200),
    ([{"path": "/applications/{id}/", "method": "GET"}],               200),
    ([{"path": "/x"}, {"path": "/applications/{a}", "method": "get"}], 200),
    ([{"path": "/applications/{id}", "method": "PUT"}],                403),
    ([{"path": "/applications"}],                                      403),
    ([{"path": "/applications/{id}/campaigns"}],                       403),
    ([{"path": "/"}],                                                  403),
]
# fmt: on


@pytest.mark.parametrize("endpoints, status", ENDPOINTS)
def test_a_management_key_may_be_held_to_endpoints(call, endpoints, status):
    key = a_management_key(call, endpoints=endpoints)
    call("GET", f"/applications/{an_application(call)}", key=key, status=status)


def test_a_management_key_may_be_held_to_applications(call):
    one, other = an_application(call), an_application(call)
    key = a_management_key(call, allowed_application_ids=[one])
    call("GET", f"/applications/{one}", key=key, status=200)
    call("GET", f"/applications/{other}", key=key, status=404)


# fmt: off
#    changes to the key or its maker         status
REFUSED = [
    ({"disabled": True},                     401),
    ({"expiry_date": kit.LONG_AGO},          401),
    ({"created_by": "a deactivated person"}, 401),
    ({"created_by": "an active person"},     200),
]
# fmt: on


@pytest.mark.parametrize("changes, status", REFUSED)
def test_a_management_key_ends_with_its_maker(call, changes, status):
    maker = {"a deactivated person": "deactivated", "an active person": "active"}
    if state := maker.get(changes.get("created_by", "")):
        changes = {"created_by": a_person(call, state=state)[0]}
    call("GET", "/whoever", key=a_management_key(call, **changes), status=status)


def test_a_person_without_permission_is_refused(call):
    path = f"/applications/{an_application(call)}"
    for is_admin, status in ((True, 200), (False, 403)):
        _, token = a_person(call, is_admin=is_admin)
        call("GET", path, key=f"Bearer {token}", status=status)
        assert call("GET", "/whoever", key=f"bearer {token}").json() == {"kind": "person"}


@pytest.fixture
def settings(call):
    """Change settings of the account, seen at once."""

    def change(**values):
        for name, value in values.items():
            insert(call, "setting", {"account_id": call.account_id, "name": name, "value": value})
        call.server.sql(
            "update account set keys_version = keys_version + 1 where id = $1", call.account_id
        )
        call.server.run(call.server.parts.live.look())

    return change


def test_calls_of_the_gateway_are_counted_for_each_key(call, keys, settings):
    settings(thirdPartyRate="2/10s")
    path = f"/emarsys/who?deployment={HOST}"
    for key in (keys["EMARSYS"], keys["NONE"]):
        for status in (200, 200, 429, 429):
            answer = call("GET", path, key=f"ApiKey-v1 {key}", status=status)
        assert answer.json()["Error"] == "Too many requests"
        assert 9 <= int(answer.headers["Retry-After"]) <= 10
    for _ in range(4):
        call("GET", "/mine", key=f"ApiKey-v1 {keys['NONE']}", status=200)


# fmt: off
#    allowed                            status
NETWORKS = [
    ([],                                200),
    (["127.0.0.1"],                     200),
    (["203.0.113.0/24", "127.0.0.0/8"], 200),
    (["203.0.113.0/24"],                403),
    (["::/0"],                          403),
]
# fmt: on


@pytest.mark.parametrize("allowed, status", NETWORKS)
def test_an_account_may_be_open_to_some_networks_only(call, keys, settings, allowed, status):
    settings(allowedIPs=allowed)
    call("GET", "/whoever", status=status)
    call("GET", "/mine", key=f"ApiKey-v1 {keys['NONE']}", status=status)
    in_gateway = 401 if status == 403 else status
    call(
        "GET", f"/emarsys/who?deployment={HOST}", key=f"ApiKey-v1 {keys['NONE']}", status=in_gateway
    )
