#include "engine/query/syntax.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "tests/unit/syntax_print.h"

static bool filters(struct text name) {
    static const char *const names[] = {"in", "test", "regex", "cidr", "wildcard"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (name.length == strlen(names[i]) && !strncasecmp(name.data, names[i], name.length)) {
            return true;
        }
    }
    return false;
}

struct parsed {
    struct trawl_diagnostics *diagnostics;
    struct syntax *syntax;
};

static struct parsed parse(const char *text, size_t length, bool strict) {
    struct parsed parsed = {.diagnostics = diagnostics_new(text, length)};
    parsed.syntax = syntax_parse(text, length, strict, filters, parsed.diagnostics);
    cr_assert_not_null(parsed.syntax);
    return parsed;
}

static void release(struct parsed *parsed) {
    syntax_free(parsed->syntax);
    trawl_diagnostics_free(parsed->diagnostics);
}

/* The query is read as this tree, without a complaint. */
static void reads(const char *query, const char *tree) {
    struct parsed parsed = parse(query, strlen(query), true);
    if (trawl_diagnostics_count(parsed.diagnostics)) {
        cr_assert_fail("%s: %s", query, trawl_diagnostics_get(parsed.diagnostics, 0).message);
    }
    struct buffer out = {0};
    print_pipeline(&out, syntax_pipeline(parsed.syntax));
    buffer_append_char(&out, '\0');
    cr_assert_str_eq(out.data, tree, "%s\n  is read as %s\n  and not as %s", query, out.data, tree);
    buffer_free(&out);
    release(&parsed);
}

/* The same by extension: one warning that holds the words; an error if strict. */
static void extends(const char *query, const char *tree, const char *words) {
    struct parsed parsed = parse(query, strlen(query), false);
    cr_assert_eq(trawl_diagnostics_count(parsed.diagnostics), 1, "%s", query);
    struct trawl_diagnostic only = trawl_diagnostics_get(parsed.diagnostics, 0);
    cr_assert(only.warning && strstr(only.message, words), "%s: %s", query, only.message);
    struct buffer out = {0};
    print_pipeline(&out, syntax_pipeline(parsed.syntax));
    buffer_append_char(&out, '\0');
    cr_assert_str_eq(out.data, tree, "%s\n  is read as %s", query, out.data);
    buffer_free(&out);
    release(&parsed);
    parsed = parse(query, strlen(query), true);
    cr_assert(diagnostics_failed(parsed.diagnostics), "%s: strict", query);
    release(&parsed);
}

/* The query has just these errors: "line:column words; ...", the words of the message or hint. */
static void fails(const char *query, const char *const *errors) {
    struct parsed parsed = parse(query, strlen(query), false);
    size_t count = trawl_diagnostics_count(parsed.diagnostics);
    for (size_t i = 0; i < count || errors[i]; i++) {
        cr_assert(i < count, "%s: no error \"%s\"", query, errors[i]);
        struct trawl_diagnostic given = trawl_diagnostics_get(parsed.diagnostics, i);
        cr_assert(errors[i], "%s: more: %zu:%zu %s", query, given.line, given.column,
                  given.message);
        unsigned line, column;
        int words;
        cr_assert_eq(sscanf(errors[i], "%u:%u %n", &line, &column, &words), 2);
        cr_assert(!given.warning && given.line == line && given.column == column &&
                      (strstr(given.message, errors[i] + words) ||
                       (given.hint && strstr(given.hint, errors[i] + words))),
                  "%s\n  expected %s\n  found %zu:%zu %s (%s)", query, errors[i], given.line,
                  given.column, given.message, given.hint ? given.hint : "no hint");
    }
    release(&parsed);
}
#define FAILS(query, ...) fails(query, (const char *const[]){__VA_ARGS__, NULL})

/* ---- filters ------------------------------------------------------------------------------ */

