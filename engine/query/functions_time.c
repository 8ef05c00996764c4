/* functions_time.c - functions of times: milliseconds since 1970. */
#include "engine/query/compile.h"
#include "engine/scalar/time.h"

#define GROUP "functions: times"

static struct operand refuse(struct compiler *c, const struct arguments *arguments,
                             const char *name, const struct trawl_error *error) {
    if (error->status == TRAWL_MEMORY) compile_no_memory(c);
    diagnose_error(c->diagnostics, arguments_span(arguments, name), NULL, "%s", error->message);
    return operand_missing(c);
}

/* A number: texts are read as one. */
static struct operand number_argument(struct compiler *c, const struct arguments *arguments,
                                      const char *name) {
    return operand_of(operand_number(c, arguments_operand(arguments, name)));
}

static struct operand value_format_time(struct compiler *c, struct flow *flow,
                                        const struct arguments *arguments) {
    static const struct {
        const char *name;
        enum time_unit unit;
    } units[] = {{"auto", TIME_AUTO},       {"seconds", TIME_SECONDS},
                 {"s", TIME_SECONDS},       {"milliseconds", TIME_MILLISECONDS},
                 {"ms", TIME_MILLISECONDS}, {"microseconds", TIME_MICROSECONDS},
                 {"us", TIME_MICROSECONDS}, {"nanoseconds", TIME_NANOSECONDS},
                 {"ns", TIME_NANOSECONDS}};
    struct trawl_error error = {0};
    struct text format = arguments_text(arguments, "format");
    struct text zone = arguments_text(arguments, "timezone");
    struct text unit_name = arguments_text(arguments, "unit");
    enum time_unit unit = TIME_AUTO;
    (void)flow;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (text_equal(unit_name, text_of(units[i].name))) unit = units[i].unit;
    void *data = time_format_new(format.data, zone.data, unit, &error);
    if (!data) return refuse(c, arguments, "format", &error);
    scalar_data(c, &scalar_time_format, data);
    struct operand number = number_argument(c, arguments, "field");
    struct text identity =
        compile_printf(c, "%d %s %s", (int)unit, zone.data ? zone.data : "", format.data);
    return call_scalar(c, &scalar_time_format, data, identity, &number, 1);
}

static struct operand value_parse_time(struct compiler *c, struct flow *flow,
                                       const struct arguments *arguments) {
    struct trawl_error error = {0};
    struct text format = arguments_text(arguments, "format");
    struct text zone = arguments_text(arguments, "timezone");
    bool ignore_case = arguments_flag(arguments, "caseSensitive") == false;
    (void)flow;
    void *data = time_parse_new(format.data, zone.data, ignore_case, 0, &error);
    if (!data) return refuse(c, arguments, "format", &error);
    scalar_data(c, &scalar_time_parse, data);
    struct operand text = operand_of(operand_text(c, arguments_operand(arguments, "field")));
    struct text identity =
        compile_printf(c, "%d %s %s", ignore_case, zone.data ? zone.data : "", format.data);
    return call_scalar(c, &scalar_time_parse, data, identity, &text, 1);
}

static struct operand value_find_time(struct compiler *c, struct flow *flow,
                                      const struct arguments *arguments) {
    struct trawl_error error = {0};
    struct text zone = arguments_text(arguments, "timezone");
    (void)flow;
    void *data = time_find_new(zone.data, &error);
    if (!data) return refuse(c, arguments, "timezone", &error);
    scalar_data(c, &scalar_time_find, data);
    struct operand text = operand_of(operand_text(c, arguments_operand(arguments, "field")));
    return call_scalar(c, &scalar_time_find, data, zone.data ? zone : text_of(""), &text, 1);
}

static struct operand value_duration(struct compiler *c, struct flow *flow,
                                     const struct arguments *arguments) {
    struct trawl_error error = {0};
    struct text from = arguments_text(arguments, "from");
    double precision = arguments_number(arguments, "precision");
    (void)flow;
    void *data = duration_new(from.data, precision > 0 ? (unsigned)precision : 0, &error);
    if (!data) return refuse(c, arguments, "from", &error);
    scalar_data(c, &scalar_duration, data);
    struct operand number = number_argument(c, arguments, "field");
    struct text identity = compile_printf(c, "%s %g", from.data, precision);
    return call_scalar(c, &scalar_duration, data, identity, &number, 1);
}

static struct operand value_part(struct compiler *c, struct flow *flow,
                                 const struct arguments *arguments) {
    struct trawl_error error = {0};
    struct text zone = arguments_text(arguments, "timezone");
    enum time_part part = (enum time_part)arguments->function->which;
    (void)flow;
    void *data = time_part_new(part, zone.data, &error);
    if (!data) return refuse(c, arguments, "timezone", &error);
    bool name = part == PART_MONTH_NAME || part == PART_WEEKDAY_NAME;
    const struct scalar *scalar = name ? &scalar_time_name : &scalar_time_part;
    scalar_data(c, scalar, data);
    struct operand number = number_argument(c, arguments, "field");
    struct text identity = compile_printf(c, "%d %s", (int)part, zone.data ? zone.data : "");
    return call_scalar(c, scalar, data, identity, &number, 1);
}

static struct operand value_span(struct compiler *c, struct flow *flow,
                                 const struct arguments *arguments) {
    (void)flow;
    int64_t ms = arguments_span_ms(arguments, "duration");
    return operand_of(program_number(compile_program(c), (double)ms));
}

