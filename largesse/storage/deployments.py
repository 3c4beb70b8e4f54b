"""Deployments: the public names under which the gateway knows this server."""

from largesse.kit.paging import PageQuery, Total
from largesse.model.people import Deployment
from largesse.storage.db import Db


async def page(db: Db, account_id: int, page: PageQuery) -> Total[Deployment]:
    """The names of an account."""
    sql = "select * from deployment where account_id = $1"
    return await db.total(Deployment, sql, account_id, page=page, sorts=("id", "host"))


async def insert(db: Db, account_id: int, host: str) -> Deployment:
    """A new name. One that any account has is a `Conflict`."""
    return await db.insert(Deployment, "deployment", {"account_id": account_id, "host": host})


async def delete(db: Db, account_id: int, deployment_id: int) -> bool:
    """Forget a name."""
    sql = "delete from deployment where account_id = $1 and id = $2"
    return await db.run(sql, account_id, deployment_id) > 0
