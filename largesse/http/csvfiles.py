"""CSV files: `Csv[Line]` is an answer to download, `Upload[Line]` a file that a caller sends.

    async def export_stores(...) -> Csv[StoreLine]:
        return Csv(StoreLine, lines)

    async def import_stores(..., file: Upload[StoreLine]) -> Import:
        for number, line in file.lines: ...

The columns are the members of the struct by their outer names. What has no value is an empty cell,
and an empty cell is no value.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, Generic, TypeVar, get_args, get_origin

import msgspec
from litestar.datastructures import UploadFile
from msgspec import UNSET, Struct

from largesse.http.encoding import Request, convert, encode
from largesse.kit.caps import TEXT_MAX
from largesse.kit.problems import Fault, Invalid

T = TypeVar("T", bound=Struct)

MEDIA_TYPE: Final = "application/csv"
UPLOAD_BYTES_MAX: Final = 50_000_000
LINES_MAX: Final = 1_000_000
FAULTS_MAX: Final = 100  # wrong lines that are told at once
CHUNK_CHARACTERS: Final = 64_000
DELIMITERS: Final = ",;\t"


class Csv(Generic[T]):
    """A file to download. Lines that come from the database one by one are sent one by one."""

    def __init__(
        self, kind: type[T], lines: Iterable[T] | AsyncIterator[T], *, name: str = "export.csv"
    ) -> None:
        self.kind = kind
        self.lines = lines
        self.headers = {"Content-Disposition": f'attachment; filename="{name}"'}

    async def chunks(self) -> AsyncIterator[bytes]:
        """The text of the file, in parts."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        fields = msgspec.structs.fields(self.kind)
        names = [field.name for field in fields]
        writer.writerow(field.encode_name for field in fields)
        async for line in _each(self.lines):
            writer.writerow(_cell(getattr(line, name)) for name in names)
            if text.tell() > CHUNK_CHARACTERS:
                yield text.getvalue().encode()
                text.seek(0)
                text.truncate()
        yield text.getvalue().encode()


class File(bytes):
    """A file as it came."""


class Upload(Generic[T]):
    """A file that came: its lines with their numbers, all of them as they have to be."""

    def __init__(self, lines: list[tuple[int, T]]) -> None:
        self.lines = lines


def line_kind(kind: Any, of: type) -> Any:
    """What stands in a `Csv` or an `Upload`; None if it is neither."""
    return get_args(kind)[0] if get_origin(kind) is of else None


async def read_upload(request: Request, kind: type[T]) -> Upload[T]:
    """The CSV file of a request, or `Invalid` with the numbers of the lines that are wrong."""
    raw = await read_file(request)
    return await asyncio.to_thread(parse, raw, kind)


async def read_file(request: Request) -> File:
    """The bytes of the file in a form, whatever its member is called; or of the whole body."""
    if request.content_type[0] != "multipart/form-data":
        return File(await request.body())
    form = await request.form()
    for value in form.values():
        if isinstance(value, UploadFile):
            return File(await value.read())
        if isinstance(value, str):
            return File(value.encode())
    raise Invalid("A CSV file is expected in the form's member upFile", "/upFile", title="required")


def parse(raw: bytes, kind: type[T]) -> Upload[T]:
    """The lines of a file. Raises `Invalid`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong("N/A", "The file is not encoded in UTF-8") from None
    if "\0" in text:
        raise _wrong("N/A", "The file holds a NUL character")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    csv.field_size_limit(TEXT_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return Upload(list(_lines(reader, kind)))
    except csv.Error as error:
        raise _wrong(str(reader.line_num), f"The line cannot be read: {error}") from None


def _lines(reader: Any, kind: type[T]) -> Iterator[tuple[int, T]]:
    columns = _columns(next(reader, []), kind)
    faults: list[Fault] = []
    for cells in reader:
        number = reader.line_num
        if not any(cells):
            continue
        if number > LINES_MAX:
            raise _wrong(str(number), f"A file has at most {LINES_MAX} lines")
        given = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}
        try:
            yield number, convert(given, kind, strict=False, root="line:")
        except Invalid as invalid:
            faults += [
                Fault(fault.title, fault.details, f"line:{number}") for fault in invalid.faults
            ]
            if len(faults) >= FAULTS_MAX:
                break
    if faults:
        raise Invalid.of(faults)


def _columns(header: list[str], kind: type[Struct]) -> list[str]:
    """The outer names of members in the order of the columns; nothing for unknown columns."""
    known = {field.encode_name.lower(): field for field in msgspec.structs.fields(kind)}
    columns = [cell.strip().lower() for cell in header]
    missing = [
        field.encode_name for name, field in known.items() if field.required and name not in columns
    ]
    if missing:
        raise _wrong("1", f"The first line lacks the column {missing[0]}")
    twice = [name for name in known if columns.count(name) > 1]
    if twice:
        raise _wrong("1", f"The first line has the column {twice[0]} twice")
    return [known[name].encode_name if name in known else "" for name in columns]


def _wrong(line: str, details: str) -> Invalid:
    return Invalid(details, f"line:{line}", title="Invalid file")


async def _each(lines: Iterable[T] | AsyncIterator[T]) -> AsyncIterator[T]:
    if isinstance(lines, AsyncIterator):
        async for line in lines:
            yield line
    else:
        for line in lines:
            yield line


def _cell(value: Any) -> Any:
    if value is UNSET or value is None:
        return ""
    if isinstance(value, bool | list | dict | Struct):
        return encode(value).decode()
    return encode(value).decode().strip('"') if isinstance(value, datetime) else value
