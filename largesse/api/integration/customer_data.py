"""Personal data: let it be forgotten."""

from largesse.actions import erase_customer
from largesse.http.operation import delete
from largesse.model.campaigns import Application
from largesse.model.people import Caller
from largesse.storage.db import Db


@delete("/v1/customer_data/{integration_id:str}", tags=["Customer profiles"], may="erase customers")
async def delete_customer_data(
    db: Db, application: Application, integration_id: str, caller: Caller
) -> None:
    """Delete all attributes of a customer and of what speaks of him, for good, in every
    Application of the environment.
    """
    await erase_customer.erase_customer(db, application, integration_id, dry=caller.is_test)
