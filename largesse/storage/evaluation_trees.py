"""The evaluation tree of an Application, stored whole, and which group each campaign is in."""

from collections.abc import Mapping

import msgspec

from largesse.model.evaluation import EvaluationGroup
from largesse.storage.db import Db


async def find(db: Db, application_id: int, *, hold: bool = False) -> EvaluationGroup | None:
    """The tree of an Application, if it was ever written down; `hold` it until the transaction
    ends.
    """
    lock = " for update" if hold else ""
    sql = f"select tree from evaluation_tree where application_id = $1{lock}"
    tree = await db.value(sql, application_id)
    return None if tree is None else msgspec.convert(tree, EvaluationGroup)


async def insert(db: Db, application_id: int, tree: EvaluationGroup) -> bool:
    """Write the first tree of an Application, unless somebody else has done so."""
    sql = "insert into evaluation_tree (application_id, tree) values ($1, $2)"
    return await db.run(f"{sql} on conflict do nothing", application_id, tree) > 0


async def update(db: Db, application_id: int, tree: EvaluationGroup) -> None:
    """Put a tree in the place of the old one."""
    await db.run(
        "update evaluation_tree set tree = $2, version = version + 1 where application_id = $1",
        application_id,
        tree,
    )


async def take_ids(db: Db, count: int) -> list[int]:
    """Ids of groups that nobody else has."""
    sql = "select nextval('evaluation_group_id') as id from generate_series(1, $1::bigint)"
    return sorted(row["id"] for row in await db.rows(sql, count))


async def campaigns(db: Db, application_id: int) -> list[int]:
    """The ids of all campaigns of an Application, in their order."""
    rows = await db.rows(
        "select id from campaign where application_id = $1 order by id", application_id
    )
    return [row["id"] for row in rows]


async def place(db: Db, application_id: int, groups: Mapping[int, int]) -> None:
    """Let campaigns know the group that they are in."""
    await db.run(
        "update campaign set evaluation_group_id = placed.in_group"
        " from unnest($2::bigint[], $3::bigint[]) as placed(id, in_group)"
        " where campaign.application_id = $1 and campaign.id = placed.id"
        " and campaign.evaluation_group_id is distinct from placed.in_group",
        application_id,
        list(groups),
        list(groups.values()),
    )
