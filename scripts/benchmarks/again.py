"""Reading again: what a list costs that is edited and read night after night, however many people share an address."""

import dispatch
import sheets
from process import Sandbox
from table import count, show


def write(path, rows):
    path.write_text(sheets.HEADER + "\n" + "".join(row + "\n" for row in rows))
    return path


def ingest(tools, journal, sheet):
    arguments = ["run", "--ingest-only", "--quiet", "--journal", journal, "--results", tools.place, sheet]
    return tools.run(*arguments, allowed=(0, 1, 75))


def send(tools, journal, sheet):
    with Sandbox(tools, *dispatch.SANDBOX) as sandbox:
        arguments = ["run", "--quiet", "--journal", journal, "--results", tools.place, "--rate", "unlimited"]
        tools.run(*arguments, *sandbox.arguments, sheet)


def nights(tools, nights):
    """A list of 1,000 people, one row edited each night: the second night, and the last."""
    journal = tools.fresh("again.db")
    sheet = tools.place / "again.csv"

    def row(number, edited):
        return f"{sheets.FIRST_MEETING},,,guest.{number}@example.org,{'' if number == edited else 'approve'}"

    costs = []
    for night in range(nights):
        write(sheet, [row(number, night) for number in range(1_000)])
        if night == 0:
            send(tools, journal, sheet)
        else:
            costs.append(ingest(tools, journal, sheet))
    return costs[0].seconds, costs[-1].seconds


def one_address(tools, rows):
    """So many people who share an address: read and sent, then edited and read again; and the same with an address each."""
    times = []
    for email in ("class@example.org", "guest.{}@example.org"):
        journal = tools.fresh("again.db")
        people = [
            f"{sheets.FIRST_MEETING},,{sheets.registrant(number)},{email.format(number)},approve" for number in range(rows)
        ]
        sheet = write(tools.place / "again.csv", people)
        send(tools, journal, sheet)
        write(sheet, people[1:])
        times.append(ingest(tools, journal, sheet).seconds)
    return times


def occurrences(tools, rows):
    """So many occurrences of one meeting, of one person: read, and edited and read again."""
    journal = tools.fresh("again.db")
    people = [
        f"{sheets.FIRST_MEETING},{1_700_000_000_000 + number * 60_000},,guest@example.org,approve" for number in range(rows)
    ]
    sheet = write(tools.place / "again.csv", people)
    first = ingest(tools, journal, sheet).seconds
    write(sheet, [row.replace("approve", "deny") for row in people])
    return first, ingest(tools, journal, sheet).seconds


def run(tools, quick):
    last = 30 if quick else 200
    size = 2_000 if quick else 8_000
    series = 5_000 if quick else 20_000
    rows = []
    for name, (before, after) in [
        (f"1,000 rows, one edited each night: night 2, night {last}", nights(tools, last)),
        (f"{count(size)} rows of one address, beside as many addresses", reversed(one_address(tools, size))),
        (f"{count(series)} occurrences of one meeting: first, edited", occurrences(tools, series)),
    ]:
        rows.append([name, f"{before:.2f}", f"{after:.2f}", f"{after / before:.1f}"])
    show("Reading again", ["what", "s", "s", "ratio"], rows, "Whole processes with `--ingest-only`.")
