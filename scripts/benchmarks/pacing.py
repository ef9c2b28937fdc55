"""Pacing: how near to Zoom's rate a run comes, and how many 429s it meets."""

import sheets
from process import Sandbox
from table import ratio, show

RATES = {"free": 2, "pro": 20, "business": 60}


def measured(tools, plan, batches, options, name="pacing.db"):
    sheet = sheets.write(tools.place / "pacing.csv", batches * 30, batches, one_action=True)
    with Sandbox(tools, "--open", "--registrant-daily", "0", "--plan", plan, *options) as sandbox:
        cost = tools.run(
            "run", "--quiet", "--journal", tools.fresh(name), "--results", tools.place, "--plan", plan,
            *sandbox.arguments, sheet,
        )
        stats = sandbox.stats()
    refused = sum(entry["count"] for entry in stats["byStatus"] if entry["status"] == 429)
    sheet.unlink()
    return cost.seconds, refused, stats["peakPerSecond"]


def run(tools, quick):
    rows = []
    seconds = 8 if quick else 25
    for plan in ["business"] if quick else list(RATES):
        batches = max(30, RATES[plan] * seconds)
        ideal = batches / RATES[plan]
        for window in ["sliding", "fixed", "bucket"]:
            for latency in ["20ms"] if quick else ["20ms", "20..320ms"]:
                taken, refused, peak = measured(tools, plan, batches, ["--window", window, "--latency", latency])
                rows.append([plan, window, latency, f"{ideal:.1f}", ratio(taken, ideal), refused, peak])
    show(
        "Pacing, the account being ours alone",
        ["plan", "the server counts", "latency", "ideal s", "time / ideal", "429s", "most in a second"],
        rows,
        "Ideal: batches / rate. The time includes starting up, reading the spreadsheet and writing the results.",
    )
    rows = []
    for plan in ["business"] if quick else ["pro", "business"]:
        batches = RATES[plan] * (10 if quick else 30)
        half = RATES[plan] / 2
        taken, refused, _ = measured(tools, plan, batches, ["--latency", "20..120ms", "--other-app-rate", half])
        rows.append([plan, f"{half:.0f}/s", ratio(taken, batches / half), refused, ratio(refused, taken)])
    show(
        "Pacing, when another app takes half",
        ["plan", "left for us", "time / ideal of what is left", "429s", "429s a second"],
        rows,
    )
