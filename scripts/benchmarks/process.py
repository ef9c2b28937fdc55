"""Running programs and measuring what they cost."""

import json
import os
import re
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass


@dataclass
class Cost:
    """What one run of a program took."""

    seconds: float
    cpu: float
    peak_mib: float
    status: int
    output: str


def measure(command, allowed=(0,), env=None, cwd=None, capture=True):
    """Runs a program to its end. A status that is not allowed ends the benchmark with the program's own words.

    GNU time starts it: what is a child of Python counts Python's own memory as its peak.
    """
    out = subprocess.PIPE if capture else subprocess.DEVNULL
    words = [str(word) for word in command]
    peak = tempfile.NamedTemporaryFile()
    start = time.perf_counter()
    process = subprocess.Popen(
        ["/usr/bin/time", "-q", "-f", "%M", "-o", peak.name, *words],
        stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=env, cwd=cwd,
    )
    output = process.stdout.read().decode(errors="replace") if capture else ""
    _, raw, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    status = os.waitstatus_to_exitcode(raw)
    process.returncode = status
    if status not in allowed:
        raise SystemExit(f"bench: {' '.join(map(str, command))} ended with {status}:\n{output[-2000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, int(peak.read() or 0) / 1024, status, output)


def best(times, run):
    """The run of several that took least: what disturbs a run can only make it slower."""
    return min((run() for _ in range(times)), key=lambda cost: cost.seconds)


class Sandbox:
    """The imitation of Zoom, for as long as a `with` block lasts."""

    def __init__(self, tools, *options):
        self.command = [str(tools.sandbox), *map(str, options)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", line)
        if not address:
            raise SystemExit(f"bench: the sandbox did not start: {line}")
        self.url = address.group()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    @property
    def arguments(self):
        return ["--base-url", f"{self.url}/v2", "--oauth-url", f"{self.url}/oauth/token"]

    def stats(self):
        with urllib.request.urlopen(f"{self.url}/sandbox/stats") as answer:
            return json.load(answer)


class Tools:
    """Where the programs under test are, and a directory for what they write."""

    def __init__(self, built, place, here):
        self.usher = built / "usher"
        self.sandbox = built / "zoom-sandbox"
        self.place = place
        self.here = here
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "TMPDIR": str(place),
            "ZOOM_ACCESS_TOKEN": "sandbox-token",
            # The peer does not compare ids with emails either.
            "USHER_PREFLIGHT": "off",
        }

    def run(self, *arguments, allowed=(0,), extra=None):
        """Runs `usher` with a clean environment."""
        env = self.environment | (extra or {})
        return measure([self.usher, *arguments], allowed=allowed, env=env, cwd=self.place)

    def peer(self, *arguments):
        """Runs the Python script that a good programmer would write instead."""
        python = os.environ.get("BENCH_PYTHON", "python3")
        return measure([python, self.here / "peer.py", *arguments], env=self.environment, cwd=self.place)

    def fresh(self, name):
        """A path for a file that is not there yet."""
        path = self.place / name
        for suffix in ("", "-wal", "-shm", ".lock"):
            (path.parent / (path.name + suffix)).unlink(missing_ok=True)
        return path
