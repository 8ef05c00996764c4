/* query_memory_test.c - queries compiled with too little memory: each allocation fails in turn, and
 * all from it on. There is an error then, or the very plan that there should be. That nothing leaks
 * is for the builds with sanitizers to see. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/buffer.h"
#include "engine/trawl.h"
#include "tests/unit/scarce.h"
#include "tools/hunts/hunts.h"

static char folder[64];

static void put(const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static void make_folder(void) {
    strcpy(folder, "/tmp/query-memory-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    put("users.csv", "name,team,net\nada,red,10.0.0.0/8\nb*,\"a,b\",192.168.1.7\n");
    put("risky.cql", "// of saved queries\nresult != 0 | score := ?least * 2\n");
}

static void remove_folder(void) {
    static const char *const names[] = {"users.csv", "risky.cql"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    cr_expect_eq(rmdir(folder), 0);
}

TestSuite(query_memory, .init = make_folder, .fini = remove_folder, .timeout = 300);

/* A query and how it is to be compiled. */
struct trial {
    struct text query;
    bool every_option;
};

static struct trawl_plan *compile(struct trial trial, struct trawl_diagnostics **diagnostics) {
    static const struct trawl_parameter least = {"least", "7"};
    struct trawl_query_options options = {
        .parameters = &least, .parameter_count = 1, .lookups = folder, .saved = folder};
    if (trial.every_option) {
        options.since = 1;
        options.until = INT64_MAX;
        options.evidence = options.dedupe = true;
    }
    return trawl_query_compile("query", trial.query.data, trial.query.length, &options,
                               diagnostics);
}

static bool has_error(const struct trawl_diagnostics *diagnostics) {
    for (size_t i = 0; i < trawl_diagnostics_count(diagnostics); i++)
        if (!trawl_diagnostics_get(diagnostics, i).warning) return true;
    return false;
}

/* Compiles with these allocations failing. `explained`: what the plan is if there is one. Returns
 * how many allocations there were. */
static unsigned long compile_scarce(struct trial trial, unsigned long first, unsigned long count,
                                    const char *explained) {
    struct trawl_diagnostics *diagnostics = NULL;
    scarce_begin(first, count);
    struct trawl_plan *plan = compile(trial, &diagnostics);
    unsigned long asked = scarce_end();
    if (plan) {
        cr_assert_not_null(explained, "%s", trial.query.data);
        cr_assert_str_eq(trawl_plan_explain(plan), explained);
        cr_assert(!has_error(diagnostics));
    } else if (diagnostics) {
        cr_assert(has_error(diagnostics), "no plan and no error (%lu): %s", first,
                  trial.query.data);
    }
    trawl_plan_free(plan);
    trawl_diagnostics_free(diagnostics);
    return asked;
}

static void try_with_less_and_less(struct trial trial) {
    struct trawl_diagnostics *diagnostics;
    struct trawl_plan *plan = compile(trial, &diagnostics);
    const char *explained = plan ? trawl_plan_explain(plan) : NULL;
    unsigned long all = compile_scarce(trial, 1, 0, explained);
    for (unsigned long i = 1; i <= all; i++) {
        compile_scarce(trial, i, 1, explained);
        compile_scarce(trial, i, all, explained);
    }
    trawl_plan_free(plan);
    trawl_diagnostics_free(diagnostics);
}

Test(query_memory, built_in_hunts) {
    for (const struct hunt_text *hunt = hunt_texts; hunt->name; hunt++)
        for (int every = 0; every < 2; every++)
            try_with_less_and_less((struct trial){{hunt->text, hunt->length}, every});
}

