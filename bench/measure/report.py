"""The figures as Markdown."""
import os

from measure import turns
from measure.archives import RATES, SHAPES
from measure.groups import J1, J2, PARSER, VALIDATE, YARDSTICK
from measure.targets import TARGETS

HIT_COLUMNS = ["archive", "decompression alone: CPU s", "`-j1`: CPU s (min-max)", "wall s", "`-j2`: CPU s (min-max)",
               "wall s"]
GROUP_COLUMNS = ["command", "CPU s (min-max)", "wall s", "GB/s of text", "peak MiB", "CPU ×", "wall ×"]
# Of a whole hunt; the others show what one of these is made of.
SUMMED = ["decode", "framing and rows", "program", "top-k"]
STAGE_NOTES = {
    "decode": "the container's text, into a buffer that is used again",
    "framing": "lines found by the framer alone",
    "projection, by layout": "the plan's values found by the layout of the records before",
    "projection, by the parser": "the same by simdjson alone",
    "projection, validated": "the same, every byte parsed",
    "rows": "projection by layout, then shape, names and columns",
    "framing and rows": "text to rows, as a hunt does it: the layout finds where most lines end",
    "match": "the patterns over a batch, no row left out",
    "program": "filters, patterns, flags, score",
    "top-k": "the rows that are left, sorted",
}


def figure(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows] + [""]


def bounds(spread):
    return f"{spread.middle:.3f} ({spread.low:.3f}-{spread.high:.3f})"


def group_title(measured):
    return f"{measured.group.about}: {measured.archive.truth['text_bytes'] / 1e6:,.0f} MB of text"


# ---- the parts -------------------------------------------------------------------------------------


def targets(all_measured, short=False):
    rows = []
    for target in TARGETS:
        if any(group not in all_measured for group in target.groups):
            continue
        found = target.figure(all_measured)
        if found is None:
            rows.append([target.work, target.wanted, "not measured", *([] if short else ["", ""])])
            continue
        row = [target.work, target.wanted, figure(found.middle)]
        rows.append(row if short else [*row, f"{figure(found.low)}-{figure(found.high)}",
                                       "yes" if target.reached(found) else "no"])
    return table(["work", "target", "measured", *([] if short else ["min-max", "reached"])], rows)


def weak_places(all_measured):
    def times(group, one, other=YARDSTICK, what="cpu"):
        found = all_measured[group].ratio(one, other, what)
        return figure(found.middle) if found else "not measured"

    def walls(group):
        return f"wall {times(group, J1, what='wall')}, with a second thread {times(group, J2, what='wall')}"

    def each_object():
        objects = all_measured["objects"]
        each = objects.series[J1].median("cpu") / objects.archive.truth["files"] * 1e6
        return f"{each:.1f} µs of CPU for an object"

    # (where, its group, the command, what else there is to say, and the group of that)
    places = [("another layout in each record", "shuffled", J1,
               lambda: f"{times('shuffled', J1, PARSER)} times `--no-fast-path`", "shuffled"),
              *((f"{shape}, 40 % hits", f"hits-{shape}-40", J1,
                 lambda shape=shape: f"{times(f'hits-{shape}-0', J1)} without hits", f"hits-{shape}-0")
                for shape in SHAPES),
              ("small gzip objects", "objects", J1, each_object, "objects"),
              ("one frame, one thread", "one", J1, lambda: walls("one"), "one"),
              ("`--validate`, nested", "nested", VALIDATE, str, "nested"),
              ("`--validate`, flat", "flat", VALIDATE, str, "flat"),
              ("files not in the page cache, nested", "cold", J1, lambda: walls("cold"), "cold")]
    return table(["where", "CPU of `-j1` over decompression alone", "and"],
                 [[where, times(group, command), more()] for where, group, command, more, other in places
                  if group in all_measured and other in all_measured])


def hit_rates(all_measured):
    rows = []
    for shape, (about, _, _) in SHAPES.items():
        row = []
        for rate in RATES:
            measured = all_measured.get(f"hits-{shape}-{rate.split()[0]}")
            ratios = [measured.ratio(label, YARDSTICK) for label in (J1, J2)] if measured else [None]
            row.append(" / ".join(figure(ratio.middle) for ratio in ratios) if all(ratios) else "not measured")
        rows.append([about, *row])
    return table(["archive", *(f"{rate} hits" for rate in RATES)], rows)


def hit_seconds(all_measured):
    """What hit_rates has as ratios."""
    rows = []
    for name, measured in all_measured.items():
        if not name.startswith("hits-"):
            continue
        alone = measured.series.get(YARDSTICK)
        row = [measured.archive.name, bounds(alone.spread("cpu")) if alone else "not measured"]
        for label in (J1, J2):
            row += [bounds(measured.series[label].spread("cpu")), f"{measured.series[label].median('wall'):.3f}"]
        rows.append(row)
    return table(HIT_COLUMNS, rows)


