"""What is said of a file that was read in.

Source: Import of the Management contract.
"""

from datetime import datetime

from largesse.kit.wire import Wire


class Import(Wire, kw_only=True):
    """A file that was imported: of what, and how many."""

    id: int
    created: datetime
    account_id: int
    user_id: int
    entity: str
    amount: int
