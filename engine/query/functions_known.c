/* functions_known.c - functions of the language that trawl does not have, and what to use instead:
 * known by name, so that the answer is better than "no such function". */
#include "engine/query/compile.h"

#define KNOWN(name_of, what, use)                                                            \
    {                                                                                        \
        .name = name_of, .group = "not in trawl", .synopsis = name_of "()", .summary = what, \
        .instead = use                                                                       \
    }

const struct function functions_known[] = {
    KNOWN("ioc:lookup", "asks a vendor's feed of indicators",
          "match(file=\"indicators.csv\", field=..., column=...) with a list of your own"),
    KNOWN("rdns", "asks the name service", "match() with a list of names: a hunt is offline"),
    KNOWN("selfJoin", "collates rows of one key", "selfJoinFilter(), then groupBy()"),
    KNOWN("lookup", "an older form", "match(file=...)"),
    KNOWN("array:filter", "elements that satisfy a query", "array:contains() or array:regex()"),
    KNOWN("array:eval", "a query over elements", "split(), then the steps"),
    KNOWN("array:reduceAll", "a query over elements", "split(), then groupBy()"),
    KNOWN("array:reduceColumn", "a query over elements", "split(), then groupBy()"),
    KNOWN("array:reduceRow", "a query over elements", "split(), then groupBy()"),
    KNOWN("array:rename", "renames an array", "rename(old, as=new)"),
    KNOWN("objectArray:eval", "a query over objects", "split(), then the steps"),
    KNOWN("objectArray:exists", "a query over objects", "split(), then the filter"),
    KNOWN("geohash", "a code of a place", "round() of the degrees"),
    KNOWN("communityId", "a hash of a connection", "hash()"),
    KNOWN("tokenHash", "a hash of the words", "hash()"),
    KNOWN("cidrMap", "a picture", "groupBy()"),
    KNOWN("fieldset", "the names of all fields",
          "trawl --stats -, which counts the query's fields"),
    KNOWN("fieldstats", "counts of all fields", "trawl --stats -, which counts the query's fields"),
    KNOWN("explain:asTable", "the plan of a query", "trawl --explain"),
    KNOWN("start", "the begin of the search",
          "a number of milliseconds: trawl reads the files that it is given"),
    KNOWN("end", "the end of the search", "now(), or a number of milliseconds"),
    KNOWN("eventInternals", "sizes in the store", "length(@rawstring)"),
    KNOWN("eventSize", "sizes in the store", "length(@rawstring)"),
    KNOWN("sample", "some of the rows", "a filter over hash(@rawstring)"),
    KNOWN("rate", "rows per time", "bucket(span=1s)"),
    KNOWN("transpose", "turns rows to columns", "groupBy(), or the JSON of --format json"),
    KNOWN("window", "aggregates over buckets", "slidingTimeWindow(function, span=)"),
    KNOWN("findTimestampParser", "a parser", "parseTimestamp()"),
    KNOWN("array:exists", "whether an element satisfies a query",
          "array:contains() or array:regex()"),
    KNOWN("objectArray:filter", "objects that satisfy a query", "split(), then the filter"),
    KNOWN("callFunction", "a function named by a value", "the function itself"),
    KNOWN("copyEvent", "rows twice", "case { *; * } gives no second row: run two queries"),
    KNOWN("dropEvent", "drops the row", "a filter that is false: false"),
    KNOWN("parseCEF", "fields from CEF", "regex() or kvParse()"),
    KNOWN("parseLEEF", "fields from LEEF", "kvParse()"),
    KNOWN("parseFixedWidth", "fields from columns", "text:substring()"),
    KNOWN("parseUrl", "parts of a URL", "regex() with named groups"),
    KNOWN("parseUri", "parts of a URL", "regex() with named groups"),
    KNOWN("writeJson", "fields as JSON", "--format ndjson"),
    KNOWN("linReg", "a linear fit", "avg(), stdDev()"),
    KNOWN("counterAsRate", "a rate from a counter", "range() over bucket()"),
    KNOWN("coalesceFields", "the first field", "coalesce([a, b])"),
    KNOWN("stripAnsiCodes", "without terminal codes", "replace()"),
    KNOWN("subnet", "the network of an address", "cidr()"),
    KNOWN("asnLookup", "an older form", "asn()"),
    KNOWN("duration:parse", "a length of time", "duration(\"15m\")"),
    {0}};
