"""The roots that expressions may read, with their types: what the checker, the rule builder and
the documents know.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from largesse.engine.expr.types import ANY, BOOLEAN, NUMBER, TEXT, TIME, ListOf, Record, Type
from largesse.model.attributes import Attribute, types_of

ATTRIBUTE_TYPES: Final[Mapping[str, Type]] = {
    "string": TEXT,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "time": TIME,
    "location": Record({"latitude": NUMBER, "longitude": NUMBER}),
    "(list string)": ListOf(TEXT),
    "(list number)": ListOf(NUMBER),
    "(list time)": ListOf(TIME),
    "(list location)": ListOf(Record({"latitude": NUMBER, "longitude": NUMBER})),
}
COSTS: Final = Record({}, rest=Record({"Price": NUMBER}))

ITEM: Final[Mapping[str, Type]] = {
    "Sku": TEXT,
    "Name": TEXT,
    "Category": TEXT,
    "Price": NUMBER,
    "Quantity": NUMBER,
    "Position": NUMBER,
    "SubPosition": NUMBER,
    "Weight": NUMBER,
    "Height": NUMBER,
    "Width": NUMBER,
    "Length": NUMBER,
    "Product": Record({"Name": TEXT}),
    "AdditionalCosts": COSTS,
    "DiscountedPrice": NUMBER,
    "MappedValue": ANY,
}
SESSION: Final[Mapping[str, Type]] = {
    "Id": NUMBER,
    "IntegrationId": TEXT,
    "State": TEXT,
    "Created": TIME,
    "IsFirst": BOOLEAN,
    "Total": NUMBER,
    "CartItemTotal": NUMBER,
    "CartTotal": NUMBER,
    "AdditionalCostTotal": NUMBER,
    "CartItemAdditionalCostTotal": NUMBER,
    "DiscountedTotal": NUMBER,
    "DiscountedCartItemTotal": NUMBER,
    "CouponCodes": ListOf(TEXT),
    "ReferralCode": TEXT,
    "Identifiers": ListOf(TEXT),
    "AdditionalCosts": COSTS,
    "UpdateCount": NUMBER,
}
PROFILE: Final[Mapping[str, Type]] = {
    "IntegrationId": TEXT,
    "ClosedSessions": NUMBER,
    "TotalSales": NUMBER,
    "Created": TIME,
    "LastActivity": TIME,
    "Audiences": ListOf(TEXT),
}
COUPON: Final[Mapping[str, Type]] = {
    "Value": TEXT,
    "UsageLimit": NUMBER,
    "UsageCounter": NUMBER,
    "ReservationCounter": NUMBER,
    "DiscountLimit": NUMBER,
    "DiscountCounter": NUMBER,
    "DiscountRemainder": NUMBER,
    "RecipientIntegrationId": TEXT,
    "StartDate": TIME,
    "ExpiryDate": TIME,
}


def names_of(attributes: Iterable[Attribute], application_id: int) -> dict[str, Type]:
    """Every root of an Application with the types of its members, custom attributes included."""
    known = list(attributes)

    def having(members: Mapping[str, Type], entity: str) -> Record:
        own = types_of(known, entity, application_id)
        return Record(
            {
                **members,
                "Attributes": Record({name: ATTRIBUTE_TYPES[kind] for name, kind in own.items()}),
            }
        )

    item = having(ITEM, "CartItem")
    session = having({**SESSION, "CartItems": ListOf(item)}, "CustomerSession")
    profile = having(PROFILE, "CustomerProfile")
    event = having({"Type": TEXT}, "Event")
    return {
        "Now": TIME,
        "Account": Record({"Id": NUMBER}),
        "Application": having({"Name": TEXT, "Currency": TEXT, "Timezone": TEXT}, "Application"),
        "Campaign": having({"Id": NUMBER, "Name": TEXT}, "Campaign"),
        "Session": session,
        "CustomerSession": session,
        "Profile": profile,
        "CustomerProfile": profile,
        "AdvocateProfile": profile,
        "Event": event,
        "AdvancedEvent": event,
        "AdvancedEventConnectedSession": session,
        "Coupon": having(COUPON, "Coupon"),
        "Referral": having(
            {"Code": TEXT, "AdvocateProfileIntegrationId": TEXT, "UsageCounter": NUMBER}, "Referral"
        ),
        "Store": having({"IntegrationId": TEXT, "Name": TEXT}, "Store"),
        "Count": Record({}, rest=NUMBER),
    }
