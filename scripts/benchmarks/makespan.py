"""Makespan: one meeting with half of all registrants, one request under way to each meeting."""

import sheets
from process import Sandbox
from table import ratio, show


def run(tools, quick):
    rows = []
    for latency, batches in [((50, 500), 80)] if quick else [((50, 500), 240), ((200, 400), 240), ((50, 50), 600)]:
        sheet = sheets.write(tools.place / "makespan.csv", batches * 30, 1 + batches // 2, 0.5, one_action=True)
        with Sandbox(
            tools, "--open", "--registrant-daily", "0", "--plan", "business", "--latency", f"{latency[0]}..{latency[1]}ms"
        ) as sandbox:
            cost = tools.run(
                "run", "--quiet", "--journal", tools.fresh("makespan.db"), "--results", tools.place, "--plan", "business",
                *sandbox.arguments, sheet,
            )
            bound = max(batches / 60, sandbox.stats()["longestWaitMs"] / 1000)
        rows.append([batches, f"{latency[0]}..{latency[1]} ms", f"{bound:.1f}", ratio(cost.seconds, bound)])
        sheet.unlink()
    show(
        "Makespan of a skewed job",
        ["batches, half of one meeting", "latency", "lower bound s", "time / lower bound"],
        rows,
        "Lower bound: max(batches / 60, all latencies of the long meeting's requests, one after the other).",
    )