/* Each kind of construct at least once. */
Test(query_memory, constructs) {
    static const char *const queries[] = {
        "a=1 b!=\"x*\" or not (c=/d+/i and e>2) | \"free text\" or *",
        "x := if(a == \"b\", then=upper(c), else=concat([d, \"-\", e])) | x like \"f\"",
        "case { a=1 | x := 1; b=* | x := 2; * | drop(b) } | wildcard(\"*x*\", field=b) | test(a > "
        "b)",
        "a match { \"x\" => y := 1; /z.*/ => y := 2; in(values=[p, q]) => y := 3; * => y := 4 }",
        "regex(\"(?<user>[^@]+)@(?<host>.*)\", field=mail, flags=i) | replace(\"a(b)\", "
        "with=\"$1\")",
        "groupBy([a, b], function=[count(as=n), max(c), percentile(d, percentiles=[50, 99])])",
        "groupBy(a, function={ b=1 | [sum(c, as=s), collect([d, e])] }) | sort(s, limit=5)",
        "groupBy(a, function=[selectLast([b, c]), selectFromMax(d, include=[e]), avg(f), "
        "stdDev(g)])",
        "top([a, b], limit=3, rest=others) | rename(_count, as=n) | format(\"%s-%d\", field=[a, "
        "n])",
        "timeChart(span=1h, function=count(), series=a) | tail(3)",
        "bucket(span=5m, field=b, function=[avg(c), range(d)]) | head(2)",
        "match(file=\"users.csv\", field=user, column=name, include=[team], mode=glob) | count()",
        "match(\"users.csv\", field=ip, column=net, mode=cidr, strict=false) | "
        "readFile(\"users.csv\")",
        "join({b=2 | groupBy(k, function=count(as=m))}, field=k, include=[m], mode=left) | "
        "table([k])",
        "defineTable(query={a=1}, include=[u, v], name=\"t\") | match(t, field=u) | select([u, v])",
        "selfJoinFilter([id], where=[{a=1}, {b=2}]) | groupBy(id)",
        "$risky() | in(score, values=[1, \"2\", 3*]) | cidr(ip, subnet=[\"10.0.0.0/8\", \"::/0\"])",
        "split(list) | array:append(\"xs[]\", values=[1, 2]) | array:contains(\"xs[]\", value=2)",
        "array:union(arrays=[\"a[]\", \"b[]\"]) | array:sort(\"a[]\") | concatArray(a) | "
        "array:drop(\"b[]\")",
        "parseJson(raw, prefix=p) | parseTimestamp(\"yyyy-MM-dd\", field=t) | kvParse(line)",
        "parseXml(x) | parseCsv(y, columns=[a, b]) | json:prettyPrint(z) | splitString(s, "
        "by=\",\")",
        "session([count(), max(a)], maxpause=5m) | sort(_count)",
        "partition([count()], condition={a=1}, split=before) | accumulate(sum(b))",
        "neighbor(a, prefix=before, direction=preceding) | slidingWindow(count(), events=3)",
        "slidingTimeWindow([sum(a), min(b)], span=1h) | series([c, d], maxpause=1m)",
        "correlate(x: {a=1}, y: {b=2 | k <=> x.k}, within=1h, sequence=true)",
        "createEvents([\"a=1\", \"a=2\"]) | kvParse() | hash(a, limit=10) | crypto:sha256(a)",
        "bitfield:extractFlags(a, output=[[0, x], [3, y]]) | base64Decode(c) | shannonEntropy(d)",
        "eval(c=a+b*2-1) | round(c) | math:sqrt(c) | unit:convert(a, from=s, to=ms)",
        "findTimestamp(field=f) | formatTime(\"%Y\", field=@timestamp, as=y) | d := "
        "time:dayOfWeek()",
        "setTimeInterval(start=\"2026-03-07T00:00:00Z\") | sankey(source=a, target=b) ",
        "gruopBy(a) | x := frobnicate(b) | (c=1", /* errors, from here on */
        "groupBy(a, function=nothing()) | sort(, limit=0) | \"open",
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        for (int every = 0; every < 2; every++)
            try_with_less_and_less((struct trial){text_of(queries[i]), every});
}
