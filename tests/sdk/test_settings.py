"""The official client manages what an account has: attributes, costs, Applications, stores."""

from talon_one import LoginParams, NewAdditionalCost, NewAttribute, NewStore

from largesse.http import credentials
from tests import kit
from tests.sdk.merchant import client


def test_applications_are_listed_and_read(merchant):
    listed = merchant.management.get_applications(page_size=10, sort="-id")
    assert [one.id for one in listed.data] == [merchant.shop.id]
    found = merchant.management.get_application(merchant.shop.id)
    assert (found.name, found.currency) == (merchant.shop.body["name"], "EUR")
    assert found.loyalty_programs == []


def test_an_attribute_is_created_read_changed_and_listed(merchant):
    new = NewAttribute(
        entity="CustomerProfile", name="city", title="City", type="string", editable=True,
        description="Where they live", suggestions=["Berlin"],
    )  # fmt: skip
    made = merchant.management.create_attribute(new)
    assert merchant.management.get_attribute(made.id).to_dict() == made.to_dict()
    new.description, new.suggestions = "Where they live now", ["Berlin", "Rome"]
    changed = merchant.management.update_attribute(made.id, new)
    assert (changed.id, changed.suggestions) == (made.id, ["Berlin", "Rome"])
    listed = merchant.management.get_attributes(entity="CustomerProfile")
    assert [one.description for one in listed.data] == ["Where they live now"]


def test_an_additional_cost_is_created_read_changed_and_listed(merchant):
    new = NewAdditionalCost(name="delivery", title="Delivery", description="", type="both")
    made = merchant.management.create_additional_cost(new)
    assert merchant.management.get_additional_cost(made.id).to_dict() == made.to_dict()
    new.title = "Delivery to the door"
    changed = merchant.management.update_additional_cost(made.id, new)
    listed = merchant.management.get_additional_costs()
    assert [one.to_dict() for one in listed.data] == [changed.to_dict()]


def test_a_store_is_created_read_changed_listed_and_deleted(merchant):
    shop = merchant.shop.id
    new = NewStore(name="Mitte", description="Next to the river", integration_id="B-1")
    made = merchant.management.create_store(shop, new)
    store_id = str(made.id)
    assert merchant.management.get_store(shop, store_id).to_dict() == made.to_dict()
    new.name = "Berlin Mitte"
    assert merchant.management.update_store(shop, store_id, new).name == "Berlin Mitte"
    listed = merchant.management.list_stores(shop, with_total_result_size=True)
    assert (listed.total_result_size, listed.data[0].integration_id) == (1, "B-1")
    assert merchant.management.list_stores(shop, name="nowhere").data == []
    assert merchant.management.delete_store(shop, store_id) is None
    assert merchant.management.list_stores(shop).data == []


def test_a_person_signs_in_works_and_signs_out(merchant):
    email, password = f"{merchant.shop.id}@example.test", "open sesame"
    merchant.call.server.sql(
        "insert into person (account_id, email, name, password_hash, is_admin)"
        " values ($1, $2, 'Ada', $3, true)",
        merchant.call.account_id,
        email,
        credentials.hash_password(password),
    )
    login = merchant.management.create_session(LoginParams(email=email, password=password))
    with client(merchant.call, "manager_auth", f"Bearer {login.token}") as signed_in:
        person = type(merchant.management)(signed_in)
        assert person.get_application(merchant.shop.id).id == merchant.shop.id
        assert person.destroy_session() is None


def test_a_new_key_works_at_once(merchant):
    key = kit.an_api_key(merchant.call, merchant.shop.id)
    (coupon,) = merchant.codes()
    with client(merchant.call, "api_key_v1", key) as other:
        found = type(merchant.integration)(other).get_reserved_customers(coupon.value)
    assert found.data == []
