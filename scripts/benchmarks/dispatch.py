"""Dispatch without a rate limit: requests a second with full durability, beside the script, curl and wrk."""

import json
import shutil
import time

import sheets
from process import Sandbox, measure
from table import count, ratio, show

SANDBOX = ["--open", "--no-rate-limit", "--registrant-daily", "0"]


def usher(tools, sheet, extra=None, arguments=()):
    journal = tools.fresh("dispatch.db")
    tools.run("run", "--ingest-only", "--quiet", "--journal", journal, "--results", tools.place, sheet, allowed=(75,))
    with Sandbox(tools, *SANDBOX) as sandbox:
        cost = tools.run(
            "run", "--quiet", "--journal", journal, "--results", tools.place, "--rate", "unlimited",
            *sandbox.arguments, *arguments, sheet, extra=extra,
        )
        return cost, sandbox.stats()["requests"]


def python(tools, sheet):
    journal = tools.fresh("dispatch-peer.db")
    tools.peer("ingest", sheet, journal)
    with Sandbox(tools, *SANDBOX) as sandbox:
        cost = tools.peer("send", journal, f"{sandbox.url}/v2", "sandbox-token", 0, 64)
        return cost, sandbox.stats()["requests"]


def bodies(batch):
    people = [
        {"id": sheets.registrant(batch * 30 + number), "email": f"guest.{batch * 30 + number}@example.org"}
        for number in range(30)
    ]
    return json.dumps({"action": "approve", "registrants": people})


def curl(tools, requests):
    """A shell line: no journal, no rate, no resume."""
    folder = tools.place / "bodies"
    folder.mkdir(exist_ok=True)
    for number in range(requests):
        (folder / f"{number}.json").write_text(bodies(number))
    with Sandbox(tools, *SANDBOX) as sandbox:
        line = (
            f"seq 0 {requests - 1} | xargs -P 16 -I N curl -s -o /dev/null -X PUT -H 'Authorization: Bearer sandbox-token' "
            f"-H 'Content-Type: application/json' --data-binary @{folder}/N.json "
            f"{sandbox.url}/v2/meetings/84512093377/registrants/status"
        )
        cost = measure(["bash", "-c", line])
    shutil.rmtree(folder)
    return cost, requests


def wrk(tools, seconds):
    """The ceiling: what the sandbox takes at all, from a client that does nothing but send."""
    script = tools.place / "put.lua"
    script.write_text(
        "wrk.method = 'PUT'\n"
        f"wrk.body = '{bodies(1)}'\n"
        "wrk.headers['Content-Type'] = 'application/json'\n"
        "wrk.headers['Authorization'] = 'Bearer sandbox-token'\n"
        "local n = 0\n"
        "request = function() n = (n + 1) % 2000; "
        "return wrk.format(nil, '/v2/meetings/' .. (84512093377 + n) .. '/registrants/status') end\n"
    )
    with Sandbox(tools, *SANDBOX) as sandbox:
        start = time.perf_counter()
        cost = measure(["wrk", "-t", "1", "-c", "64", "-d", f"{seconds}s", "-s", script, sandbox.url])
        cost.seconds = time.perf_counter() - start
        return cost, sandbox.stats()["requests"]


def run(tools, quick):
    decisions = 60_000 if quick else 300_000
    sheet = sheets.write(tools.place / "dispatch.csv", decisions, 2_000, one_action=True)
    measured = {
        "usher": usher(tools, sheet),
        "Python (aiohttp, sqlite3)": python(tools, sheet),
        "xargs -P 16 curl": curl(tools, 500 if quick else 2_000),
        "wrk": wrk(tools, 5 if quick else 15),
    }
    speeds = {name: requests / cost.seconds for name, (cost, requests) in measured.items()}
    rows = [
        [
            name,
            count(requests),
            count(round(speeds[name])),
            ratio(speeds["usher"], speeds[name]),
            f"{cost.cpu / requests * 1000:.2f}",
            "yes" if name in ("usher", "Python (aiohttp, sqlite3)") else "no",
        ]
        for name, (cost, requests) in measured.items()
    ]
    show(
        "Dispatch without a rate limit",
        ["client", "requests", "requests/s", "usher's speed / this", "CPU s per 1,000 requests", "journals each result"],
        rows,
        "30 registrants to a request; client and sandbox share the machine's cores. Usher's time includes its start, reading "
        "the job, and the results file.",
    )
    sheet.unlink()
