"""The evaluation tree as it is walked: groups with their place, and each campaign's group."""

from collections.abc import Collection

from msgspec import Struct, field

from largesse.kit.wire import or_else
from largesse.model.evaluation import Competition, EvaluationGroup, Mode


class Group(Struct):
    """A group of the tree. `place` counts groups in the order of the tree; the root is 0."""

    place: int
    id: int | None  # None: the tree was never written down
    mode: Mode
    scope: Competition
    groups: list["Group"] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)  # of the root only: by place, the parent's


class Plan(Struct, frozen=True):
    """The root, and for each campaign in the order of evaluation the place of its group."""

    root: Group
    order: list[tuple[int, int]]  # campaign's id, group's place


def plan_of(tree: EvaluationGroup | None, campaign_ids: Collection[int]) -> Plan:
    """The tree with its campaigns in the order in which they are evaluated.

    Campaigns that the tree does not name belong to the root, after those that it names.
    """
    order: list[tuple[int, int]] = []
    parents: list[int] = []
    known = set(campaign_ids)

    def grow(group: EvaluationGroup, parent: int) -> Group:
        grown = Group(
            len(parents), or_else(group.id, None), group.evaluation_mode, group.evaluation_scope
        )
        parents.append(parent)
        order.extend((one, grown.place) for one in group.campaign_ids if one in known)
        if parent < 0:
            named = named_in(group)
            order.extend((one, 0) for one in sorted(known - named))
        grown.groups = [grow(inner, grown.place) for inner in group.groups]
        return grown

    root = grow(tree or EvaluationGroup(), -1)
    root.parents = parents
    return Plan(root, order)


def named_in(group: EvaluationGroup) -> set[int]:
    """All campaigns that a group and the groups within it name."""
    return set(group.campaign_ids).union(*(named_in(inner) for inner in group.groups))
