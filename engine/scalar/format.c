/* format.c - the language's printf: Java's Formatter, for texts and numbers. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/scalar/argument.h"
#include "engine/scalar/calendar.h"
#include "engine/scalar/character.h"
#include "engine/scalar/decimal.h"
#include "engine/scalar/text.h"

/* Widths and precisions beyond this are taken for mistakes. */
#define WIDTH_MOST 9999
#define PRECISION_DEFAULT 6

enum flag {
    FLAG_LEFT = 1,
    FLAG_ZERO = 2,
    FLAG_PLUS = 4,
    FLAG_SPACE = 8,
    FLAG_ALTERNATE = 16,
    FLAG_GROUP = 32,
    FLAG_PARENTHESES = 64,
};
static const char flag_letters[] = "-0+ #,(";

/* A text as it stands, or a conversion. */
struct piece {
    struct text literal; /* in the format */
    char conversion;     /* in lower case; 0: a literal */
    char date;           /* of conversion t */
    bool capitals;
    unsigned flags;
    int width, precision; /* -1: none */
    size_t argument;
};

struct format {
    char *format;
    struct piece *pieces;
    size_t count, arguments;
    struct zone *zone;
};

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
    struct format *format;
    const char *at;
    size_t ordinary; /* the argument that the next conversion without index takes */
    size_t last;     /* the one of the last; SIZE_MAX: there was none */
    struct trawl_error *error;
};

static bool refuse(const struct reader *r, const char *start, const char *why) {
    int length = (int)(r->at - start) + (*r->at != '\0');
    error_set(r->error, TRAWL_INVALID, "format \"%s\": %.*s: %s", r->format->format, length, start,
              why);
    return false;
}

static bool add_piece(struct reader *r, struct piece piece) {
    struct format *format = r->format;
    if ((format->count & (format->count - 1)) == 0) {
        size_t capacity = format->count ? format->count * 2 : 1;
        struct piece *grown = realloc(format->pieces, capacity * sizeof *grown);
        if (!grown) return error_memory(r->error), false;
        format->pieces = grown;
    }
    format->pieces[format->count++] = piece;
    return true;
}

/* Digits, up to WIDTH_MOST; -1: none. */
static int take_number(struct reader *r) {
    if (*r->at < '0' || *r->at > '9') return -1;
    int number = 0;
    for (; *r->at >= '0' && *r->at <= '9'; r->at++)
        if (number <= WIDTH_MOST) number = number * 10 + (*r->at - '0');
    return number;
}

/* n$ or <: *index becomes the argument, SIZE_MAX where there is no index. */
static bool take_index(struct reader *r, const char *start, size_t *index) {
    *index = SIZE_MAX;
    if (*r->at == '<') {
        if (r->last == SIZE_MAX)
            return refuse(r, start, "< repeats an argument, but none was used");
        r->at++;
        *index = r->last;
        return true;
    }
    const char *before = r->at;
    int number = *r->at == '0' ? -1 : take_number(r);
    if (number > 0 && *r->at == '$') {
        if (number > WIDTH_MOST) return refuse(r, start, "there are not so many arguments");
        r->at++;
        *index = (size_t)number - 1;
    } else {
        r->at = before; /* a width */
    }
    return true;
}

static bool take_flags(struct reader *r, const char *start, unsigned *flags) {
    *flags = 0;
    for (const char *found; *r->at && (found = strchr(flag_letters, *r->at)); r->at++) {
        unsigned flag = 1u << (found - flag_letters);
        if (*flags & flag) return refuse(r, start, "a flag is given twice");
        *flags |= flag;
    }
    return true;
}

/* What each conversion takes. */
static const struct conversion {
    char letter;
    unsigned flags;
    bool width, precision, capitals, value;
} conversions[] = {
    /* Queries group texts too, to no effect. */
    {'s', FLAG_LEFT | FLAG_GROUP, true, true, true, true},
    {'b', FLAG_LEFT, true, true, true, true},
    {'c', FLAG_LEFT, true, false, true, true},
    {'d', FLAG_LEFT | FLAG_ZERO | FLAG_PLUS | FLAG_SPACE | FLAG_GROUP | FLAG_PARENTHESES, true,
     false, false, true},
    {'i', FLAG_LEFT | FLAG_ZERO | FLAG_PLUS | FLAG_SPACE | FLAG_GROUP | FLAG_PARENTHESES, true,
     false, false, true},
    {'x', FLAG_LEFT | FLAG_ZERO | FLAG_ALTERNATE, true, false, true, true},
    {'o', FLAG_LEFT | FLAG_ZERO | FLAG_ALTERNATE, true, false, false, true},
    {'f', 0x7F, true, true, false, true},
    {'e', 0x7F & ~(unsigned)FLAG_GROUP, true, true, true, true},
    {'g', 0x7F & ~(unsigned)FLAG_ALTERNATE, true, true, true, true},
    {'t', FLAG_LEFT, true, false, true, true},
    {'n', 0, false, false, false, false},
    {'%', FLAG_LEFT, true, false, false, false},
};

