"""A person gets a token for a password, and nobody learns who has an account."""

import time

import pytest

from largesse.http import credentials
from tests import kit


@pytest.fixture
def call(server):
    """A client of a server with all operations."""
    with kit.an_account(server) as client:
        yield client


def sign_in(call, password, **values):
    body = {"email": values.get("email", "x@example.test"), "password": password}
    return call("POST", "/v1/sessions", body, key="")


def test_a_person_signs_in_and_out(call):
    email = f"{call.account_id}@Example.test"
    hashed = credentials.hash_password("correct horse")
    call.server.sql(
        "update person set email = $2, password_hash = $3 where account_id = $1",
        call.account_id,
        email,
        hashed,
    )
    answer = sign_in(call, "correct horse", email=email.upper())
    assert answer.status_code == 201
    key = f"Bearer {answer.json()['token']}"
    call("GET", "/v1/applications", key=key, status=200)
    call("DELETE", "/v1/sessions", key=key, status=204)
    began = time.monotonic()
    while call("GET", "/v1/applications", key=key).status_code != 401:
        assert time.monotonic() - began < 2


def test_who_may_not_sign_in_is_not_told_why(call):
    email = call.server.sql("select email from person where account_id = $1", call.account_id)[0][
        "email"
    ]
    answers = [sign_in(call, "wrong", email=email), sign_in(call, "wrong")]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].json() == answers[1].json()


def test_an_unknown_address_takes_as_long_as_a_wrong_password(call):
    hashed = credentials.hash_password("correct horse")
    for known in (hashed, None):
        began = time.process_time()
        assert not credentials.is_password("wrong", known)
        assert time.process_time() - began > 0.005
