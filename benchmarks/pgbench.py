"""What the database alone can do: pgbench makes the two calls of an update, and nothing else.

It sends the arguments that the server sends (`recorded.py`), for sessions of its own, over the same
socket. Constant texts are variables of pgbench too: they travel with every call, as they do from
the server.
"""

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Final

from benchmarks import carts
from benchmarks.calls import Job
from benchmarks.load import Done
from benchmarks.recorded import IDS_PER_CLIENT, IDS_PER_RUN, MARK, Step
from largesse.storage import embedded

WHO: Final = "pgbench"
NEXT: Final = f"""\
\\set step (:step + 1) % {carts.STEPS}
\\set turn :turn + 1
\\if :step = 0
\\set session random(1, 1000000000000000)
\\set profile random(0, {carts.CUSTOMERS - 1})
\\set code random(0, {carts.CODES - 1})
\\set coupon :first + :code
\\endif
\\set row :from + :client_id * {IDS_PER_CLIENT} + :turn * 2
\\set event :row + 1
\\set revision :step
"""
WARM_SECONDS: Final = 1  # a new connection has its functions to compile and to plan


def program() -> str | None:
    """pgbench of the embedded PostgreSQL, or one that is installed; None where there is none."""
    beside = Path(embedded.program("pgbench"))
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    for found in (beside, *reversed(installed)):
        if found.exists():
            return str(found)
    return shutil.which("pgbench")


def run(pgbench: str, job: Job, start: Callable[[], float]) -> Done:
    """Let clients call as fast as they can. `start` is called when they are warm."""
    values = {f"p{at}": text for at, text in enumerate(constants(job.calls.steps))}
    values |= {"step": "-1", "turn": "0", "first": str(job.calls.first_coupon)}
    values["from"] = str((job.turn + 1) * IDS_PER_RUN)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "script.sql")
        script.write_text(text_of(job.calls.steps), encoding="utf-8")
        command = [pgbench, "--no-vacuum", "--protocol=prepared", "--log", f"--file={script}"]
        command += [f"--client={job.clients}", f"--jobs={min(job.clients, 2)}"]
        command += [f"--time={WARM_SECONDS + job.seconds}", f"--log-prefix={folder}/log"]
        command += [f"--define={name}={value}" for name, value in values.items()]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with subprocess.Popen([*command, job.url], stdout=DEVNULL, stderr=PIPE) as running:
            time.sleep(WARM_SECONDS)
            began = start()
            _, said = running.communicate(timeout=job.seconds + 60)
        if running.returncode:
            raise RuntimeError(f"pgbench failed: {said.decode().strip()[-2_000:]}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = counted(began, Path(folder))
    done.cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done


def counted(began: float, folder: Path) -> Done:
    """What the logs say: of each call its latency (3rd word) and when it ended (5th and 6th)."""
    done = Done(0, [], 0)
    for log in folder.glob("log*"):
        for line in log.read_text(encoding="ascii").splitlines():
            words = line.split(" ")
            ended = int(words[4]) + int(words[5]) / 1_000_000
            if ended < began:
                done.unmeasured += 1
            else:
                done.latencies.append(int(words[2]))
                done.seconds = max(done.seconds, ended - began)
    return done


def constants(steps: Sequence[Step]) -> list[str]:
    """Every constant text of the calls, each once."""
    found: dict[str, None] = {}
    for step in steps:
        for template in (step.ask, step.write):
            found.update(dict.fromkeys(MARK.split(template)[::2]))
        found.update(dict.fromkeys((step.document, step.effects, step.event)))
    return [text for text in found if text]


def text_of(steps: Sequence[Step]) -> str:
    """A script whose every run is the next update of a session."""
    names = {text: f"p{at}" for at, text in enumerate(constants(steps))}
    script = NEXT
    for at, step in enumerate(steps):
        word = "\\if" if at == 0 else "\\elif"
        script += f"{word} :step = {at}\n{read(step, names)}"
        if step.write:
            script += write(step, names)
    return script + "\\endif\n"


def read(step: Step, names: dict[str, str]) -> str:
    """The call that reads."""
    return f"select item, facts from read_situations({joined(step.ask, names)});\n"


def write(step: Step, names: dict[str, str]) -> str:
    """The call that writes."""
    texts = (
        f"array[cast(:{names[text]} as text)]" for text in (step.document, step.effects, step.event)
    )
    arguments = ", ".join((joined(step.write, names), *texts, "array[cast(null as text)]"))
    return f"select item, lost_to from write_outcomes({arguments});\n"


def joined(template: str, names: dict[str, str]) -> str:
    """A template as an expression: constants and variables in turn."""
    parts = [
        f"cast(:{part if at % 2 else names[part]} as text)"
        for at, part in enumerate(MARK.split(template))
    ]
    return f"cast({' || '.join(parts)} as jsonb)"
