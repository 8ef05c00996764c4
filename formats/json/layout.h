/* layout.h - the fast path of json_project: records that are laid out like those before them.
 *
 * Most records of a source have the same members in the same order. What stands between two values
 * of such records, from the end of the one to the first byte of the other (comma, key, colon, and
 * white space if there is any), is the same bytes in each. A layout learns these pieces from
 * records that the parser has accepted: a piece is a step, and each step knows the steps that came
 * after it. A record is then read by comparing: which of the few next steps is here? Its value's
 * end is found by vector search, and so on to the record's last bracket. No index of tokens is
 * made, no key is looked up.
 *
 * Nothing is guessed. Every member of an object on the way to a path takes a step, so a key that is
 * twice there, lacks, stands elsewhere or is spelled otherwise is seen; arrays and objects that no
 * path enters are crossed by their strings and brackets. All that json_project checks without
 * `validate` is checked here too, and steps do with values what it does. Where a record differs
 * from what was learned, or is not JSON, the layout declines and the parser reads the record: what
 * is accepted here is exactly what json_project accepts, with the same values in the same order.
 *
 * A layout that declines often is tried less and less often; what it learns costs a bounded share
 * of the text. For one thread and one json_paths. */
#ifndef TRAWL_FORMATS_JSON_LAYOUT_H
#define TRAWL_FORMATS_JSON_LAYOUT_H

#include "formats/json/internal.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 0 as a step: none. The first step is what stands before all records. */
#define LAYOUT_STEPS 1024
#define LAYOUT_BYTES ((size_t)64 << 10)
#define LAYOUT_NEXT 8
/* Objects in objects on the way to a path; records with more are declined. */
#define LAYOUT_DEPTH 32

enum layout_kind {
    LAYOUT_NONE,   /* of the first step, which none comes before */
    LAYOUT_STRING, /* the piece ends behind the opening quote */
    LAYOUT_NUMBER, /* ... before the first byte of the number */
    LAYOUT_WHOLE,  /* ... behind the value: true, false, null, {} or [] */
    LAYOUT_SKIP,   /* ... behind the bracket of an array or object that is crossed */
    LAYOUT_ENTER,  /* ... behind the { of an object whose members are steps */
    LAYOUT_LEAVE,  /* the } of such an object */
    LAYOUT_END,    /* the record's last } */
};

/* Pieces longer than this have the rest elsewhere. */
#define LAYOUT_PIECE 64

struct layout_step {
    char piece[LAYOUT_PIECE];   /* its first bytes */
    uint64_t bytes;             /* as many low bits as piece has bytes */
    uint16_t length;            /* of the whole piece */
    uint8_t kind;               /* enum layout_kind */
    uint8_t type;               /* enum json_type; of WHOLE, SKIP and ENTER */
    uint8_t whole;              /* WHOLE: the length of the value */
    uint8_t usual;              /* STRING: the length of the last value, if that is below 64 */
    uint8_t steady;             /* STRING: how often in a row it was that, up to a limit */
    bool wanted;                /* key or array */
    uint16_t next[LAYOUT_NEXT]; /* the steps that came behind it, the first learned first */
    uint16_t node;              /* the object that the step is in */
    uint32_t rest;              /* where the rest of the piece is */
    struct json_column column;  /* what is wanted of the value */
};
_Static_assert(sizeof(struct layout_step) == 128, "two lines of the cache");

struct json_layout {
    const struct json_paths *paths;
    struct json_parser *parser; /* of the record at hand */
    const struct layout_kernel *kernel;
    struct layout_step *steps; /* [LAYOUT_STEPS] */
    char *rests;               /* [LAYOUT_BYTES] */
    uint32_t step_count, rest_bytes;
    struct json_layout_counts counts;
    /* when to try, and when to learn */
    int trust;
    uint32_t pause, pause_length;
    int64_t allowance; /* bytes that may be learned from */
};

/* The bytes of a text from the first that is not ASCII to the last, more or less: what is to be
 * checked for UTF-8. From NULL: none. */
struct layout_wide {
    const char *from, *to;
};

/* One ISA level's. */
struct layout_kernel {
    /* Reads the record into the row. False: declined; what is in the row is of no use. */
    bool (*read)(struct json_layout *layout, struct json_walk *walk, struct text text);
    /* The end of a string whose bytes start at `at`: its closing quote. NULL: it has none before
     * `end`, or holds a control character. */
    const char *(*string)(const char *at, const char *end, bool *escaped, struct layout_wide *wide);
    /* The end of an array or object: behind the bracket that closes the one before `at`. NULL:
     * there is none before `end`, a string holds a control character, or brackets cross. */
    const char *(*skip)(const char *at, const char *end, struct layout_wide *wide);
};

const struct layout_kernel *layout_kernel_for(enum isa isa);
/* The twin, byte by byte: for tests. */
extern const struct layout_kernel layout_kernel_plain;

/* Whether to try this record; otherwise it goes to the parser. */
bool layout_due(struct json_layout *layout, size_t length);
void layout_read(struct json_layout *layout); /* it was read */
/* It was not; json_project accepted it or did not. What there is to learn is learned. */
void layout_declined(struct json_layout *layout, struct text text, bool accepted);

#ifdef __cplusplus
}
#endif
#endif
