"""The archives: made by trawl-generate from seeds, and kept for the next time."""
import hashlib
import json
import os
import shutil
import subprocess

RATES = {"0 %": "0", "0.1 %": "0.001", "5 %": "0.05", "40 %": "0.4"}
# What the sizes of an archive are multiplied with: 1 is --size.
WHOLE, HALF, QUARTER, EIGHTH = 1, 1 / 2, 1 / 4, 1 / 8
OBJECTS_PER_BYTE = 100_000 / (1 << 30)
SMALLEST = 256 << 10

# name: (what it is, share of the size, seed, options of trawl-generate)
SHAPES = {
    "nested": ("nested records of 5.6 KB, zst, 16 files", 1, ["--files", "16"]),
    "flat": ("flat records of 0.57 KB, zst, 16 files", 2, ["--flat", "--files", "16"]),
    "gz": ("nested records, gz, 16 files", 3, ["--container", "gz", "--files", "16"]),
    "one": ("nested records in one zst file of a single frame", 6, ["--files", "1"]),
}
SHARES = {"nested": WHOLE, "flat": HALF, "gz": HALF, "one": WHOLE}
YARDSTICKS = {"zst": "zstd -dc", "gz": "igzip -dc"}


class Archive:
    """Files of one kind below a folder, and what the generator says is in them."""

    def __init__(self, name, about, options, folder):
        self.name, self.about, self.options, self.folder = name, about, options, folder

    @property
    def truth(self):
        with open(f"{self.folder}.truth.ndjson", encoding="utf-8") as file:
            return json.loads(file.readline())

    @property
    def suffix(self):
        gz = "gz" in self.options or "--objects" in self.options
        return "gz" if gz else "zst"

    @property
    def pattern(self):
        """Of the files, as DuckDB takes it."""
        return f"{self.folder}/**/*.{self.suffix}"

    @property
    def decompress(self):
        """The command that only decompresses."""
        return (f"find {self.folder} -type f -name '*.{self.suffix}' -print0 | "
                f"xargs -0 {YARDSTICKS[self.suffix]}")

    def files(self):
        for folder, _, names in os.walk(self.folder):
            for name in names:
                yield os.path.join(folder, name)

    def forget(self):
        """Drops its pages from the page cache."""
        for path in self.files():
            with open(path, "rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def of_rate(shape, rate):
    return f"{shape}, {rate} hits"


def recipes(size):
    """{name: (about, options)} of every archive."""
    def options(share, seed, more):
        return ["--seed", str(seed), "--size", str(max(int(size * share), SMALLEST)), *more]

    made = {}
    for shape, (about, seed, more) in SHAPES.items():
        made[shape] = (about, options(SHARES[shape], seed, more))
        for rate, share in RATES.items():
            made[of_rate(shape, rate)] = (f"as {shape}, of another size",
                                          options(QUARTER, seed, [*more, "--hit-rate", share]))
    made["shuffled"] = ("the records of \"nested, 5 % hits\", in each of them the members in another order",
                        options(QUARTER, 1, ["--files", "16", "--hit-rate", RATES["5 %"], "--shuffle"]))
    made["part"] = ("nested records, as few as the slow peers have time for",
                    options(EIGHTH, 1, ["--files", "16", "--hit-rate", RATES["5 %"]]))
    objects = max(int(size * OBJECTS_PER_BYTE), 50)
    made["objects"] = (f"{objects:,} gzip objects of CloudTrail, two records each",
                       ["--seed", "4", "--objects", "--files", str(objects)])
    return made


class Archives:
    """Makes what is asked for, once."""

    def __init__(self, generator, folder, size):
        self.generator, self.folder, self.recipes = generator, os.path.abspath(folder), recipes(size)
        self.used = {}

    def get(self, name):
        if name not in self.used:
            about, options = self.recipes[name]
            digest = hashlib.sha256(" ".join(options).encode()).hexdigest()[:12]
            folder = os.path.join(self.folder, digest)
            if not os.path.isdir(folder):
                self.make(folder, options)
            self.used[name] = Archive(name, about, options, folder)
        return self.used[name]

    def make(self, folder, options):
        """Under another name, and renamed: what is there is whole."""
        part = f"{folder}.part"
        shutil.rmtree(part, ignore_errors=True)
        os.makedirs(self.folder, exist_ok=True)
        subprocess.run([self.generator, "-q", *options, "--truth", f"{folder}.truth.ndjson", part], check=True)
        os.sync()
        os.rename(part, folder)
