"""Evaluation groups: stackable, first, highest, lowest; for the session or for each unit of it.

A member of a group is a campaign or a group within it. Members that compete are tried one by one
and taken back; the winners are then evaluated again, which gives the same, for the engine is pure.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct

from largesse.engine.groups import Group
from largesse.engine.rulebook import CompiledCampaign, CompiledRule
from largesse.engine.scene import Place, Scene
from largesse.kit.money import ZERO
from largesse.model.effects import Effect
from largesse.model.evaluation import Exclusion

LOST: Final[dict[str, Exclusion]] = {  # what a member is told that lost by its discount
    "highestDiscount": "CampaignGaveLowerDiscount",
    "lowestDiscount": "CampaignNotInEvaluationSet",
}
Turn = tuple[CompiledCampaign, tuple[CompiledRule, ...]]  # a campaign and its rules that can fire
Member = Turn | Group
Walk = Callable[[CompiledCampaign, tuple[CompiledRule, ...]], bool]  # whether a rule succeeded


class Trial(Struct, frozen=True):
    """What a member came to when it was tried."""

    member: Member
    triggered: bool
    discount: Decimal
    by_unit: dict[Place, Decimal]


class Tree:
    """The groups of an Application, walked with the campaigns that can fire in one decision."""

    def __init__(self, scene: Scene, root: Group, turns: dict[int, Turn], walk: Walk) -> None:
        self.scene, self.root, self.walk_campaign = scene, root, walk
        self.turns = turns  # by the campaign's place
        self.inside: dict[int, list[Turn]] = {}  # by the group's own place in the tree
        self.alive: set[int] = set()
        for place in sorted(turns):
            campaign, _ = turns[place]
            group = campaign.group
            self.inside.setdefault(group, []).append(turns[place])
            while group not in self.alive and group >= 0:
                self.alive.add(group)
                group = root.parents[group]

    def walk(self) -> bool:
        """Walk everything. Returns whether a rule succeeded."""
        return self.walk_group(self.root)

    def members(self, group: Group) -> Iterator[Member]:
        """The members of a group that can fire: its campaigns in order, then its groups."""
        yield from self.inside.get(group.place, ())
        for inner in group.groups:
            if inner.place in self.alive:
                yield inner

    def walk_member(self, member: Member) -> bool:
        """Evaluate a campaign or a whole group."""
        if isinstance(member, Group):
            return self.walk_group(member)
        return self.walk_campaign(*member)

    def walk_group(self, group: Group) -> bool:
        """Evaluate a group by its mode. Returns whether a rule succeeded."""
        outer, self.scene.group = self.scene.group, group
        try:
            match group.mode, group.scope:
                case "stackable", _:
                    return self.all_of(group)
                case mode, "cartItem":
                    return self.best_for_each_unit(group, mode)
                case "listOrder", _:
                    return self.first_of(group)
                case mode, _:
                    return self.best_of(group, mode)
        finally:
            self.scene.group = outer

    def all_of(self, group: Group) -> bool:
        """Every member counts."""
        results = [self.walk_member(member) for member in self.members(group)]
        return any(results)

    def first_of(self, group: Group) -> bool:
        """The first member that is triggered counts; the rest are not evaluated."""
        members = iter(list(self.members(group)))
        for member in members:
            if self.walk_member(member):
                for loser in members:
                    self.exclude(loser, "CampaignIsNotFirst")
                return True
        return False

    def best_of(self, group: Group, mode: str) -> bool:
        """The member with the highest, or lowest, discount counts; ties go to the earlier one."""
        trials = [self.attempt(member) for member in self.members(group)]
        winner = best([trial for trial in trials if trial.triggered], mode)
        # The winner comes last: what it changes must not trigger what was tried without it.
        for trial in sorted(trials, key=lambda one: one is winner):
            if trial is winner or not trial.triggered:
                self.walk_member(trial.member)
            else:
                self.exclude(trial.member, LOST[mode])
        return winner is not None

    def best_for_each_unit(self, group: Group, mode: str) -> bool:
        """For each unit the best member counts; what is no discount of a unit counts always."""
        trials = [self.attempt(member) for member in self.members(group)]
        won: list[set[Place]] = [set() for _ in trials]
        for place in {place for trial in trials for place in trial.by_unit}:
            takers = [at for at, trial in enumerate(trials) if place in trial.by_unit]
            won[best_taker(trials, takers, place, mode)].add(place)
        outer = self.scene.won
        for trial, places in zip(trials, won, strict=True):
            self.scene.won = frozenset(places) if outer is None else outer & places
            self.walk_member(trial.member)
        self.scene.won = outer
        return any(trial.triggered for trial in trials)

    def attempt(self, member: Member) -> Trial:
        """What a member would come to. The scene is as before."""
        scene = self.scene
        mark, excluded = scene.mark(), dict(scene.excluded)
        before, told = scene.discounted(), len(scene.effects)
        scene.is_trying += 1
        triggered = self.walk_member(member)
        discount = scene.discounted() - before
        units = discounts_by_unit(scene.effects[told:])
        scene.is_trying -= 1
        scene.rollback(mark)
        scene.excluded = excluded
        return Trial(member, triggered, discount, units)

    def exclude(self, member: Member, why: Exclusion) -> None:
        """Remember that campaigns lost, so that their codes are told."""
        if isinstance(member, Group):
            for inner in self.members(member):
                self.exclude(inner, why)
        else:
            self.scene.excluded[member[0].campaign.id] = why


def best(trials: list[Trial], mode: str) -> Trial | None:
    """The winner. One without a discount wins only when no other has one."""
    giving = [trial for trial in trials if trial.discount > 0] or trials
    if not giving:
        return None
    if mode == "lowestDiscount":
        return min(giving, key=lambda trial: trial.discount)
    return max(giving, key=lambda trial: trial.discount)


def best_taker(trials: list[Trial], takers: list[int], place: Place, mode: str) -> int:
    """Which of the members that discount a unit may do so; ties go to the earlier one."""
    if mode == "listOrder":
        return takers[0]
    choose = min if mode == "lowestDiscount" else max
    return choose(takers, key=lambda at: trials[at].by_unit[place])


def discounts_by_unit(effects: list[Effect]) -> dict[Place, Decimal]:
    """What effects take off each unit."""
    found: dict[Place, Decimal] = {}
    for effect in effects:
        if effect.effect_type == "setDiscountPerItem":
            place = (effect.props.position, effect.props.sub_position)
            found[place] = found.get(place, ZERO) + effect.props.value
    return found