static const struct conversion *find_conversion(char letter) {
    bool capital = letter >= 'A' && letter <= 'Z';
    char lower = capital ? (char)(letter | 0x20) : letter;
    for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++)
        if (conversions[i].letter == lower && (!capital || conversions[i].capitals))
            return &conversions[i];
    return NULL;
}

static bool check(const struct reader *r, const char *start, const struct conversion *conversion,
                  const struct piece *piece) {
    unsigned flags = piece->flags;
    if (flags & ~conversion->flags) return refuse(r, start, "a flag does not go with the letter");
    if ((flags & (FLAG_LEFT | FLAG_ZERO)) && piece->width < 0)
        return refuse(r, start, "the flags - and 0 need a width");
    if ((flags & FLAG_LEFT && flags & FLAG_ZERO) || (flags & FLAG_PLUS && flags & FLAG_SPACE))
        return refuse(r, start, "two flags do not go together");
    if (piece->width >= 0 && !conversion->width) return refuse(r, start, "no width goes with it");
    if (piece->precision >= 0 && !conversion->precision)
        return refuse(r, start, "no precision goes with the letter");
    if (piece->width > WIDTH_MOST || piece->precision > WIDTH_MOST)
        return refuse(r, start, "width and precision are at most 9999");
    return true;
}

/* The conversion behind a percent sign. */
static bool take_conversion(struct reader *r) {
    const char *start = r->at++;
    struct piece piece = {.precision = -1};
    size_t index;
    if (!take_index(r, start, &index) || !take_flags(r, start, &piece.flags)) return false;
    piece.width = take_number(r);
    if (*r->at == '.') {
        r->at++;
        piece.precision = take_number(r);
        if (piece.precision < 0) return refuse(r, start, "a precision is missing");
    }
    const struct conversion *conversion = find_conversion(*r->at);
    if (!conversion)
        return refuse(r, start, "write %% for a percent sign; letters are s d i f e g x o b c n t");
    piece.capitals = conversion->letter != *r->at;
    piece.conversion = conversion->letter;
    if (piece.conversion == 't') {
        piece.date = *++r->at;
        if (!moment_letter(piece.date) || strchr("nt%", piece.date))
            return refuse(r, start, "no part of a time has that letter");
    }
    if (!check(r, start, conversion, &piece)) return false;
    if (conversion->value) {
        piece.argument = index != SIZE_MAX ? index : r->ordinary++;
        r->last = piece.argument;
        if (r->format->arguments <= piece.argument) r->format->arguments = piece.argument + 1;
    }
    r->at++;
    return add_piece(r, piece);
}

static bool read_format(struct reader *r) {
    while (*r->at) {
        const char *percent = strchrnul(r->at, '%');
        struct text literal = {r->at, (size_t)(percent - r->at)};
        if (literal.length && !add_piece(r, (struct piece){.literal = literal})) return false;
        r->at = percent;
        if (*percent && !take_conversion(r)) return false;
    }
    return true;
}

static void format_free(void *data) {
    struct format *format = data;
    if (!format) return;
    free(format->format);
    free(format->pieces);
    zone_free(format->zone);
    free(format);
}

struct format *format_new(const char *text, const char *zone, struct trawl_error *error) {
    struct format *format = calloc(1, sizeof *format);
    if (!format || !(format->format = strdup(text))) {
        error_memory(error);
        format_free(format);
        return NULL;
    }
    struct reader reader = {format, format->format, 0, SIZE_MAX, error};
    if (read_format(&reader) && (format->zone = zone_new(zone, error))) return format;
    format_free(format);
    return NULL;
}

