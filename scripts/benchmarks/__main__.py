"""`scripts/bench`: Usher beside what a user would pick instead, in one run on one machine. Prints Markdown tables."""

import argparse
import datetime
import importlib
import os
import pathlib
import platform
import shutil
import tempfile
import time

from process import Tools

SECTIONS = ["ingest", "again", "dispatch", "durability", "scale", "pacing", "makespan", "fewest", "startup"]


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes; under five minutes once built")
    parser.add_argument("--built", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("sections", nargs="*", metavar="section", help=f"some of: {', '.join(SECTIONS)}")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"no such section: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    place = pathlib.Path(tempfile.mkdtemp(prefix="usher-bench."))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(
        f"{datetime.date.today()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}; "
        f"`scripts/bench{' --quick' if arguments.quick else ''}{''.join(' ' + name for name in arguments.sections)}`"
    )
    tools = Tools(arguments.built.resolve(), place, here)
    start = time.monotonic()
    try:
        for name in arguments.sections or SECTIONS:
            importlib.import_module(name).run(tools, arguments.quick)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(f"\nTook {(time.monotonic() - start) / 60:.0f} minutes.")


main()
