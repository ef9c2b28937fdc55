"""Fewest requests: what a run sends over the least that could do."""

import json

import sheets
from process import Sandbox
from table import count, ratio, show


def seed(tools, decisions, meetings, bad):
    """A world in which all but every so many-th registrant are registered."""
    people = {number: [] for number in range(meetings)}
    for number in range(decisions):
        if not bad or number % round(1 / bad):
            person = {"id": sheets.registrant(number), "email": f"guest.{number}@example.org", "status": "pending"}
            people[number % meetings].append(person)
    world = {
        "meetings": [
            {"id": str(sheets.FIRST_MEETING + number), "registration": True, "registrants": registrants}
            for number, registrants in people.items()
        ]
    }
    path = tools.place / "seed.json"
    path.write_text(json.dumps(world))
    return path


def run(tools, quick):
    decisions, meetings = (6_000, 20) if quick else (30_000, 100)
    sheet = sheets.write(tools.place / "fewest.csv", decisions, meetings, one_action=True)
    rows = []
    for bad in (0, 0.01, 0.05):
        world = seed(tools, decisions, meetings, bad)
        good = sum(len(meeting["registrants"]) for meeting in json.loads(world.read_text())["meetings"])
        least = sum(-(-len(m["registrants"]) // 30) for m in json.loads(world.read_text())["meetings"])
        for preflight in (False, True):
            audit = tools.fresh("fewest.jsonl")
            with Sandbox(tools, "--seed", world, "--no-rate-limit", "--registrant-daily", 0, "--audit", audit) as sandbox:
                tools.run(
                    "run", "--quiet", "--journal", tools.fresh("fewest.db"), "--results", tools.place,
                    "--rate", "unlimited", *(["--preflight"] if preflight else []), *sandbox.arguments, sheet,
                    allowed=(0, 1, 75),
                )
            lines = [json.loads(line) for line in audit.read_text().splitlines()]
            updates = sum(line["method"] == "PUT" for line in lines)
            applied = sum(len(line["applied"]) for line in lines)
            assert applied == good or bad and not preflight and applied <= good, (applied, good)
            rows.append(
                [
                    f"{bad:.0%}",
                    "yes" if preflight else "no",
                    count(updates),
                    ratio(updates, least),
                    count(sum(line["method"] == "GET" for line in lines)),
                    f"{applied / good:.1%}",
                ]
            )
    show(
        "Fewest requests",
        ["bad registrants", "preflight", "updates", "updates / least possible", "lists read", "good ones applied"],
        rows,
        "Least possible: the registered ones of each meeting in full batches of 30.",
    )
    sheet.unlink()
