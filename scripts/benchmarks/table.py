"""Tables as the guides show them."""


def table(head, rows):
    """Markdown, columns padded so that it reads well in a terminal too."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines)


def show(title, head, rows, note=""):
    print(f"\n### {title}\n\n{table(head, rows)}", flush=True)
    if note:
        print(f"\n{note}", flush=True)


def ratio(one, other):
    return f"{one / other:.2f}" if other else "-"


def count(number):
    return f"{number:,}"