static const struct parameter format_time_parameters[] = {
    OPTIONAL("format", PARAM_TEXT, "%Y-%m-%dT%H:%M:%S.%L%z"),
    OPTIONAL("as", PARAM_TEXT, "_formatTime"),
    OPTIONAL("field", PARAM_FIELD, "@timestamp"),
    OPTIONAL("timezone", PARAM_TEXT, NULL),
    ONE_OF("unit", "auto", "auto|seconds|s|milliseconds|ms|microseconds|us|nanoseconds|ns"),
    IGNORED("locale", PARAM_TEXT),
    {0}};
static const struct parameter parse_time_parameters[] = {
    OPTIONAL("format", PARAM_TEXT, "yyyy-MM-dd'T'HH:mm:ss[.SSS]XXX"),
    REQUIRED("field", PARAM_FIELD),
    OPTIONAL("as", PARAM_TEXT, "@timestamp"),
    OPTIONAL("timezone", PARAM_TEXT, NULL),
    IGNORED("timezoneAs", PARAM_TEXT),
    IGNORED("timezoneField", PARAM_TEXT),
    OPTIONAL("caseSensitive", PARAM_FLAG, "true"),
    IGNORED("addErrors", PARAM_FLAG),
    {0}};
static const struct parameter find_time_parameters[] = {
    OPTIONAL("field", PARAM_FIELD, "@rawstring"),
    OPTIONAL("as", PARAM_TEXT, "@timestamp"),
    OPTIONAL("timezone", PARAM_TEXT, NULL),
    IGNORED("timezoneField", PARAM_TEXT),
    IGNORED("addErrors", PARAM_FLAG),
    {0}};
static const struct parameter duration_parameters[] = {REQUIRED("field", PARAM_FIELD),
                                                       OPTIONAL("as", PARAM_TEXT, NULL),
                                                       ONE_OF("from", "ms", "ns|us|ms|s|m|h|d"),
                                                       OPTIONAL("precision", PARAM_NUMBER, NULL),
                                                       {0}};
static const struct parameter part_parameters[] = {OPTIONAL("field", PARAM_FIELD, "@timestamp"),
                                                   OPTIONAL("as", PARAM_TEXT, "_time"),
                                                   OPTIONAL("timezone", PARAM_TEXT, NULL),
                                                   {0}};
static const struct parameter span_parameters[] = {
    REQUIRED("duration", PARAM_SPAN), OPTIONAL("as", PARAM_TEXT, "_duration"), {0}};

static void step_duration(struct compiler *c, struct flow *flow,
                          const struct arguments *arguments) {
    struct text as = arguments_as(arguments);
    flow_bind(c, flow, as.data ? as : arguments_text(arguments, "field"),
              value_duration(c, flow, arguments));
}

#define PART(name_of, what, part)                                                             \
    {                                                                                         \
        .name = name_of, .group = GROUP, .synopsis = name_of "(field=@timestamp, timezone=)", \
        .summary = what, .parameters = part_parameters, .value = value_part, .which = part    \
    }

const struct function functions_time[] = {
    {.name = "formatTime",
     .group = GROUP,
     .synopsis = "formatTime(\"%Y-%m-%d\", field=@timestamp, as=, timezone=UTC, unit=auto)",
     .summary = "a time as text, by the letters of strftime and %L for milliseconds",
     .parameters = format_time_parameters,
     .value = value_format_time},
    {.name = "parseTimestamp",
     .group = GROUP,
     .synopsis = "parseTimestamp(\"yyyy-MM-dd HH:mm:ss\", field=, timezone=, as=@timestamp)",
     .summary = "a text as time, by the letters of Java, or seconds, millis, nanos",
     .parameters = parse_time_parameters,
     .value = value_parse_time,
     .keeps = true},
    {.name = "findTimestamp",
     .group = GROUP,
     .synopsis = "findTimestamp(field=@rawstring, as=@timestamp, timezone=)",
     .summary = "the first time that stands in a text",
     .parameters = find_time_parameters,
     .value = value_find_time,
     .keeps = true},
    {.name = "formatDuration",
     .group = GROUP,
     .synopsis = "formatDuration(field, from=ms, precision=, as=field)",
     .summary = "a length of time for people: 1d2h3m",
     .parameters = duration_parameters,
     .step = step_duration,
     .value = value_duration},
    {.name = "duration",
     .group = GROUP,
     .synopsis = "duration(\"15m\")",
     .summary = "a length of time in milliseconds",
     .parameters = span_parameters,
     .value = value_span},
    PART("time:year", "the year", PART_YEAR),
    PART("time:month", "1 to 12", PART_MONTH),
    PART("time:monthName", "January to December", PART_MONTH_NAME),
    PART("time:dayOfMonth", "1 to 31", PART_DAY),
    PART("time:dayOfWeek", "1 (Monday) to 7", PART_WEEKDAY),
    PART("time:dayOfWeekName", "Monday to Sunday", PART_WEEKDAY_NAME),
    PART("time:dayOfYear", "1 to 366", PART_YEARDAY),
    PART("time:weekOfYear", "1 to 53", PART_WEEK),
    PART("time:hour", "0 to 23", PART_HOUR),
    PART("time:minute", "0 to 59", PART_MINUTE),
    PART("time:second", "0 to 59", PART_SECOND),
    PART("time:millisecond", "0 to 999", PART_MILLISECOND),
    {0}};
