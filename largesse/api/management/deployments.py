"""Deployments: the public names under which the gateway knows this server."""

import re
from typing import Annotated, Final

from msgspec import Meta

from largesse.http.operation import delete, get, post
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Invalid, must
from largesse.kit.wire import Wire
from largesse.model.people import Caller, Deployment
from largesse.storage import deployments
from largesse.storage.db import Db

TAG: Final = "Deployments"
DEPLOYMENTS: Final = "/v1/deployments"
DEPLOYMENT: Final = DEPLOYMENTS + "/{deployment_id:int}"
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


class NewDeployment(Wire, kw_only=True):
    """A name that is to be known."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]


@get(DEPLOYMENTS, tags=[TAG], may="read settings", own=True)
async def list_deployments(db: Db, caller: Caller, page: PageQuery) -> Total[Deployment]:
    """List the public names of this server."""
    return await deployments.page(db, caller.account_id, page)


@post(DEPLOYMENTS, tags=[TAG], may="edit settings", own=True)
async def create_deployment(db: Db, caller: Caller, data: NewDeployment) -> Deployment:
    """Let the gateway know this server under one more name."""
    host = data.host.lower()
    if not HOST.fullmatch(host):
        raise Invalid(f"{data.host} is no host name", "/host", title="pattern")
    return await deployments.insert(db, caller.account_id, host)


@delete(DEPLOYMENT, tags=[TAG], may="edit settings", own=True)
async def delete_deployment(db: Db, caller: Caller, deployment_id: int) -> None:
    """Forget a name. Gateway calls that use it are refused within two seconds."""
    gone = await deployments.delete(db, caller.account_id, deployment_id)
    must(gone or None, "deployment", deployment_id)
