"""Units that come back while others do: each unit once, and never after all was given back."""

import pytest

from tests.races.rush import rush, statuses
from tests.races.selling import a_campaign, closing, codes, limit, to_state
from tests.races.verify import deviations

UNITS = 3
MUGS = [{"name": "Mug", "sku": "mug", "quantity": UNITS, "price": 50}]
THREE_EACH = ["setDiscountPerItemProRata", "three", [".", "Session", "CartItems"], 9]


@pytest.fixture
def sold(stall, trials):
    """Sessions of three mugs with three off each, and the campaign that took it off."""
    campaign = a_campaign(
        stall, ["couponValid"], effects=[THREE_EACH], limits=[limit("setDiscount", 10_000)]
    )
    (code,) = codes(stall, campaign, 1, discountLimit=10_000)
    keys = [f"s{at}" for at in range(max(trials // 10, 1))]
    for key in keys:
        stall.update(key, closing(code, cartItems=MUGS))
    assert stall.spent(campaign) == {"setDiscount": 9 * len(keys)}
    yield campaign, keys
    assert deviations(stall.cluster, stall.shop.id) == []


def returning(stall, at, key, units):
    """A request to take units back."""
    body = {"return": {"returnedCartItems": [{"position": 0, "quantity": units}]}}
    return stall.sent(at, f"{key}/returns", body).by_post()


def test_a_unit_comes_back_once_however_many_bring_it(stall, sold):
    campaign, keys = sold
    for key in keys:
        answers = rush([returning(stall, at, key, 1) for at in range(UNITS + 3)])
        assert statuses(answers) == [200] * UNITS + [400] * 3
    assert stall.spent(campaign) == {"setDiscount": 0}


def test_a_return_beside_a_cancel_gives_back_everything_once(stall, sold):
    campaign, keys = sold
    for key in keys:
        back, cancelled = rush(
            [returning(stall, 0, key, 2), stall.sent(1, key, to_state("cancelled"))]
        )
        assert (back.status, cancelled.status) in {(200, 200), (400, 200)}
        assert stall.session(key)["state"] == "cancelled"
        good = [answer for answer in (back, cancelled) if answer.status == 200]
        told = [one["value"] for answer in good for one in answer.effects("rollbackDiscount")]
        assert told == [3] * UNITS
    assert stall.spent(campaign) == {"setDiscount": 0}
