"""Ingest: a spreadsheet into a grouped, validated, deduplicated job, beside `.import` and the Python script."""

import sheets
from process import best, measure
from table import count, ratio, show


def sqlite_import(tools, sheet, indexed):
    database = tools.fresh("import.db")
    script = tools.place / "import.sql"
    lines = [
        "pragma journal_mode = wal;",
        "pragma synchronous = full;",
        "create table d (meeting text, occurrence text, registrant text, email text, action text);",
    ]
    if indexed:
        lines.append("create index d_group on d (meeting, occurrence, action);")
    script.write_text("\n".join([*lines, ".mode csv", f".import --skip 1 {sheet} d"]) + "\n")
    # A user without dot files: nothing of the machine's own settings takes part.
    return measure(["sqlite3", "-bail", "-init", script, database, ".quit"], env=tools.environment)


def usher_ingest(tools, sheet):
    journal = tools.fresh("ingest.db")
    # Work remains, since nothing is sent; and no results file is asked for.
    return tools.run("run", "--ingest-only", "--quiet", "--journal", journal, "--results", tools.place, sheet, allowed=(75,))


def run(tools, quick):
    sizes = [10_000, 100_000] if quick else [10_000, 100_000, 1_000_000, 10_000_000]
    rows = []
    for size in sizes:
        sheet = sheets.write(tools.place / f"{size}.csv", size, min(2_000, max(1, size // 500)))
        times = 3 if size <= 1_000_000 else 1
        usher = best(times, lambda: usher_ingest(tools, sheet))
        # Beyond a million rows only Usher's own speed and memory are of interest: a peer would take many minutes.
        indexed = plain = python = None
        if size <= 1_000_000:
            indexed = best(times, lambda: sqlite_import(tools, sheet, True))
            plain = best(times, lambda: sqlite_import(tools, sheet, False))
            python = best(1 if size == 1_000_000 else times, lambda: tools.peer("ingest", sheet, tools.fresh("peer.db")))
        rows.append(
            [
                count(size),
                count(round(size / usher.seconds)),
                ratio(usher.seconds, indexed.seconds) if indexed else "-",
                ratio(usher.seconds, plain.seconds) if plain else "-",
                ratio(python.seconds, usher.seconds) if python else "-",
                f"{usher.peak_mib:.0f}",
                f"{python.peak_mib:.0f}" if python else "-",
            ]
        )
        tools.fresh("ingest.db"), tools.fresh("import.db"), tools.fresh("peer.db")
        sheet.unlink()
        (tools.place / f"{size}.csv.results.csv").unlink(missing_ok=True)
    show(
        "Ingest",
        [
            "rows",
            "rows/s",
            "time / `.import` with index",
            "time / `.import` without",
            "times faster than Python",
            "peak MiB",
            "Python's peak MiB",
        ],
        rows,
        "`.import` copies the cells into one table, with one index on (meeting, occurrence, action) or none. "
        "Usher validates, finds duplicates, groups, keeps the rows for the results file, and writes that file too.",
    )
