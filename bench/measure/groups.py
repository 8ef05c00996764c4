"""What is measured: groups of commands that take turns over one archive."""
import json
import subprocess

from measure import turns
from measure.archives import RATES, SHAPES, of_rate

J1, J2, VALIDATE, PARSER = "trawl -j1", "trawl -j2", "trawl -j1 --validate", "trawl -j1 --no-fast-path"
YARDSTICK = "decompression alone"
DUCK1, DUCK2, DUCK0 = "DuckDB, 1 thread", "DuckDB, 2 threads", "DuckDB, started only"
TYPED, JQ, RG = "DuckDB read_ndjson_auto, 1 thread", "zstd -dc | jq", "zstd -dc | rg -c"
COUNT = "-e 'groupBy(eventName)'"
FEW = 3  # rounds of what takes long
STAGES_OVER = ["nested", "flat", "gz", "shuffled"]


def rounds_of(rounds, few):
    return min(rounds, FEW) if few else rounds


class Group:
    """commands: {label: (what it needs, command of an archive)}."""

    def __init__(self, name, about, archive, commands, few=False, cold=False):
        self.name, self.about, self.archive, self.commands = name, about, archive, commands
        self.few, self.cold = few, cold


class Measured:
    """A group with its figures. series: {label: Series}; missing: {label: the peer that is not there}."""

    def __init__(self, group, archive, series, missing):
        self.group, self.archive, self.series, self.missing = group, archive, series, missing

    @property
    def base(self):
        """What the others are compared with: decompression, in groups that have it."""
        return YARDSTICK if YARDSTICK in self.group.commands else J1

    def ratio(self, one, other, what="cpu", beyond=None):
        """None: not measured. beyond: the command whose figures are taken off those of `one`."""
        if any(label not in self.series for label in (one, other, beyond) if label):
            return None
        top = self.series[one]
        return turns.ratio(top.beyond(self.series[beyond]) if beyond else top, self.series[other], what)


def trawl(tools, *options):
    def command(archive):
        return " ".join([tools.trawl, "-q", *options, archive.folder])
    return ((), command)


def yardstick(archive_name):
    needs = ("igzip",) if archive_name.split(",")[0] in ("gz", "objects") else ("zstd",)
    return (needs, lambda archive: archive.decompress)


def duckdb(tools, threads, view=None):
    return (("DuckDB",), lambda archive: tools.peers.duckdb(threads, view, archive))


def against_duckdb(tools, name, view):
    return Group(f"duckdb-{name}", f"{name} against DuckDB with a projection written by hand", name, {
        J1: trawl(tools, "-j1"), DUCK1: duckdb(tools, 1, view),
        J2: trawl(tools, "-j2"), DUCK2: duckdb(tools, 2, view), DUCK0: duckdb(tools, 1)}, few=True)


def hits(tools, shape, rate):
    name = of_rate(shape, rate)
    return Group(f"hits-{shape}-{rate.split()[0]}", name, name, {
        J1: trawl(tools, "-j1"), J2: trawl(tools, "-j2"), YARDSTICK: yardstick(name)})


def all_groups(tools):
    def whole(name, *more):
        return {J1: trawl(tools, "-j1"), J2: trawl(tools, "-j2"), **dict(more), YARDSTICK: yardstick(name)}

    validate, parser = (VALIDATE, trawl(tools, "-j1", "--validate")), (PARSER, trawl(tools, "-j1", "--no-fast-path"))
    screen = (RG, (("zstd", "rg"), tools.peers.ripgrep))
    groups = [Group(name, SHAPES[name][0], name, whole(name, validate, parser)) for name in ("nested", "flat", "gz")]
    groups += [
        Group("one", SHAPES["one"][0], "one", whole("one")),
        Group("objects", "count by eventName of small gzip objects", "objects",
              {"trawl -j1": trawl(tools, "-j1", COUNT), "trawl -j2": trawl(tools, "-j2", COUNT),
               YARDSTICK: yardstick("objects")}, few=True),
        Group("shuffled", "another layout in each record", "shuffled", whole("shuffled", parser)),
        *(against_duckdb(tools, name, "flat" if name == "flat" else "nested") for name in ("nested", "flat", "gz")),
        Group("typed", "against what people type", "part", {
            J1: trawl(tools, "-j1"), screen[0]: screen[1],
            TYPED: duckdb(tools, 1, "typed"), DUCK0: duckdb(tools, 1),
            JQ: (("zstd", "jq"), tools.peers.jq), YARDSTICK: yardstick("part")}, few=True),
        *(hits(tools, shape, rate) for shape in SHAPES for rate in RATES),
        Group("cold", "nested, from disk: its pages are dropped from the cache before each command", "nested",
              {J1: trawl(tools, "-j1"), J2: trawl(tools, "-j2"), YARDSTICK: yardstick("nested")},
              few=True, cold=True),
    ]
    return groups


def measure(group, tools):
    archive = tools.archives.get(group.archive)
    present = {label: command for label, (needs, command) in group.commands.items() if tools.peers.has(*needs)}
    missing = {label: next(need for need in needs if not tools.peers.has(need))
               for label, (needs, _) in group.commands.items() if not tools.peers.has(*needs)}
    series = turns.in_turn([command(archive) for command in present.values()], rounds_of(tools.rounds, group.few),
                           archive.forget if group.cold else None)
    return Measured(group, archive, dict(zip(present, series)), missing)


def measure_stages(name, tools):
    """What trawl-stages prints of an archive."""
    archive = tools.archives.get(name)
    done = subprocess.run([tools.stages, "-n", str(rounds_of(tools.rounds, few=True)), archive.folder],
                          capture_output=True, text=True, check=True)
    return archive, json.loads(done.stdout)
