"""Spreadsheets to measure with: the same bytes for the same numbers, on every machine."""

import base64
import hashlib
import random

HEADER = "Meeting ID,Occurrence,Registrant ID,Email,Action"
ACTIONS = ["approve"] * 16 + ["deny"] * 3 + ["cancel"]
FIRST_MEETING = 84_512_093_377


def registrant(number):
    """An id as Zoom makes them: 22 characters."""
    digest = hashlib.md5(number.to_bytes(8, "little")).digest()
    return base64.urlsafe_b64encode(digest)[:22].decode().replace("-", "A")


def write(path, rows, meetings, share_of_first=0.0, one_action=False, order="turns"):
    """Writes so many decisions for so many meetings, about 70 bytes each.

    `share_of_first` of them are for the first meeting; the others take turns, or come at random or sorted.
    """
    chance = random.Random(1)
    in_first = int(rows * share_of_first)
    with open(path, "w", newline="", buffering=1 << 20) as file:
        file.write(HEADER + "\r\n")
        for number in range(rows):
            if number < in_first:
                meeting = FIRST_MEETING
            elif in_first:
                meeting = FIRST_MEETING + 1 + number % max(1, meetings - 1)
            elif order == "random":
                meeting = FIRST_MEETING + chance.randrange(meetings)
            elif order == "sorted":
                meeting = FIRST_MEETING + number * meetings // rows
            else:
                meeting = FIRST_MEETING + number % meetings
            action = "approve" if one_action else ACTIONS[number // meetings % len(ACTIONS)]
            file.write(f"{meeting},,{registrant(number)},guest.{number}@example.org,{action}\r\n")
    return path
