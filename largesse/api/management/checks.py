"""Looking at rules without storing them: what is wrong with them, and what they say."""

from typing import Final

from largesse.engine.check_ruleset import check_ruleset, sentences
from largesse.engine.vocabulary import names_of
from largesse.http.operation import post
from largesse.kit.wire import Wire
from largesse.model.campaigns import Application, NewRuleset
from largesse.storage import attributes
from largesse.storage.db import Db

TAG: Final = "Campaigns"
CHECK: Final = "/v1/applications/{application_id:int}/check"


class RuleProblem(Wire, kw_only=True):
    """One thing that is wrong, and the node where it is."""

    pointer: str
    title: str
    details: str


class Checked(Wire, kw_only=True):
    """All that is wrong with rules, and one sentence for each of them."""

    problems: list[RuleProblem]
    sentences: list[str]


@post(CHECK, tags=[TAG], may="read campaigns", own=True, status=200)
async def check_rules(db: Db, application: Application, data: NewRuleset) -> Checked:
    """Check rules as if they were stored, and say what they mean. Stores nothing."""
    names = names_of(await attributes.of_account(db, application.account_id), application.id)
    problems = [
        RuleProblem(pointer=fault.at, title=fault.title, details=fault.details)
        for fault in check_ruleset(names, data)
    ]
    return Checked(problems=problems, sentences=sentences(data))