Test(syntax, filter_patterns) {
    reads("a=b", "a=b");
    reads("#kind = \"two words\"", "#kind=\"two words\"");
    reads("a != *.exe", "a!=*.exe");
    reads("a=*", "a=*");
    reads("a=-5 b=1.5e3 c=15m d=10.0.0.*", "(and a=#-5 b=#1.5e3 c=15m d=10.0.0.*)");
    reads("path=C:\\Windows\\* x=\\\\Device\\\\* y=*\\\\foo.exe",
          "(and path=C:\\Windows\\* x=\\\\Device\\\\* y=*\\\\foo.exe)");
    reads("who=user@example.com at=https://host/a//b",
          "(and who=user@example.com at=https://host/a//b)");
    reads("a>=5 b<?limit c<>\"x\"", "(and a>=#5 b<?limit c!=\"x\")");
    reads("a like b c LIKE \"d\"", "(and alikeb clike\"d\")");
    reads("f=/a\\/b\\\\/iF g=/x/mdg", "(and f=/a/b\\\\/i g=/x/mdg)");
    reads("f=/[^/]+[]/]/", "f=/[^/]+[]/]/");
    reads("f=/\\[/ g=/]/", "(and f=/\\[/ g=/]/)");
    reads("foo=m/fisk/i", "foo=m/fisk/i"); /* no regex: it begins with m */
    reads("\"a b\"=* \"Scope(s)\"=x", "(and a b=* Scope(s)=x)");
    reads("a[0].b=1 c[]=2", "(and a[0].b=#1 c[]=#2)");
    reads("größe=naïve", "größe=naïve");
    reads("p=?p q=?{q=*} r=?{ r = \"x y\" } s=?{s=*a*}", "(and p=?p q=?q=* r=?r=\"x y\" s=?s=*a*)");
    reads("x=\"a\\\"b\\\\c\\nd\\te\\d\"", "x=\"a\"b\\c\nd\te\\d\"");
    reads("parent <=> cmd.target", "parent<=>cmd.target");
}

Test(syntax, free_text) {
    reads("foo \"two words\" /re/i ?p 404",
          "(and text:foo text:\"two words\" text:/re/i text:?p text:#404)");
    reads("*", "all");
    reads("true", "all");
    reads("false", "none");
    reads("\"true\"", "text:\"true\"");
    reads("https://www.example.com/", "text:https://www.example.com/");
    reads("https: //www.example.com/", "text:https:");
    reads("order nothing android", "(and text:order text:nothing text:android)");
}

Test(syntax, filter_precedence) {
    reads("a=1 or b=2 c=3 or d=4", "(and (or a=#1 b=#2) (or c=#3 d=#4))");
    reads("a=1 AND b=2 Or c=3", "(and a=#1 (or b=#2 c=#3))");
    reads("not a=1 or !b=2", "(or (not a=#1) (not b=#2))");
    reads("NOT not (a=1 b=2)", "(not (not (and a=#1 b=#2)))");
    reads("foo or not bar and baz", "(and (or text:foo (not text:bar)) text:baz)");
    reads("!(a=1)b=2", "(and (not a=#1) b=#2)");
    reads("a=1 (b=2 or c=3)", "(and a=#1 (or b=#2 c=#3))");
}

Test(syntax, filter_calls) {
    reads("in(a, values=[b, \"c\"]) or a=~cidr(subnet=\"10.0.0.0/8\")",
          "(or in(a values=[b \"c\"]) a=~cidr(subnet=\"10.0.0.0/8\"))");
    reads("a=1 !IN (field=b, values=[1])", "(and a=#1 (not IN(field=b values=[#1])))");
    reads("x=1 foo (a or b)", "(and x=#1 text:foo (or text:a text:b))");
    reads("a =~ ! wildcard(pattern=\"*x*\")", "call !a=~wildcard(pattern=\"*x*\")");
    reads("!cidr(a, subnet=[10.0.0.0/8])", "(not cidr(a subnet=[10.0.0.0/8]))");
}

/* ---- steps -------------------------------------------------------------------------------- */

Test(syntax, pipelines) {
    reads("", "");
    reads("  // nothing\n /* at all */ ", "");
    reads("| a=1 | b=2 |", "a=#1 | b=#2");
    reads("a=1;", "a=#1");
    reads("a=1 /* c | d */ | // e\n b=2", "a=#1 | b=#2");
    reads("count()", "call count()");
    reads("a=~match(file=\"f.csv\", column=[x])", "call a=~match(file=\"f.csv\" column=[x])");
    reads("!join({b=1}, field=c)", "call !join({b=#1} field=c)");
    reads("a=1 | groupBy (x)", "a=#1 | call groupBy(x)");
    reads("[count(), sum(a, as=b)]", "stats [count() sum(a as=b)]");
    reads("`k` := v | \"Scope(s)\" := rename(scope)", "`k`:=v | Scope(s):=rename(scope)");
    reads("$a/b:C-d() | $\"e f:g\"(x=?{y=*}) ", "saved a/b:C-d() | saved e f:g(x=?y=*)");
    reads(
        "\xEF\xBB\xBF"
        "a=1\xC2\xA0"
        "b=2",
        "(and a=#1 b=#2)");
}

