"""Ingest: a spreadsheet into a grouped, validated, deduplicated job, beside `.import` and the Python script."""

import statistics

import sheets
from process import best, measure
from table import count, ratio, show

CREATE = "create table d (meeting text, occurrence text, registrant text, email text, action text);"
INDEX = "create index d_group on d (meeting, occurrence, action);"
# A log that others can read beside the writer, as Usher has it; and what is fastest where nobody reads yet: the pages go
# into the new file at once. Both are safe from a power cut.
LOG = "pragma journal_mode = wal; pragma synchronous = full;"
FASTEST = "pragma journal_mode = delete; pragma synchronous = full; pragma cache_size = -262144; pragma temp_store = memory;"


def sqlite_import(tools, sheet, before, after):
    database = tools.fresh("import.db")
    script = tools.place / "import.sql"
    script.write_text("\n".join([before, ".mode csv", f".import --skip 1 {sheet} d", after]) + "\n")
    # A user without dot files: nothing of the machine's own settings takes part.
    cost = measure(["sqlite3", "-bail", "-init", script, database, ".quit"], env=tools.environment)
    return cost, database.stat().st_size


def indexed_import(tools, sheet):
    """What a user types first."""
    return sqlite_import(tools, sheet, f"{LOG}\n{CREATE}\n{INDEX}", "")


def best_import(tools, sheet):
    """The fastest recipe: load first, index after."""
    return sqlite_import(tools, sheet, f"{FASTEST}\n{CREATE}", INDEX)


def usher_ingest(tools, sheet):
    journal = tools.fresh("ingest.db")
    # Work remains, since nothing is sent.
    cost = tools.run(
        "run", "--ingest-only", "--quiet", "--journal", journal, "--results", tools.place, sheet, allowed=(75,)
    )
    return cost, journal.stat().st_size


def ratios(pairs):
    """The median of paired runs' ratios, and how far they spread."""
    values = sorted(one / other for one, other in pairs)
    return f"{statistics.median(values):.2f} ({values[0]:.2f} to {values[-1]:.2f})"


def beside(tools, size, order, times):
    """One row: all programs in turn, several times over."""
    meetings = min(2_000, max(1, size // 500))
    sheet = sheets.write(tools.place / f"{size}.csv", size, meetings, order=order)
    rounds = []
    for _ in range(times):
        rounds.append([run(tools, sheet) for run in (usher_ingest, best_import, indexed_import)])
    usher, fastest, indexed = ([each[place][0].seconds for each in rounds] for place in range(3))
    python = None
    if order == "random":
        python = best(1, lambda: tools.peer("ingest", sheet, tools.fresh("peer.db")))
    bytes_in = sheet.stat().st_size
    row = [
        count(size),
        order,
        count(round(size / statistics.median(usher))),
        ratios(zip(usher, fastest)),
        ratios(zip(usher, indexed)),
        ratio(python.seconds, statistics.median(usher)) if python else "-",
        ratio(rounds[0][0][1], bytes_in),
        ratio(rounds[0][1][1], bytes_in),
        f"{max(each[0][0].peak_mib for each in rounds):.0f}",
    ]
    clean(tools, sheet)
    return row


def alone(tools, size):
    """Beyond a million rows only Usher's own speed and memory are of interest: a peer would take many minutes."""
    sheet = sheets.write(tools.place / f"{size}.csv", size, 2_000, order="random")
    cost, journal = usher_ingest(tools, sheet)
    row = [
        count(size), "random", count(round(size / cost.seconds)), "-", "-", "-",
        ratio(journal, sheet.stat().st_size), "-", f"{cost.peak_mib:.0f}",
    ]
    clean(tools, sheet)
    return row


def clean(tools, sheet):
    for name in ("ingest.db", "import.db", "peer.db"):
        tools.fresh(name)
    sheet.unlink()
    for name in (f"{sheet.name}.results.csv", f"{sheet.name}.report.html"):
        (tools.place / name).unlink(missing_ok=True)


def checks(tools, size, times):
    """`usher check`: reading and judging alone."""
    sheet = sheets.write(tools.place / f"{size}.csv", size, 2_000, order="random")
    cost = best(times, lambda: tools.run("check", sheet))
    speed = sheet.stat().st_size / 1e6 / cost.seconds
    sheet.unlink()
    return f"`usher check` of {count(size)} rows takes {cost.seconds:.2f} s: {speed:.0f} MB/s."


def run(tools, quick):
    sizes = [10_000, 100_000] if quick else [10_000, 100_000, 1_000_000]
    rows = [beside(tools, size, order, 5) for size in sizes for order in ("random", "sorted")]
    if not quick:
        rows.append(alone(tools, 10_000_000))
    show(
        "Ingest",
        [
            "rows",
            "order of meetings",
            "rows/s",
            "time / best recipe",
            "time / index from the start",
            "times faster than Python",
            "journal / sheet",
            "best recipe's file / sheet",
            "peak MiB",
        ],
        rows,
        "Ratios are medians of five runs in turn, with the least and the greatest. `.import` copies the cells into one "
        "table with an index on (meeting, occurrence, action): the best recipe loads first, with a rollback journal and a "
        "large cache, and indexes after; the other has the index and a write-ahead log from the start. Usher validates, "
        "finds duplicates, groups, keeps the rows for the results file, and writes that file too.\n\n"
        + checks(tools, sizes[-1], 5),
    )
