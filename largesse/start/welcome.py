"""What a demo says when it serves: where, with which sign-in and keys, and what to try first."""

import shlex
from typing import Final

from msgspec import json

from largesse.config import Settings
from largesse.start.demo import COUPON, Demo, file_of

CART: Final = {
    "customerSession": {
        "profileId": "ada",
        "state": "open",
        "couponCodes": [COUPON],
        "cartItems": [{"name": "Tea", "sku": "tea-1", "quantity": 2, "price": 12.5}],
    },
    "responseContent": ["customerSession"],
}


def welcome(settings: Settings, demo: Demo) -> str:
    """The lines that a newcomer reads first."""
    return f"""
Largesse is running at {demo.url}

  Sign in          {demo.email}  {demo.password}
  Management key   {demo.management_key}
  Integration key  {demo.integration_key}  (Application {demo.application_id})
  All of it        {file_of(settings)}
  Documentation    {demo.url}/docs

A first discount:

{first_request(demo)}

Ctrl-C stops the server and its database; the data stays.
"""


def first_request(demo: Demo) -> str:
    """A command for a shell that sends a cart with a coupon."""
    return " \\\n  ".join(
        (
            f"curl -sS -X PUT {demo.url}/v2/customer_sessions/first-cart",
            f"-H 'Authorization: ApiKey-v1 {demo.integration_key}'",
            "-H 'Content-Type: application/json'",
            f"-d {shlex.quote(json.encode(CART).decode())}",
        )
    )
