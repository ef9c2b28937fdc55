#!/usr/bin/env python3
"""What a good programmer would write in an afternoon instead of Usher: csv, sqlite3, aiohttp, a token bucket.

It journals with the same durability (one transaction, synced, for each result), limits its rate, retries what fails, and
groups decisions into requests of 30. It has none of Usher's care for mangled cells, daily limits or blame.

    peer.py ingest FILE JOURNAL
    peer.py send JOURNAL BASE_URL TOKEN RATE WORKERS     RATE 0 means no limit
"""

import asyncio
import csv
import json
import re
import sqlite3
import sys
import time

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MEETING = re.compile(r"\d{9,11}")
ACTIONS = {"approve", "deny", "cancel"}


def connect(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    return connection


def ingest(source, journal):
    connection = connect(journal)
    connection.executescript(
        """
        create table decision (
            id integer primary key, meeting text, occurrence text, registrant text, email text, action text,
            state text not null, reason text, batch integer
        );
        create table batch (id integer primary key, meeting text, occurrence text, action text, state text, attempts int);
        """
    )
    connection.execute("begin")

    def rows():
        seen = set()
        with open(source, newline="", encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                meeting = row["Meeting ID"].replace(" ", "")
                action = row["Action"].strip().lower()
                email = row["Email"].strip()
                state = "pending"
                key = (meeting, row["Occurrence"], row["Registrant ID"] or email)
                if not MEETING.fullmatch(meeting) or action not in ACTIONS or (email and not EMAIL.fullmatch(email)):
                    state = "rejected"
                elif key in seen:
                    state = "skipped"
                else:
                    seen.add(key)
                yield meeting, row["Occurrence"], row["Registrant ID"], email, action, state

    connection.executemany(
        "insert into decision (meeting, occurrence, registrant, email, action, state) values (?, ?, ?, ?, ?, ?)", rows()
    )
    connection.execute("create index decision_group on decision (meeting, occurrence, action)")
    group, members, batch = None, [], 0

    def close():
        connection.execute("insert into batch values (?, ?, ?, ?, 'pending', 0)", (batch, *group))
        connection.executemany("update decision set batch = ? where id = ?", [(batch, member) for member in members])

    for row in connection.execute(
        "select id, meeting, occurrence, action from decision where state = 'pending' order by meeting, occurrence, action"
    ).fetchall():
        if row[1:] != group or len(members) == 30:
            if members:
                close()
            batch, group, members = batch + 1, row[1:], []
        members.append(row[0])
    if members:
        close()
    connection.execute("create index decision_batch on decision (batch)")
    connection.execute("commit")


class TokenBucket:
    def __init__(self, rate):
        self.rate, self.next = rate, time.monotonic()

    async def wait(self):
        if not self.rate:
            return
        now = time.monotonic()
        self.next = max(self.next, now) + 1 / self.rate
        await asyncio.sleep(self.next - now - 1 / self.rate)


async def send(journal, base, token, rate, workers):
    import aiohttp

    connection = connect(journal)
    bucket = TokenBucket(rate)
    queue = asyncio.Queue()
    for batch in connection.execute("select id, meeting, occurrence, action from batch where state <> 'applied'").fetchall():
        queue.put_nowait(batch)
    counts = {"requests": 0, "429": 0}
    busy = {}

    async def work(session):
        while True:
            try:
                batch, meeting, occurrence, action = queue.get_nowait()
            except asyncio.QueueEmpty:
                return
            people = [
                {"id": registrant, "email": email}
                for registrant, email in connection.execute("select registrant, email from decision where batch = ?", (batch,))
            ]
            body = json.dumps({"action": action, "registrants": people})
            connection.execute("update batch set state = 'in_flight' where id = ?", (batch,))
            async with busy.setdefault(meeting, asyncio.Lock()):
                for attempt in range(6):
                    await bucket.wait()
                    counts["requests"] += 1
                    try:
                        async with session.put(
                            f"{base}/meetings/{meeting}/registrants/status",
                            params={"occurrence_id": occurrence} if occurrence else None,
                            data=body,
                            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                        ) as answer:
                            status = answer.status
                            await answer.read()
                    except aiohttp.ClientError:
                        status = 0
                    if status == 429:
                        counts["429"] += 1
                    if status == 204 or 400 <= status < 500 and status != 429:
                        break
                    await asyncio.sleep(0.5 * 2**attempt)
            state = "applied" if status == 204 else "failed"
            connection.execute("begin")
            connection.execute("update batch set state = ?, attempts = attempts + ? where id = ?", (state, attempt + 1, batch))
            connection.execute("update decision set state = ? where batch = ?", (state, batch))
            connection.execute("commit")

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=workers)) as session:
        await asyncio.gather(*(work(session) for _ in range(workers)))
    print(json.dumps(counts))


if __name__ == "__main__":
    if sys.argv[1] == "ingest":
        ingest(*sys.argv[2:4])
    else:
        asyncio.run(send(sys.argv[2], sys.argv[3], sys.argv[4], float(sys.argv[5]), int(sys.argv[6])))