size_t format_arguments(const struct format *format) {
    return format->arguments;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Digits with a sign in front or none, below 2^63; false: the text is not that. */
static bool exact_integer(struct text text, int64_t *integer) {
    bool negative = text.length > 0 && text.data[0] == '-';
    size_t i = negative || (text.length > 0 && text.data[0] == '+');
    if (i == text.length) return false;
    for (*integer = 0; i < text.length; i++) {
        int digit = text.data[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(*integer, 10, integer) ||
            __builtin_add_overflow(*integer, negative ? -digit : digit, integer))
            return false;
    }
    return true;
}

/* Fractions are cut off. */
static bool integer_of(const struct datum *value, int64_t *integer) {
    if (value->kind == DATUM_TEXT && exact_integer(value->text, integer)) return true;
    double number;
    if (!datum_as_number(value, &number) || !(number >= -0x1p63 && number < 0x1p63)) return false;
    *integer = (int64_t)number;
    return true;
}

/* ---- printing -------------------------------------------------------------------------------- */

/* Appends the number that stands in `digits` with its sign, groups and zeros. */
static void print_number(const struct piece *piece, bool negative, struct text digits,
                         struct buffer *out) {
    const char *point = memchr(digits.data, '.', digits.length);
    const char *exponent = memchr(digits.data, 'e', digits.length);
    const char *end = point ? point : exponent ? exponent : digits.data + digits.length;
    size_t whole = (size_t)(end - digits.data);
    size_t groups = piece->flags & FLAG_GROUP ? (whole - 1) / 3 : 0;
    bool parentheses = negative && piece->flags & FLAG_PARENTHESES;
    char sign = parentheses                 ? '('
                : negative                  ? '-'
                : piece->flags & FLAG_PLUS  ? '+'
                : piece->flags & FLAG_SPACE ? ' '
                                            : '\0';
    size_t length = digits.length + groups + (sign != '\0') + parentheses;
    if (sign) buffer_append_char(out, sign);
    if (piece->flags & FLAG_ZERO)
        for (; piece->width > 0 && length < (size_t)piece->width; length++)
            buffer_append_char(out, '0');
    for (size_t i = 0; i < whole; i++) {
        if (groups && i > 0 && (whole - i) % 3 == 0) buffer_append_char(out, ',');
        buffer_append_char(out, digits.data[i]);
    }
    buffer_append(out, end, digits.length - whole);
    if (parentheses) buffer_append_char(out, ')');
}

static bool print_integer(const struct piece *piece, const struct datum *value,
                          struct buffer *out) {
    int64_t integer;
    char digits[24];
    if (!integer_of(value, &integer)) return false;
    uint64_t magnitude = integer < 0 ? -(uint64_t)integer : (uint64_t)integer;
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)magnitude);
    print_number(piece, integer < 0, (struct text){digits, (size_t)length}, out);
    return true;
}

/* Hexadecimal and octal: negative numbers as their 64 bits. */
static bool print_bits(const struct piece *piece, const struct datum *value, struct buffer *out) {
    int64_t integer;
    char digits[32];
    if (!integer_of(value, &integer)) return false;
    bool hex = piece->conversion == 'x', alternate = piece->flags & FLAG_ALTERNATE;
    int length =
        snprintf(digits, sizeof digits, hex ? "%llx" : "%llo", (unsigned long long)integer);
    const char *prefix = !alternate ? "" : hex ? "0x" : "0";
    size_t all = (size_t)length + strlen(prefix);
    buffer_append(out, prefix, strlen(prefix));
    if (piece->flags & FLAG_ZERO)
        for (; piece->width > 0 && all < (size_t)piece->width; all++) buffer_append_char(out, '0');
    buffer_append(out, digits, (size_t)length);
    return true;
}

static bool print_real(const struct piece *piece, const struct datum *value, struct buffer *out) {
    double number;
    struct buffer digits = {0};
    if (!datum_as_number(value, &number)) return false;
    int precision = piece->precision < 0 ? PRECISION_DEFAULT : piece->precision;
    struct decimal decimal = decimal_of(number);
    if (piece->conversion == 'f')
        decimal_fixed(&digits, decimal, precision);
    else if (piece->conversion == 'e')
        decimal_scientific(&digits, decimal, precision);
    else
        decimal_general(&digits, decimal, precision);
    if (precision == 0 && piece->flags & FLAG_ALTERNATE && piece->conversion == 'f')
        buffer_append_char(&digits, '.');
    if (!digits.failed)
        print_number(piece, number < 0, (struct text){digits.data, digits.length}, out);
    out->failed |= digits.failed;
    buffer_free(&digits);
    return true;
}

