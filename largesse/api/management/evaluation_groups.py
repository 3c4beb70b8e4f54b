"""Evaluation groups: how the campaigns of an Application compete, read and written as one tree."""

from collections.abc import Collection, Iterator
from typing import Final

from msgspec import UNSET, structs

from largesse.http.operation import get, put
from largesse.kit.problems import Fault, Invalid, must
from largesse.kit.wire import or_else
from largesse.model.campaigns import Application
from largesse.model.evaluation import EvaluationGroup
from largesse.storage import applications
from largesse.storage import evaluation_trees as trees
from largesse.storage.db import Db

TAG: Final = "Evaluation groups"
GROUPS: Final = "/v1/applications/{application_id:int}/evaluation_groups"
LEVELS_MAX: Final = 2  # below the base group
GROUPS_MAX: Final = 1_000  # in one tree

Placed = tuple[EvaluationGroup, str, int]  # a group, where it stands in the body, how deep it is


@get(GROUPS, tags=[TAG], may="read campaigns", own=True)
async def get_evaluation_groups(db: Db, application: Application) -> EvaluationGroup:
    """Get the tree of evaluation groups. Its root is the base group."""
    if await begin(db, application.id):
        await applications.touch(db, application.id)
    tree = must(await trees.find(db, application.id), "evaluation tree", application.id)
    return completed(tree, await trees.campaigns(db, application.id))


@put(GROUPS, tags=[TAG], may="edit campaigns", own=True)
async def update_evaluation_groups(
    db: Db, application: Application, data: EvaluationGroup
) -> EvaluationGroup:
    """Replace the tree of evaluation groups.

    Groups with an id stay what they were to reports; campaigns that are in no group belong to the
    base group, after those that it names.
    """
    await begin(db, application.id)
    found = await trees.find(db, application.id, hold=True)
    old = must(found, "evaluation tree", application.id)
    known = await trees.campaigns(db, application.id)
    check(old, data, known)
    missing = sum(group.id is UNSET for group, _, _ in placed(data))
    fresh = iter(await trees.take_ids(db, missing))
    tree = numbered(completed(data, known), or_else(old.id, 0), fresh)
    await trees.update(db, application.id, tree)
    groups = {
        one: or_else(group.id, 0) for group, _, _ in placed(tree) for one in group.campaign_ids
    }
    await trees.place(db, application.id, groups)
    await applications.touch(db, application.id)  # Campaigns are locked before their Application.
    return tree


async def begin(db: Db, application_id: int) -> bool:
    """Write the first tree of an Application, if there is none: its base group gets its id now."""
    if await trees.find(db, application_id) is not None:
        return False
    (first,) = await trees.take_ids(db, 1)
    return await trees.insert(db, application_id, EvaluationGroup(id=first))


def placed(group: EvaluationGroup, at: str = "", depth: int = 0) -> Iterator[Placed]:
    """A group and all groups within it, in their order."""
    yield group, at, depth
    for index, inner in enumerate(group.groups):
        yield from placed(inner, f"{at}/groups/{index}", depth + 1)


def completed(tree: EvaluationGroup, known: Collection[int]) -> EvaluationGroup:
    """The tree with exactly the campaigns that there are."""
    named = {one for group, _, _ in placed(tree) for one in group.campaign_ids}
    kept = _only(tree, frozenset(known))
    rest = [one for one in sorted(known) if one not in named]
    return structs.replace(kept, campaign_ids=[*kept.campaign_ids, *rest])


def _only(group: EvaluationGroup, known: frozenset[int]) -> EvaluationGroup:
    return structs.replace(
        group,
        campaign_ids=[one for one in group.campaign_ids if one in known],
        groups=[_only(inner, known) for inner in group.groups],
    )


def numbered(group: EvaluationGroup, own: int, fresh: Iterator[int]) -> EvaluationGroup:
    """The tree with an id for every group; `own` is that of this one, if it has one."""
    number = own or next(fresh)
    inner = [numbered(one, or_else(one.id, 0), fresh) for one in group.groups]
    return structs.replace(group, id=number, groups=inner)


def check(old: EvaluationGroup, new: EvaluationGroup, known: Collection[int]) -> None:
    """Raise `Invalid` with everything that is wrong with a tree."""
    groups = list(placed(new))
    faults = [
        *shape_faults(groups),
        *id_faults(old, groups),
        *campaign_faults(groups, frozenset(known)),
    ]
    if faults:
        raise Invalid.of(faults)


def shape_faults(groups: list[Placed]) -> Iterator[Fault]:
    """The base group lets all count; groups within groups have an end."""
    if groups[0][0].evaluation_mode != "stackable":
        yield Fault("Invalid", "The base group is stackable", "/evaluationMode")
    if len(groups) > GROUPS_MAX:
        yield Fault("maxItems", f"A tree has {GROUPS_MAX} groups at most", "/groups")
    for _, at, depth in groups:
        if depth == LEVELS_MAX + 1:
            details = f"Groups are nested {LEVELS_MAX} levels deep at most"
            yield Fault("Too deep", details, at)


def id_faults(old: EvaluationGroup, groups: list[Placed]) -> Iterator[Fault]:
    """A group that names its id was in the tree before, and stands in it once."""
    if groups[0][0].id not in (UNSET, old.id):
        yield Fault("Fixed", f"The id of the base group is {old.id}", "/id")
    left = {group.id for group, _, _ in placed(old)} - {old.id}
    for group, at, _ in groups[1:]:
        if group.id is UNSET:
            continue
        if group.id not in left:
            details = f"There is no other evaluation group {group.id} in this Application"
            yield Fault("Not found", details, f"{at}/id")
        left.discard(group.id)


def campaign_faults(groups: list[Placed], known: frozenset[int]) -> Iterator[Fault]:
    """A campaign is of this Application, and in one group."""
    seen: set[int] = set()
    for group, at, _ in groups:
        for index, one in enumerate(group.campaign_ids):
            place = f"{at}/campaignIds/{index}"
            if one not in known:
                details = f"There is no campaign {one} in this Application"
                yield Fault("Not found", details, place)
            elif one in seen:
                yield Fault("Duplicate", f"Campaign {one} stands in the tree twice", place)
            seen.add(one)
