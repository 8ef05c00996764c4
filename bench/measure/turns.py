"""Commands run in turn: CPU, wall clock and peak memory of each, as medians of rounds.

Within a round each command runs once, so that a machine that gets slower or faster meanwhile does so
for all of them, and a ratio of two commands of one round means something. CPU is user + system time
of the command and all its children."""
import os
import subprocess
import time
from typing import NamedTuple


class Run(NamedTuple):
    cpu: float   # seconds
    wall: float  # seconds
    peak: float  # MiB, of the largest process
    status: int


def run(command):
    start = time.monotonic()
    process = subprocess.Popen(["sh", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024,
               process.returncode)


def in_turn(commands, rounds, before=None):
    """A Series for each command. A first round, not counted, warms the caches; `before`, where given,
    is called before each run instead."""
    runs = [[] for _ in commands]
    for turn in range(rounds if before else rounds + 1):
        for i, command in enumerate(commands):
            if before:
                before()
            result = run(command)
            if before or turn:
                runs[i].append(result)
    return [Series(results) for results in runs]


def median(values):
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


class Spread(NamedTuple):
    middle: float
    low: float
    high: float


def spread(values):
    return Spread(median(values), min(values), max(values))


class Series:
    """The runs of one command, round by round."""

    def __init__(self, runs):
        self.runs = runs

    def values(self, what):
        return [getattr(run, what) for run in self.runs]

    def spread(self, what):
        return spread(self.values(what))

    def median(self, what):
        return median(self.values(what))

    @property
    def peak(self):
        return max(self.values("peak"))

    @property
    def failed(self):
        """The first exit status that is not 0, or 0."""
        return next((run.status for run in self.runs if run.status), 0)

    def beyond(self, other):
        """This one without what `other` takes: a peer without its start-up."""
        return Series([run._replace(cpu=max(run.cpu - rest.cpu, 1e-9), wall=max(run.wall - rest.wall, 1e-9))
                       for run, rest in zip(self.runs, other.runs)])


def ratio(one, other, what="cpu"):
    """Of medians; low and high are those of the rounds."""
    rounds = [a / b if b else float("inf") for a, b in zip(one.values(what), other.values(what))]
    least = other.median(what)
    return Spread(one.median(what) / least if least else float("inf"), min(rounds), max(rounds))
