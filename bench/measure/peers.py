"""The programs that trawl is measured against: where they are, and how they do the same work."""
import os
import re
import shlex
import shutil
import subprocess

QUERIES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "queries")
# What a screen by literals looks for: any record with one of them may be a row.
LITERALS = ("impossibletravel|anonymizedipaddress|maliciousipaddress|unfamiliarfeatures|passwordspray|"
            "leakedcredentials|nationstateip|riskyipaddress|investigationsthreatintelligence|"
            "\"risklevelduringsignin\":\"(high|medium)|\"riskstate\":\"(atrisk|confirmedcompromised)")


def first_line(command, environment=None):
    """Of what the command prints, or None where it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    except (OSError, subprocess.CalledProcessError):
        return None
    return (done.stdout or done.stderr).strip().split("\n")[0]


def version(text):
    found = re.search(r"\d+(\.\d+)+", text or "")
    return found.group() if found else None


class Peers:
    """versions: of those that are there. missing: {name: what to do} of those that are not."""

    def __init__(self, cache):
        self.cache = cache
        self.versions, self.missing = {}, {}
        for name, package in (("zstd", "zstd"), ("igzip", "isal"), ("jq", "jq"), ("rg", "ripgrep")):
            there = shutil.which(name) and version(first_line([name, "--version"]))
            if there:
                self.versions[name] = there
            else:
                self.missing[name] = f"install {package}"
        duckdb = version(first_line(["node", f"{QUERIES}/duckdb.cjs", "--version"], self.environment))
        if duckdb:
            self.versions["DuckDB"] = duckdb
            self.versions["node"] = version(first_line(["node", "--version"]))
        else:
            self.missing["DuckDB"] = f"install Node and run: npm install --prefix {cache} @duckdb/node-api"

    @property
    def environment(self):
        return {**os.environ, "NODE_PATH": os.path.join(self.cache, "node_modules")}

    def has(self, *names):
        return all(name in self.versions for name in names)

    def duckdb(self, threads, view=None, archive=None, out=None):
        """The hunt in DuckDB, over a view of queries/; without one it is started and asked nothing."""
        modules = shlex.quote(os.path.join(self.cache, "node_modules"))
        command = f"NODE_PATH={modules} node {QUERIES}/duckdb.cjs {threads}"
        if view:
            command += f" {QUERIES}/{view}.sql {QUERIES}/hunt.sql '{archive.pattern}'"
        return command + (f" {out}" if out else "")

    def jq(self, archive):
        return f"{archive.decompress} | jq -c -f {QUERIES}/hunt.jq"

    def ripgrep(self, archive):
        """1 is that no line has any of them."""
        return f"{archive.decompress} | rg -ci {shlex.quote(LITERALS)} || [ $? -eq 1 ]"
