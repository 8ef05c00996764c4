"""Whether all of them find the same: no figure counts whose answer is another one."""
import json
import os
import subprocess
from collections import Counter

from measure.archives import RATES, SHAPES, of_rate

ALL = "--limit 1000000000"
VARIANTS = ["-j2", "-j1 --no-fast-path", "-j1 --validate"]


class Answer:
    """One comparison with the rows that trawl -j1 finds. good None: it could not be made."""

    def __init__(self, archive, what, good, detail):
        self.archive, self.what, self.good, self.detail = archive, what, good, detail
        self.rows = 0  # of trawl -j1


def compared_with(found, answers):
    for answer in answers:
        answer.rows = found.count(b"\n")
    return answers


def output(command):
    return subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout


def cell(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def rows(ndjson):
    """As a multiset, whoever printed them: cells as texts, those that are missing left out."""
    found = Counter()
    for line in ndjson.splitlines():
        record = json.loads(line)
        found[tuple(sorted((name, cell(value)) for name, value in record.items() if value not in (None, "")))] += 1
    return found


def compared(archive, what, one, other):
    lacks, extra = sum((one - other).values()), sum((other - one).values())
    return Answer(archive, what, one == other, f"{lacks:,} rows missing, {extra:,} too many")


def variants(tools, archive, options=ALL):
    """The rows of -j1, and whether the other ways to run print the same bytes."""
    first = output(f"{tools.trawl} -q {options} -j1 {archive.folder}")
    answers = []
    for variant in VARIANTS:
        same = output(f"{tools.trawl} -q {options} {variant} {archive.folder}") == first
        answers.append(Answer(archive, f"`{variant}`", same, "other bytes"))
    return first, answers


def against_truth(archive, found):
    """The generator counted what it wrote."""
    truth = archive.truth
    of_score = Counter(json.loads(line)["threat_score"] for line in found.splitlines())
    want = {score: truth[f"score_{score}"] for score in (1, 2, 3) if truth[f"score_{score}"]}
    return Answer(archive, "the generator's count of each score", dict(of_score) == want,
                  f"{dict(of_score)}, not {want}")


def of_duckdb(tools, archive, view, found):
    if not tools.peers.has("DuckDB"):
        return Answer(archive, "DuckDB", None, "not installed")
    out = os.path.join(tools.archives.folder, f"duckdb-{os.getpid()}.ndjson")
    try:
        output(tools.peers.duckdb(2, view, archive, out))
        with open(out, "rb") as file:
            return compared(archive, f"DuckDB ({view}.sql)", rows(found), rows(file.read()))
    finally:
        if os.path.exists(out):
            os.unlink(out)


def of_jq(tools, archive, found):
    if not tools.peers.has("zstd", "jq"):
        return Answer(archive, "jq", None, "not installed")
    return compared(archive, "jq", rows(found), rows(output(tools.peers.jq(archive))))


def of_reference(tools, archive):
    """The hunt as another program, where it lies beside the checkout: tests/e2e/oracle."""
    if not os.path.exists(tools.reference):
        return Answer(archive, "the reference implementation", None, "not beside the checkout")
    text = output(f"python3 {tools.reference} {archive.folder}")
    best = output(f"{tools.trawl} -q -j2 --format ndjson {archive.folder}")
    return Answer(archive, "the reference implementation", text == best, "other bytes")


def of_objects(tools):
    archive = tools.archives.get("objects")
    found, answers = variants(tools, archive, "-e 'groupBy(eventName)'")
    if not tools.peers.has("igzip", "jq"):
        return compared_with(found, [*answers, Answer(archive, "jq", None, "not installed")])
    names = Counter(output(f"{archive.decompress} | jq -r '.Records[].eventName'").decode().split())
    counted = Counter({row["eventName"]: row["_count"] for row in map(json.loads, found.splitlines())})
    return compared_with(found, [*answers, Answer(archive, "jq", names == counted, "other counts")])


def of_shuffled(tools):
    """The same records as those of an archive in order."""
    archive = tools.archives.get("shuffled")
    found, answers = variants(tools, archive)
    ordered = output(f"{tools.trawl} -q {ALL} -j1 {tools.archives.get(of_rate('nested', '5 %')).folder}")
    return compared_with(found, [*answers, Answer(archive, "the same records in order", found == ordered,
                                                  "other bytes")])


def of_part(tools):
    archive = tools.archives.get("part")
    found, answers = variants(tools, archive)
    return compared_with(found, [*answers, of_duckdb(tools, archive, "typed", found), of_jq(tools, archive, found),
                                 of_reference(tools, archive)])


def of_shape(tools, shape, rate):
    archive = tools.archives.get(of_rate(shape, rate))
    found, answers = variants(tools, archive)
    return compared_with(found, [*answers, against_truth(archive, found),
                                 of_duckdb(tools, archive, "flat" if shape == "flat" else "nested", found)])


def compare_all(tools):
    answers = of_part(tools) + of_shuffled(tools) + of_objects(tools)
    for shape in SHAPES:
        for rate in RATES:
            answers += of_shape(tools, shape, rate)
    return answers
