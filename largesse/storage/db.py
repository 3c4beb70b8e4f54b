"""One connection in one transaction: all, one, value, run, insert, update, page.

The only module that knows the driver. Rows become structs: columns are members by their inner
names, and NULL is an absent member.
"""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final, TypeVar

import asyncpg
import msgspec
from msgspec import Struct

from largesse.kit.money import read_number
from largesse.kit.paging import PageQuery, Total
from largesse.kit.problems import Conflict, Invalid, Problem

T = TypeVar("T", bound=Struct)

POOL_WAIT_SECONDS: Final = 1
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*")
_encoder: Final = msgspec.json.Encoder(decimal_format="number")
_decoder: Final = msgspec.json.Decoder(float_hook=read_number)


def as_json(value: Any) -> str:
    """The JSON text of a value, exact decimals as numbers."""
    return _encoder.encode(value).decode()


def from_json(text: str) -> Any:
    """The value of a JSON text; numbers with a point become Decimals."""
    return _decoder.decode(text)


class Db:
    """A connection with what storage functions need of it."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def all(self, kind: type[T], sql: str, *values: Any) -> list[T]:
        """Every row, as structs of a kind."""
        return [struct(kind, row) for row in await self.connection.fetch(sql, *values)]

    async def one(self, kind: type[T], sql: str, *values: Any) -> T | None:
        """The first row as a struct, or None."""
        row = await self.connection.fetchrow(sql, *values)
        return None if row is None else struct(kind, row)

    async def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        return await self.connection.fetchval(sql, *values)

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Every row as the driver has it, for reads that are not one struct."""
        return list(await self.connection.fetch(sql, *values))

    async def run(self, sql: str, *values: Any) -> int:
        """Do it; how many rows were touched."""
        status = await self.connection.execute(sql, *values)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Do the same for many rows."""
        await self.connection.executemany(sql, rows)

    async def insert(self, kind: type[T], table: str, values: dict[str, Any]) -> T:
        """A new row of the columns in `values`. A duplicate is a `Conflict`."""
        columns = [_column(name) for name in values]
        places = ", ".join(f"${at}" for at in range(1, len(columns) + 1))
        sql = f"insert into {_column(table)} ({', '.join(columns)}) values ({places}) returning *"
        row = await self._guarded(table, sql, *values.values())
        return struct(kind, row)

    async def update(
        self, kind: type[T], table: str, owner: dict[str, Any], values: dict[str, Any]
    ) -> T | None:
        """New values for the row that `owner` names, or None if there is no such row."""
        where = " and ".join(f"{_column(name)} = ${at}" for at, name in enumerate(owner, 1))
        if not values:
            return await self.one(
                kind, f"select * from {_column(table)} where {where}", *owner.values()
            )
        first = len(owner) + 1
        sets = ", ".join(f"{_column(name)} = ${at}" for at, name in enumerate(values, first))
        sql = f"update {_column(table)} set {sets} where {where} returning *"
        row = await self._guarded(table, sql, *owner.values(), *values.values())
        return None if row is None else struct(kind, row)

    async def page(
        self, kind: type[T], sql: str, *values: Any, page: PageQuery, sorts: Sequence[str] = ("id",)
    ) -> tuple[list[T], bool]:
        """One page of a query, and whether there is more. `sorts` are the columns that may be
        sorted by.

        Raises `Invalid` for an unknown sort.
        """
        names = {column.replace("_", ""): column for column in sorts}
        wanted = page.sort.lstrip("-").lower().replace("_", "") if page.sort else ""
        if wanted and wanted not in names:
            raise Invalid(
                f"Results cannot be sorted by {page.sort}", "parameter:sort", title="sort"
            )
        order = (
            f"{_column(names[wanted])} {'desc' if page.sort.startswith('-') else 'asc'}, "
            if wanted
            else ""
        )
        bounds = f"limit {int(page.page_size) + 1} offset {int(page.skip)}"
        found = await self.all(
            kind, f"select * from ({sql}) listed order by {order}id {bounds}", *values
        )
        return found[: page.page_size], len(found) > page.page_size

    async def total(
        self, kind: type[T], sql: str, *values: Any, page: PageQuery, sorts: Sequence[str] = ("id",)
    ) -> Total[T]:
        """One page of a query in the envelope that says how many there are in all."""
        found, more = await self.page(kind, sql, *values, page=page, sorts=sorts)
        if more or (page.skip and not found):
            return Total(total_result_size=await self.count(sql, *values), data=found)
        return Total(total_result_size=page.skip + len(found), data=found)

    async def count(self, sql: str, *values: Any) -> int:
        """How many rows a query has."""
        return int(await self.value(f"select count(*) from ({sql}) counted", *values))

    async def _guarded(self, table: str, sql: str, *values: Any) -> Any:
        try:
            return await self.connection.fetchrow(sql, *values)
        except asyncpg.UniqueViolationError as duplicate:
            raise Conflict(
                f"There is such a {table.replace('_', ' ')} already", title="Duplicate"
            ) from duplicate


class Pool:
    """Connections to one PostgreSQL."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        """One connection in one transaction: committed at the end, undone when anything is
        raised.
        """
        async with self._acquire() as connection, connection.transaction():
            yield Db(connection)

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[Db]:
        """One connection where each statement stands alone."""
        async with self._acquire() as connection:
            yield Db(connection)

    def _acquire(self) -> Any:
        """A free connection, or `TimeoutError` after a second, so that nobody queues for long."""
        return self.pool.acquire(timeout=POOL_WAIT_SECONDS)

    async def close(self) -> None:
        """Give all connections back to the server."""
        await self.pool.close()


async def connect(url: str, *, most: int = 20) -> Pool:
    """Open a pool of up to `most` connections. Raises `OSError` or the driver's error when it
    cannot.
    """
    pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=most,
        init=_prepare,
        reset=_keep,
        server_settings={"timezone": "UTC", "jit": "off"},
        max_inactive_connection_lifetime=0,
    )
    return Pool(pool)


async def _keep(connection: asyncpg.Connection) -> None:
    """Give a connection back as it is: nothing of ours outlives its transaction, and resetting it
    would be one more round trip for every request.
    """


async def _prepare(connection: asyncpg.Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=as_json, decoder=from_json
        )


@cache
def _names(kind: type[Struct]) -> dict[str, str]:
    return {field.name: field.encode_name for field in msgspec.structs.fields(kind)}


def struct(kind: type[T], row: Any) -> T:
    """The struct of a row. Columns that the struct does not have are left out."""
    names = _names(kind)
    members = {
        names[name]: value for name, value in row.items() if value is not None and name in names
    }
    return msgspec.convert(members, kind)


def _column(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise AssertionError(f"{name!r} is no name of a column")
    return name


def as_problem(error: BaseException) -> Problem | None:
    """What the driver's error means to a caller, where it is the caller's mistake."""
    if isinstance(error, asyncpg.UniqueViolationError):
        return Conflict("There is such an object already", title="Duplicate")
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return Conflict("What this belongs to has just been deleted")
    if isinstance(
        error, asyncpg.CharacterNotInRepertoireError | asyncpg.UntranslatableCharacterError
    ):
        return Invalid("A text holds a character that cannot be stored", title="Invalid text")
    if isinstance(error, asyncpg.ProgramLimitExceededError):
        return Invalid("A name has more bytes than can be looked for", title="maxLength")
    if isinstance(error, asyncpg.DataError) and isinstance(error.__cause__, OverflowError):
        return Invalid("A date or a number is beyond what can be stored", title="maximum")
    return None


def is_away(error: BaseException) -> bool:
    """Whether the database did not answer, or asks to come again."""
    if isinstance(error, asyncpg.InterfaceError):
        return "clos" in str(error)  # The connection or the pool is closed or closing.
    return isinstance(
        error,
        OSError  # TimeoutError is one of them.
        | asyncpg.PostgresConnectionError
        | asyncpg.OperatorInterventionError
        | asyncpg.InsufficientResourcesError
        | asyncpg.TransactionRollbackError,
    )