Test(syntax, clauses) {
    reads("case { a=1 | b:=2; c=3; * | d:=4; }", "case{a=#1 | b:=#2; c=#3; all | d:=#4}");
    reads("|case{*}", "case{all}");
    reads(
        "f match { 1 => a:=1; \"x*\" => * ; /r/i => b:=2; in(values=[c]) => d:=3; ** => e=1; * => "
        "f:=1 }",
        "f match{#1 => a:=#1; \"x*\" => all; /r/i => b:=#2; in(values=[c]) => d:=#3; ** => e=#1; * "
        "=> f:=#1}");
    reads("\"a b\" match{x=>y:=1}", "a b match{x => y:=#1}");
    reads("case { case { a=1; b=2 } | c=3; d=4 }", "case{case{a=#1; b=#2} | c=#3; d=#4}");
}

/* ---- expressions and arguments ------------------------------------------------------------ */

Test(syntax, expressions) {
    reads("a := b + c * 2 - -d % 3", "a:=(- (+ b (* c #2)) (% (neg d) #3))");
    reads("a:=(b+c)*2", "a:=(* (+ b c) #2)");
    reads("a := m/x/i", "a:=(/ (/ m x) i)");
    reads("a := b // c", "a:=b");
    reads("a:=b-1", "a:=(- b #1)");
    reads("a := b -1", "a:=(- b #1)");
    reads("a := -1 + 2e-3", "a:=(+ #-1 #2e-3)");
    reads("a := !b == c", "a:=(= (not b) c)");
    reads("test(a+1 <= b[0].c)", "call test((<= (+ a #1) b[0].c))");
    reads("test(?p != \"*\")", "call test((!= ?p \"*\"))");
    reads("a := if(b==\"x\", then=c, else=(if(d, then=1, else=2)))",
          "a:=if((= b \"x\") then=c else=if(d then=#1 else=#2))");
    reads("eval(a=b*2, \"c d\"=lower(e))", "call eval(a=(* b #2) c d=lower(e))");
    reads("a := if(condition=b>c, then=1, else=0)", "a:=if(condition=(> b c) then=#1 else=#0)");
}

Test(syntax, arguments) {
    reads("groupBy([a, b], function=[count(), {c=1 | sum(d)}], limit=max)",
          "call groupBy([a b] function=[count() {c=#1 | call sum(d)}] limit=max)");
    reads("in(f, values=[*.exe, foo*, C:\\Windows\\*, 10.0.0.0/8, u@h, a:b, 1.2.3.4, 15m])",
          "call in(f values=[*.exe foo* C:\\Windows\\* 10.0.0.0/8 u@h a:b 1.2.3.4 15m])");
    reads("bucket(span=1h, function=count())", "call bucket(span=1h function=count())");
    reads("start(-24h)", "call start(-24h)");
    reads("fields(*, include=*, values=[*])", "call fields(* include=* values=[*])");
    reads("a := splitString(by=/,\\s*/, field=b)", "a:=splitString(by=/,\\s*/ field=b)");
    reads("format(\"%s\", field=[a], as=b)", "call format(\"%s\" field=[a] as=b)");
    reads("array:eval(\"a[]\", function={b := c})", "call array:eval(\"a[]\" function={b:=c})");
    reads("f(function=([count()]))", "call f(function=[count()])");
    reads("f(a, \"b\", 3)", "call f(a \"b\" #3)");
    reads("correlate(x: {a=1} include: [a, b], y:{ b <=> x.a }, within=1h)",
          "call correlate(x:{a=#1}[a b] y:{b<=>x.a} within=1h)");
}

Test(syntax, extensions) {
    extends("a := if(b, 1, 0)", "a:=if(b #1 #0)", "then and else");
    extends("test(a = \"b\")", "call test((~= a \"b\"))", "==");
    extends("test(a = *)", "call test((~= a *))", "==");
    extends("test(a and not b)", "call test((~and a (~not b)))", "and, or and not");
    extends("test(a or b or c or d)", "call test((~or (~or a b) (~or c d)))", "and, or and not");
    extends("a-b=1", "a-b=#1", "quotes");
    extends("sort(a, order=desc) Finds a; b (0-3)", "call sort(a order=desc)", "left out");
    struct parsed parsed = parse("test(a or b and c)", 18, false);
    cr_assert_eq(trawl_diagnostics_count(parsed.diagnostics),
                 2); /* the words; what binds tighter */
    cr_assert(!diagnostics_failed(parsed.diagnostics));
    release(&parsed);
}

