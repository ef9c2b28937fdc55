"""Scale: cost per decision, memory, growth of the journal, and how soon a killed run is back at work."""

import json
import os
import signal
import subprocess
import time

import dispatch
import sheets
from process import Sandbox
from table import count, ratio, show


def size_of(journal):
    return sum(
        os.path.getsize(str(journal) + suffix) for suffix in ("", "-wal") if os.path.exists(str(journal) + suffix)
    )


def audit_lines(path):
    with open(path, "rb") as file:
        return sum(1 for _ in file)


def interrupted(tools, journal, sheet, arguments, audit, after):
    """Starts a run and kills it once so many requests were made."""
    process = subprocess.Popen(
        [str(tools.usher), *map(str, arguments), str(sheet)],
        env=tools.environment, cwd=tools.place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    while audit_lines(audit) < after and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()


def resume_time(tools, arguments, sheet, audit):
    """Seconds from the start of the program to its first request."""
    before = audit_lines(audit)
    start = time.time()
    process = subprocess.Popen(
        [str(tools.usher), *map(str, arguments), str(sheet)],
        env=tools.environment, cwd=tools.place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    with open(audit, "rb") as file:
        for _ in range(before):
            file.readline()
        while not (line := file.readline()).endswith(b"\n"):
            file.seek(-len(line), 1)
            if process.poll() is not None:
                raise SystemExit("bench: the resumed run ended before it sent anything")
            time.sleep(0.001)
    first = time.time() - start
    status = process.wait()
    assert json.loads(line)["status"] == 204 and status == 0, (line, status)
    return first


def run(tools, quick):
    rows = []
    unit = None
    for decisions in [10_000, 100_000] if quick else [10_000, 100_000, 1_000_000]:
        meetings = max(20, decisions // 500)
        sheet = sheets.write(tools.place / "scale.csv", decisions, meetings, one_action=True)
        journal = tools.fresh("scale.db")
        common = ["--quiet", "--journal", journal, "--results", tools.place]
        ingest = tools.run("run", "--ingest-only", *common, sheet, allowed=(75,))
        before = size_of(journal)
        with Sandbox(tools, *dispatch.SANDBOX) as sandbox:
            cost = tools.run("run", *common, "--rate", "unlimited", *sandbox.arguments, sheet)
            requests = sandbox.stats()["requests"]
        growth = (size_of(journal) - before) / requests
        nothing = tools.run("run", *common, sheet)
        per_decision = (ingest.cpu + cost.cpu) / decisions
        unit = unit or per_decision
        journal = tools.fresh("scale.db")
        audit = tools.fresh("scale.jsonl")
        with Sandbox(tools, *dispatch.SANDBOX, "--audit", audit) as sandbox:
            arguments = ["run", *common, "--rate", "unlimited", *sandbox.arguments]
            interrupted(tools, journal, sheet, arguments, audit, requests // 2)
            back = resume_time(tools, arguments, sheet, audit)
        rows.append(
            [
                count(decisions),
                count(meetings),
                count(requests),
                count(round(requests / cost.seconds)),
                ratio(per_decision, unit),
                f"{max(ingest.peak_mib, cost.peak_mib):.0f}",
                f"{growth:.0f}",
                f"{back:.2f}",
                f"{nothing.seconds * 1000:.0f}",
            ]
        )
        sheet.unlink()
    show(
        "Scale",
        [
            "decisions",
            "meetings",
            "requests",
            "requests/s",
            "CPU per decision / the first line's",
            "peak MiB",
            "journal bytes per attempt",
            "killed half-way: s to the next request",
            "nothing left to do: ms",
        ],
        rows,
        "Ingest and sending without a rate limit against the sandbox on the same cores. The last two columns include "
        "reading the whole spreadsheet again to know it by its content.",
    )
