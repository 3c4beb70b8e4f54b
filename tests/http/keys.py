"""Applications, keys and people, written where no operation is served that makes them."""

import secrets
from typing import Any

from largesse.http import credentials
from tests.kit import NEVER, Call


def an_application(call: Call) -> int:
    """An Application of the client's account."""
    (row,) = call.server.sql(
        "insert into application (account_id, name, timezone, currency)"
        " values ($1, 'Shop', 'UTC', 'EUR') returning id",
        call.account_id,
    )
    return int(row["id"])


def a_key(call: Call, application_id: int, **values: Any) -> str:
    """A key of an Application."""
    secret = credentials.make("integration", secrets.token_bytes(32))
    insert(
        call,
        "api_key",
        {
            "account_id": call.account_id,
            "application_id": application_id,
            "title": "Test",
            "hash": credentials.digest(secret),
            "created_by": 1,
            "expires": NEVER,
            **values,
        },
    )
    return secret


def a_management_key(call: Call, **values: Any) -> str:
    """A management key, as it stands in the Authorization header."""
    secret = credentials.make("management", secrets.token_bytes(32))
    insert(
        call,
        "management_key",
        {
            "account_id": call.account_id,
            "name": "Test",
            "hash": credentials.digest(secret),
            "created_by": a_person(call)[0],
            "expiry_date": NEVER,
            **values,
        },
    )
    return f"ManagementKey-v1 {secret}"


def a_person(call: Call, **values: Any) -> tuple[int, str]:
    """Someone who is signed in: their id and their token."""
    token = credentials.make("login", secrets.token_bytes(32))
    person = insert(
        call,
        "person",
        {
            "account_id": call.account_id,
            "email": f"{secrets.token_hex(8)}@example.test",
            "name": "Test",
            "password_hash": "",
            **values,
        },
    )
    insert(
        call,
        "login",
        {
            "token_hash": credentials.digest(token),
            "account_id": call.account_id,
            "person_id": person["id"],
            "expires": NEVER,
        },
    )
    return int(person["id"]), token


def insert(call: Call, table: str, values: dict[str, Any]) -> Any:
    """A row."""
    places = ", ".join(f"${at}" for at in range(1, len(values) + 1))
    sql = f"insert into {table} ({', '.join(values)}) values ({places}) returning *"
    return call.server.sql(sql, *values.values())[0]
