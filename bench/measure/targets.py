"""What was to be reached, and what of it was measured."""
from measure import turns
from measure.groups import DUCK0, DUCK1, DUCK2, J1, J2, JQ, PARSER, TYPED, YARDSTICK


class Target:
    """figure: of {group: Measured}, a Spread; None where a peer is missing."""

    def __init__(self, work, most, bound, figure, groups):
        self.work, self.most, self.bound, self.figure, self.groups = work, most, bound, figure, groups

    @property
    def wanted(self):
        return f"{'≤' if self.most else '≥'} {self.bound:g}"

    def reached(self, figure):
        return figure.middle <= self.bound if self.most else figure.middle >= self.bound


def at_most(work, bound, group, one, other, what="cpu"):
    return Target(work, True, bound, lambda m: m[group].ratio(one, other, what), [group])


def at_least(work, bound, group, one, other, what="cpu", beyond=None):
    return Target(work, False, bound, lambda m: m[group].ratio(one, other, what, beyond), [group])


def highest_peak(all_measured):
    """Of every run of trawl."""
    peaks = [series.peak for measured in all_measured.values()
             for label, series in measured.series.items() if label.startswith("trawl")]
    return turns.Spread(max(peaks), min(peaks), max(peaks))


TARGETS = [
    at_most("nested records, zst, `-j1`: CPU over `zstd -dc`", 0.85, "nested", J1, YARDSTICK),
    at_most("the same, `-j2`: CPU of both over `zstd -dc`", 0.95, "nested", J2, YARDSTICK),
    at_most("flat records, zst, `-j1`: CPU over `zstd -dc`", 1.3, "flat", J1, YARDSTICK),
    at_most("nested records, gz, `-j1`: CPU over `igzip -dc`", 1.5, "gz", J1, YARDSTICK),
    at_most("one single-frame zst, `-j2`: wall over `zstd -dc`", 0.85, "one", J2, YARDSTICK, "wall"),
    at_most("small gzip objects, count by eventName, `-j1`: CPU over `igzip -dc`", 0.6, "objects", J1, YARDSTICK),
    at_least("DuckDB, projection by hand, nested zst, 1 thread: its CPU over trawl's", 3, "duckdb-nested", DUCK1, J1,
             beyond=DUCK0),
    at_least("the same, 2 threads", 3, "duckdb-nested", DUCK2, J2, beyond=DUCK0),
    at_least("the same, nested gz, 1 thread", 4, "duckdb-gz", DUCK1, J1, beyond=DUCK0),
    at_least("the same, 2 threads", 4, "duckdb-gz", DUCK2, J2, beyond=DUCK0),
    at_least("the same, flat zst, 1 thread", 2, "duckdb-flat", DUCK1, J1, beyond=DUCK0),
    at_least("the same, 2 threads", 2, "duckdb-flat", DUCK2, J2, beyond=DUCK0),
    at_least("DuckDB `read_ndjson_auto`, nested zst, 1 thread: its CPU over trawl's", 15, "typed", TYPED, J1,
             beyond=DUCK0),
    at_least("`zstd -dc \\| jq`, nested zst: its CPU over trawl's", 40, "typed", JQ, J1),
    at_least("two threads over one, 16 files, nested zst: wall", 1.9, "nested", J1, J2, "wall"),
    Target("peak memory of any run of trawl here, MiB", True, 160, highest_peak, ["nested"]),
    at_most("another layout in each record: CPU over that of `--no-fast-path`", 1.15, "shuffled", J1, PARSER),
]
