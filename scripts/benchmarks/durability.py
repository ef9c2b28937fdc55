"""A slow disk: what is left of the throughput when each flush takes longer."""

import dispatch
import sheets
from process import measure
from table import count, ratio, show


def run(tools, quick):
    library = tools.place / "slow_fsync.so"
    measure(["gcc", "-shared", "-fPIC", "-O2", "-o", library, tools.here / "slow_fsync.c", "-ldl"])
    sheet = sheets.write(tools.place / "durability.csv", 60_000 if quick else 150_000, 2_000, one_action=True)
    speeds = {}
    for delay in (0, 5) if quick else (0, 1, 5, 20):
        cost, requests = dispatch.usher(tools, sheet, extra={"LD_PRELOAD": str(library), "FSYNC_MS": str(delay)})
        speeds[delay] = requests / cost.seconds
    show(
        "A journal on a slow disk",
        ["added to each flush, ms", "requests/s", "part of the full speed"],
        [[delay, count(round(speed)), ratio(speed, speeds[0])] for delay, speed in speeds.items()],
        "Without a rate limit. One flush serves all results that wait for it (group commit).",
    )
    sheet.unlink()