static bool print_character(const struct datum *value, struct buffer *out) {
    char room[NUMBER_TEXT];
    struct text text;
    int64_t code;
    if (!datum_as_text(value, room, &text)) return false;
    if (text.length > 0 && character_end(text, 0) == text.length)
        return buffer_append(out, text.data, text.length), true;
    if (!integer_of(value, &code) || code < 0 || code > UINT32_MAX ||
        !character_valid((uint32_t)code))
        return false;
    character_append(out, (uint32_t)code);
    return true;
}

static bool print_date(const struct piece *piece, const struct zone *zone,
                       const struct datum *value, struct buffer *out) {
    int64_t ms;
    if (!integer_of(value, &ms) || ms < MS_LEAST || ms > MS_MOST) return false;
    struct moment moment = moment_at(ms, zone);
    moment_print(out, piece->date, &moment);
    return true;
}

/* Whether the language takes the value for true: all but missing, false and 0. */
static bool is_true(const struct datum *value) {
    char room[NUMBER_TEXT];
    struct text text;
    double number;
    if (datum_as_number(value, &number)) return number != 0;
    return datum_as_text(value, room, &text) && !text_equal(text, text_of("false"));
}

static bool print_value(const struct piece *piece, const struct zone *zone,
                        const struct datum *value, struct buffer *out) {
    char room[NUMBER_TEXT];
    struct text text;
    if (piece->conversion == 'b') {
        text = text_of(is_true(value) ? "true" : "false");
        return buffer_append(out, text.data, text.length), true;
    }
    if (value->kind == DATUM_MISSING) return buffer_append(out, "null", 4), true;
    switch (piece->conversion) {
        case 's':
            datum_as_text(value, room, &text);
            return buffer_append(out, text.data, text.length), true;
        case 'd':
        case 'i':
            return print_integer(piece, value, out);
        case 'x':
        case 'o':
            return print_bits(piece, value, out);
        case 'c':
            return print_character(value, out);
        case 't':
            return print_date(piece, zone, value, out);
        default:
            return print_real(piece, value, out);
    }
}

/* ---- laying out ------------------------------------------------------------------------------ */

/* Makes capitals of what was appended from `start` on: all letters of a format are ASCII but those
 * of %S and %C, of which ASCII letters are raised too. */
static void raise(struct buffer *out, size_t start) {
    for (size_t i = start; i < out->length; i++)
        if (out->data[i] >= 'a' && out->data[i] <= 'z') out->data[i] = (char)(out->data[i] - 32);
}

/* Fills up to the width what was appended from `start` on. */
static void pad(const struct piece *piece, struct buffer *out, size_t start) {
    if (piece->width <= 0 || out->failed) return;
    struct text text = {out->data + start, out->length - start};
    size_t length = character_count(text), width = (size_t)piece->width;
    if (length >= width || !buffer_reserve(out, width - length)) return;
    char *begin = out->data + start;
    size_t blanks = width - length;
    if (piece->flags & FLAG_LEFT) {
        memset(begin + text.length, ' ', blanks);
    } else {
        memmove(begin + blanks, begin, text.length);
        memset(begin, ' ', blanks);
    }
    out->length += blanks;
}

/* False: a value does not go with its letter. */
static bool print_piece(const struct piece *piece, const struct scalar_call *call,
                        const struct zone *zone) {
    struct buffer *out = call->out;
    size_t start = out->length;
    if (piece->conversion == 0)
        return buffer_append(out, piece->literal.data, piece->literal.length), true;
    if (piece->conversion == 'n') return buffer_append_char(out, '\n'), true;
    if (piece->conversion == '%')
        buffer_append_char(out, '%');
    else if (!print_value(piece, zone, &call->args[piece->argument], out))
        return false;
    if ((piece->conversion == 's' || piece->conversion == 'b') && piece->precision >= 0) {
        struct text text = {out->data + start, out->length - start};
        out->length = start + character_offset(text, (size_t)piece->precision);
    }
    if (piece->capitals) raise(out, start);
    pad(piece, out, start);
    return true;
}

static enum trawl_status run_format(const struct scalar_call *call, struct datum *result,
                                    struct trawl_error *error) {
    const struct format *format = call->data;
    if (call->count < format->arguments) return TRAWL_OK;
    for (size_t i = 0; i < format->count; i++)
        if (!print_piece(&format->pieces[i], call, format->zone)) return TRAWL_OK;
    return result_out(call, result, error);
}

const struct scalar scalar_format = {
    .name = "format", .type = TYPE_TEXT, .run = run_format, .data_free = format_free};