/* ---- errors ------------------------------------------------------------------------------- */

Test(syntax, slips) {
    FAILS("a == b", "1:3 write =");
    FAILS("a !== b", "1:3 write !=");
    FAILS("a !~ /b/", "1:3 != /regex/");
    FAILS("a=1 && b=2", "1:5 write and");
    FAILS("a=1 || b=2", "1:5 write or");
    FAILS("test(a || b)", "1:8 write or");
    FAILS("test(a === b)", "1:8 ==");
    FAILS("a='b' c='d'", "1:3 \"", "1:9 \"");
    FAILS(
        "a=\xE2\x80\x9C"
        "b\xE2\x80\x9D",
        "1:3 typographic");
    FAILS("a IN (\"b\", \"c\")", "1:3 in(field, values=");
    FAILS("a=(b or c)", "1:3 in(field, values=");
    FAILS("a=lower(b)", "1:3 :=");
    FAILS("a < b", "1:5 test(a < b)");
    FAILS("# says\na=1", "1:1 //");
    FAILS("a=1\n-- says\n| b=1", "2:1 //");
    FAILS("count() # says\n| b := 1", "1:9 //");
    FAILS("a := ", "1:3 missing after :=");
    FAILS("a= | b= and c=1", "1:2 missing after =", "1:7 missing after =");
    FAILS("f =~ /x/", "1:6 field = /regex/");
    FAILS("a=b//", "1:3 //");
    FAILS("f=/x/q", "1:6 flags are");
}

Test(syntax, unclosed) {
    FAILS("a=\"b | c\nd=1", "1:3 not closed");
    FAILS("a=/b | c\nd=1", "1:3 not closed");
    FAILS("a=1 /* b | c", "1:5 not closed");
    FAILS("(a=1 | b=2", "1:1 not closed");
    FAILS("in(a, values=[1, 2) | b", "1:19 expected , or ]");
    FAILS("count(a | b", "1:6 not closed");
    FAILS("case { a=1; b=2", "1:6 not closed");
    FAILS("join({ a=1 | b=2", "1:6 not closed");
    FAILS("a=1 }", "1:5 closes no {");
    FAILS("a=1)", "1:4 expected");
}

Test(syntax, missing_joints) {
    FAILS("a=1 b:=2", "1:5 put a | before");
    FAILS("count() a=1", "1:9 | is missing");
    FAILS("count() sum(a) | b=1", "1:9 | is missing");
    FAILS("a=1 count()", "1:5 put a | before");
    FAILS("a=1 case { b=1 }", "1:5 put a | before");
    FAILS("case { a=1 | b:=1 c=1 | d:=2 }", "1:19 clauses end with ;");
    FAILS("f match { 1 => a:=1 2 => a:=2 }", "1:21 clauses end with ;");
    FAILS("f match { 1 a:=1; 2 => b:=1 }", "1:13 expected =>");
    FAILS("a=1 | | b=1", "1:7 expected a filter");
    FAILS("a=1; b=2 | c=", "1:4 joined by |", "1:13 missing");
    FAILS("and a=1", "1:1 expected a filter");
    FAILS("a=1 or | b", "1:8 expected a filter");
    FAILS("groupBy(field=a function=b)", "1:17 expected , or )");
    FAILS("test(a < b < c)", "1:12 side by side");
    FAILS("f(a=, b=1)", "1:3 missing after a=");
}

Test(syntax, all_errors_at_once) {
    FAILS("a==1\n| case { b= ; c:= | d=1; e==2 }\n| in(f values=[1])\n| g := h +\n| count()",
          "1:2 write =", "2:11 missing after =", "2:16 missing after :=", "2:27 write =",
          "3:8 expected , or )", "5:1 expected a value");
}

/* ---- hostile input ------------------------------------------------------------------------ */

static char *repeated(const char *part, size_t length) {
    size_t size = strlen(part);
    char *text = malloc(length + 1);
    cr_assert_not_null(text);
    for (size_t i = 0; i < length; i++) text[i] = part[i % size];
    text[length] = '\0';
    return text;
}