def stage_table(staged, all_measured):
    archives = [archive for archive, _ in staged]
    middles = [{name: turns.median(values) for name, values in result["seconds"].items()} for _, result in staged]

    def row(name, note, seconds):
        cells = [f"{value:.4f} ({value / middle['decode']:.3f})" if value is not None else ""
                 for value, middle in zip(seconds, middles)]
        return [name, note, *cells]

    def whole(archive):
        measured = all_measured.get(archive.name)
        return measured.series[J1].median("cpu") if measured else None

    rows = [row(name, STAGE_NOTES[name], [middle[name] for middle in middles]) for name in middles[0]]
    rows.append(row("sum", " + ".join(SUMMED), [sum(middle[name] for name in SUMMED) for middle in middles]))
    rows.append(row("whole", "`trawl -j1`, the process", [whole(archive) for archive in archives]))
    by_layout = [f"{result['by_layout'] / result['records']:.1%}" for _, result in staged]
    rows.append(["by layout", "records that the layout read", *by_layout])
    return table(["stage", "", *(archive.name for archive in archives)], rows)


def group_table(measured):
    text = measured.archive.truth["text_bytes"]
    rows = []
    for label in measured.group.commands:
        if label in measured.missing:
            rows.append([f"`{label}`", f"not measured: no {measured.missing[label]}", *[""] * 5])
            continue
        series = measured.series[label]
        cpu, wall = series.spread("cpu"), series.median("wall")
        name = f"`{measured.archive.decompress.split('| xargs -0 ')[1]}`" if label == YARDSTICK else f"`{label}`"
        ratios = [measured.ratio(label, measured.base, what) for what in ("cpu", "wall")]
        rows.append([name.replace("|", "\\|") + (f", exit status {series.failed}" if series.failed else ""),
                     bounds(cpu), f"{wall:.3f}",
                     figure(text / wall / 1e9), f"{series.peak:.0f}",
                     *(figure(ratio.middle) if ratio else "" for ratio in ratios)])
    return table(GROUP_COLUMNS, rows)


def answer_table(answers):
    rows = []
    for name in dict.fromkeys(answer.archive.name for answer in answers):
        here = [answer for answer in answers if answer.archive.name == name]
        rows.append([name, f"{here[0].rows:,}", ", ".join(a.what for a in here if a.good),
                     ", ".join(f"{a.what}: {a.detail}" for a in here if a.good is None),
                     ", ".join(f"**{a.what}: {a.detail}**" for a in here if a.good is False) or "none"])
    return table(["archive", "rows", "equal to `trawl -j1`", "not compared", "different"], rows)


def archive_table(archives):
    rows = []
    for archive in archives:
        truth = archive.truth
        stored = sum(os.path.getsize(path) for path in archive.files())
        rows.append([archive.name, archive.about, f"{truth['records']:,}", f"{truth['text_bytes'] / 1e6:,.1f}",
                     f"{stored / 1e6:,.1f}", f"`{' '.join(archive.options)}`"])
    return table(["archive", "", "records", "MB of text", "MB stored", "options of `trawl-generate`"], rows)


# ---- the whole -------------------------------------------------------------------------------------


TARGETS_NOTE = """Ratios of medians; min-max are the ratios of single rounds. Of DuckDB's CPU what Node and DuckDB take to
start is taken off. `read_ndjson_auto` and `jq` have an eighth of the text (the archive "part"), and so has trawl
beside them."""
HITS_NOTE = """CPU of `-j1` / `-j2`, times that of decompression alone. The rate is the share of the successful sign-ins
that are rows."""
STAGES_NOTE = """Each stage on its own in one thread (`trawl-stages`): seconds of CPU, and in brackets how many times those of
decode."""
COMMANDS_NOTE = """× is times decompression alone, or `trawl -j1` where that is not among the commands. CPU is user + system
time of the process and its children, GB/s is by wall clock, peak memory is that of the largest process (and never
less than what the script itself has, 20 MiB)."""
ANSWERS_NOTE = "Rows are compared whole, all of them, not only the best 1,000."


def section(title, note, lines):
    return [f"## {title}", "", *([note, ""] if note else []), *lines]


def command_tables(all_measured):
    lines = []
    for name, measured in all_measured.items():
        if not name.startswith("hits-"):
            lines += [f"### {name}", "", group_title(measured), "", *group_table(measured)]
    return lines + (["### hits", "", *hit_seconds(all_measured)] if has_hits(all_measured) else [])


def has_hits(all_measured):
    return any(name.startswith("hits-") for name in all_measured)


def whole(about, all_measured, staged, answers, archives):
    """about: lines on the machine and how the figures were made. What was not asked for is left out."""
    lines = ["# Measured", "", *about, ""]
    if all_measured:
        lines += section("Targets", TARGETS_NOTE, targets(all_measured))
        lines += section("Weak places", None, weak_places(all_measured))
    if has_hits(all_measured):
        lines += section("Hit rates", HITS_NOTE, hit_rates(all_measured))
    if staged:
        lines += section("Stages", STAGES_NOTE, stage_table(staged, all_measured))
    if all_measured:
        lines += section("Every command", COMMANDS_NOTE, command_tables(all_measured))
    if answers:
        lines += section("Answers", ANSWERS_NOTE, answer_table(answers))
    return "\n".join([*lines, *section("Archives", None, archive_table(archives))]).rstrip() + "\n"
