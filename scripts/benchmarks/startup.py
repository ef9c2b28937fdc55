"""Start-up and footprint: what a timer pays for a night without work."""

import os

import dispatch
import sheets
from process import Sandbox, best, measure
from table import count, show


def run(tools, quick):
    version = best(20, lambda: tools.run("--version"))
    python = best(20, lambda: measure([os.environ.get("BENCH_PYTHON", "python3"), "-c", "import sqlite3, csv, json"]))
    decisions = 100_000 if quick else 1_000_000
    sheet = sheets.write(tools.place / "startup.csv", decisions, decisions // 500, one_action=True)
    journal = tools.fresh("startup.db")
    common = ["--quiet", "--journal", journal, "--results", tools.place]
    with Sandbox(tools, *dispatch.SANDBOX) as sandbox:
        tools.run("run", *common, "--rate", "unlimited", *sandbox.arguments, sheet)
    resumed = best(5, lambda: tools.run("resume", "--journal", journal, "--quiet", "--results", tools.place))
    rerun = best(3, lambda: tools.run("run", *common, sheet))
    show(
        "Start-up and footprint",
        ["what", "ms", "peak MiB"],
        [
            ["`usher --version`", f"{version.seconds * 1000:.0f}", f"{version.peak_mib:.0f}"],
            ["`python3 -c 'import sqlite3, csv, json'`", f"{python.seconds * 1000:.0f}", f"{python.peak_mib:.0f}"],
            [f"`usher resume`, nothing to do, {count(decisions)} decisions", f"{resumed.seconds * 1000:.0f}", f"{resumed.peak_mib:.0f}"],
            [f"`usher run` of the same {count(decisions)} rows, all applied", f"{rerun.seconds * 1000:.0f}", f"{rerun.peak_mib:.0f}"],
        ],
        f"The binary has {os.path.getsize(tools.usher) / 1e6:.1f} MB as built here, symbols included.",
    )
    sheet.unlink()
