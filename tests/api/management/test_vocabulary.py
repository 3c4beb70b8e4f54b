"""The vocabulary: everything that rules can be made of, with what a form needs to know of it."""

from largesse.engine.effects import table
from largesse.engine.expr.read import read_all
from tests import kit
from tests.api.management.making import an_attribute


def test_every_effect_and_function_has_a_sentence_and_a_text(call):
    found = call("GET", "/v1/vocabulary", status=200).json()
    assert {"setDiscount", "customEffect"} <= found["effects"].keys()
    assert {"and", "couponValid"} <= found["functions"].keys()
    for word in (*found["effects"].values(), *found["functions"].values()):
        assert word["says"]
        assert word["description"]
        assert word["example"][0] == word["name"]
        assert all(taken["name"] and taken["label"] and taken["type"] for taken in word["takes"])


def test_every_example_can_be_read(call):
    found = call("GET", "/v1/vocabulary").json()
    for word in (*found["effects"].values(), *found["functions"].values()):
        _, faults = read_all(word["example"], table())
        assert not faults, word["name"]


def test_paths_end_in_values(call):
    paths = {
        tuple(one["path"]): one["type"] for one in call("GET", "/v1/vocabulary").json()["paths"]
    }
    assert paths["Session", "Total"] == "number"
    assert paths["Item", "Price"] == "number"
    assert paths["Session", "AdditionalCosts", "<name>", "Price"] == "number"
    assert paths["Now",] == "time"


def test_an_application_knows_its_attributes_only(call, shop, stranger):
    other = kit.an_application(call)
    an_attribute(call, "CustomerSession", "City", subscribedApplicationsIds=[other.id])

    def has_city(client, query):
        found = client("GET", f"/v1/vocabulary{query}", status=200).json()["paths"]
        return ["Session", "Attributes", "City"] in [one["path"] for one in found]

    assert has_city(call, "")
    assert has_city(call, f"?applicationId={other.id}")
    assert not has_city(call, f"?applicationId={shop.id}")
    assert not has_city(stranger, "")
    stranger("GET", f"/v1/vocabulary?applicationId={shop.id}", status=404)


def test_vendors_and_budgets_are_named(call):
    found = call("GET", "/v1/vocabulary").json()
    assert "braze" in found["vendors"]
    assert "none" not in found["vendors"]
    assert "setDiscount" in found["limits"]["actions"]
    assert found["limits"]["periods"] == ["daily", "weekly", "monthly", "yearly"]