/* Anything over and over takes time that grows with its length, not with its square. */
Test(syntax, repetition_takes_no_time) {
    const size_t size = (size_t)1 << 19;
    static const char *const parts[] = {
        "a ",
        "a|",
        "(",
        "[",
        "{",
        "f(",
        "!",
        "not ",
        "-",
        "a+",
        "\"",
        "/",
        "a=\"",
        "/ ",
        "\\/ /",
        "/*",
        "//",
        "a:=b ",
        "a:=b|",
        "case {",
        "a match{",
        "x=>y;",
        "f() ",
        "f() x;",
        "f(a b | ",
        "'",
        "a=='b' ",
        "?{a=",
        "`",
        "$a(",
        "a or ",
        "a and ",
        "[a,",
        "f(a=",
        "\n",
        "\r\n",
        "# ",
        "#\n",
        "a[0]",
        "}",
        ";",
        ")",
        "a=b//\n",
        "/[",
        "x:{",
        "\xE2\x80\x9C",
        "\xC2\xA0",
        "\xC3\xA9",
        "test(a=b or c and ",
        "a =~ f(",
        "[a|",
        "\\",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *text = repeated(parts[i], size - size % strlen(parts[i]));
        clock_t start = clock();
        struct parsed parsed = parse(text, strlen(text), false);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        cr_expect_lt(seconds, 5, "%s: %.1f s", parts[i], seconds); /* even with sanitizers */
        release(&parsed);
        free(text);
    }
}

static void is_refused(const char *text, size_t length, const char *words) {
    struct parsed parsed = parse(text, length, false);
    cr_assert(diagnostics_failed(parsed.diagnostics), "%s", words);
    struct trawl_diagnostic first = trawl_diagnostics_get(parsed.diagnostics, 0);
    cr_assert(strstr(first.message, words), "%s", first.message);
    cr_assert_not_null(syntax_pipeline(parsed.syntax));
    release(&parsed);
}

Test(syntax, limits) {
    char *text = repeated("a", SYNTAX_LENGTH + 1);
    is_refused(text, SYNTAX_LENGTH + 1, "longer than 4 MB");
    free(text);
    is_refused("a=\0b", 4, "NUL");
    is_refused("a=\xFF", 3, "UTF-8");
    is_refused("a=\xC3", 3, "UTF-8");
    is_refused("a=\xED\xA0\x80", 5, "UTF-8");
    const char *const deep[] = {"(", "!", "[{", "f(a=", "a+", "case { ", "a:=-", "test(not "};
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
        text = repeated(deep[i], 1000 * strlen(deep[i]));
        if (deep[i][1] == '+') memcpy(text, "b:=", 3);
        struct parsed parsed = parse(text, strlen(text), false);
        cr_assert(diagnostics_failed(parsed.diagnostics), "%s", deep[i]);
        release(&parsed);
        free(text);
    }
    text = repeated("a ", SYNTAX_LENGTH);
    is_refused(text, SYNTAX_LENGTH, "too many parts");
    free(text);
}

Test(syntax, chains_of_or_are_shallow) {
    struct buffer query = {0};
    buffer_printf(&query, "test(a");
    for (int i = 0; i < 5000; i++) buffer_printf(&query, " or a%d", i);
    buffer_printf(&query, ")");
    struct parsed parsed = parse(query.data, query.length, false);
    cr_assert(!diagnostics_failed(parsed.diagnostics));
    release(&parsed);
    buffer_free(&query);
}

Test(syntax, spans) {
    const char *query = "a=1 | b := lower(c) | (d=1 or e) f =~ in(values=[x])";
    struct parsed parsed = parse(query, strlen(query), false);
    const struct pipeline *pipeline = syntax_pipeline(parsed.syntax);
    cr_assert_eq(pipeline->count, 3);
    static const char *const steps[] = {"a=1", "b := lower(c)", "(d=1 or e) f =~ in(values=[x])"};
    for (size_t i = 0; i < 3; i++) {
        struct text source = syntax_source(parsed.syntax, pipeline->steps[i].span);
        cr_assert(text_equal(source, text_of(steps[i])), "%.*s", (int)source.length, source.data);
    }
    struct text value = syntax_source(parsed.syntax, pipeline->steps[1].value->span);
    cr_assert(text_equal(value, text_of("lower(c)")));
    struct text name = syntax_source(parsed.syntax, pipeline->steps[1].name_span);
    cr_assert(text_equal(name, text_of("b")));
    release(&parsed);
}
