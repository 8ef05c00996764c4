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
 * Much of what stands between two values that differ from record to record are values that do not.
 * Of a record now and then the layout keeps the text as a template (layout_runs.c): where a step's
 * value ends, the next bytes are compared with those of the template, all at once, and as far as
 * they are equal they are what they were there.
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
    uint16_t run;               /* the mark of the step in the template to go on with; 0: none */
    uint32_t rest;              /* where the rest of the piece is */
    struct json_column column;  /* what is wanted of the value */
};
_Static_assert(sizeof(struct layout_step) == 128, "two lines of the cache");

/* A step of a record that is a template: where its piece is in the templates' text. What stands
 * between it and the piece of the next mark is its value, of a string with the closing quote. */
struct layout_mark {
    uint32_t start, end;
    uint32_t from; /* where its value ends: the start of the next mark's piece */
    uint16_t run;  /* bytes from there on that do not change, most of the time */
    uint16_t onto; /* the step whose piece they end with */
    uint16_t step;
    uint16_t filing; /* the first of the filings of marks behind it */
    uint8_t count;   /* marks in the run, without this one */
    uint8_t missed;  /* how often, lately, a record was not like the run */
};
_Static_assert(sizeof(struct layout_mark) == 24, "few lines of the cache");

/* What is to be done with the value of a mark. */
struct layout_filing {
    uint32_t mark;          /* of the last one of a template: UINT32_MAX */
    uint32_t slot, key;     /* where the value goes; JSON_NO_SLOT: as its step says */
    uint32_t start, length; /* of the value's text, in the templates */
    uint32_t type;          /* enum json_type */
};
#define LAYOUT_MARKS 4096
#define LAYOUT_TEMPLATES ((size_t)128 << 10)

/* What a step did in the records that were studied. */
#define LAYOUT_HABIT 256
struct layout_habit {
    uint16_t next;                 /* the step behind it */
    uint16_t length;               /* of its value */
    uint8_t next_same, value_same; /* how often in a row it was that, up to a limit */
    char value[LAYOUT_HABIT];
};

/* A step taken in a lesson, and where its piece was. */
struct layout_taken {
    uint32_t step, start, end;
};

struct json_layout {
    const struct json_paths *paths;
    struct json_parser *parser; /* of the record at hand */
    const struct layout_kernel *kernel;
    struct layout_step *steps; /* [LAYOUT_STEPS] */
    char *rests;               /* [LAYOUT_BYTES] */
    uint32_t step_count, rest_bytes;
    bool lines;           /* no piece has a line end */
    uint32_t ahead_pause; /* records that are not to be read ahead */
    bool line_end;        /* there was one in the record at hand, between tokens */
    struct text declined; /* by json_project_ahead, and not yet by json_project_alike */
    struct json_layout_counts counts;
    /* when to try, and when to learn */
    int trust;
    uint32_t pause, pause_length;
    int64_t allowance; /* bytes that may be learned from */
    /* templates; what steps do, and the last lesson */
    struct layout_mark *marks;     /* [LAYOUT_MARKS]; the first is none */
    struct layout_filing *filings; /* [LAYOUT_MARKS] */
    char *templates;               /* [LAYOUT_TEMPLATES + TEXT_PADDING] */
    struct layout_habit *habits;   /* [LAYOUT_STEPS] */
    struct layout_taken *taken;    /* [LAYOUT_STEPS] */
    uint32_t mark_count, filing_count, template_bytes, taken_count;
    uint64_t epoch; /* added to the number of a filing, it is one that no other ever had */
    uint32_t study_pause, study_interval; /* records to the next study, and between two */
    int64_t study_allowance;              /* bytes that may be studied */
};

/* The bytes of a text from the first that is not ASCII to the last, more or less: what is to be
 * checked for UTF-8. From NULL: none. */
struct layout_wide {
    const char *from, *to;
    const char *spaced; /* the first control character between tokens; NULL: there was none */
};

/* One ISA level's. */
struct layout_kernel {
    /* Reads the record that the text starts with into the row: the place behind it. NULL: declined;
     * what is in the row is of no use. */
    const char *(*read)(struct json_layout *layout, struct json_walk *walk, struct text text);
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

/* ---- layout_runs.c --------------------------------------------------------------------------- */

bool layout_runs_init(struct json_layout *layout);
void layout_runs_free(struct json_layout *layout);
/* The steps are forgotten. */
void layout_runs_forget(struct json_layout *layout);
/* Of a record that was read: from time to time it is studied. */
void layout_study(struct json_layout *layout, struct text text);
/* A record was not like the run of this mark from its start on. */
void layout_missed(struct json_layout *layout, struct layout_mark *mark);

/* ---- layout.c -------------------------------------------------------------------------------- */

/* Notes the steps of a record that was accepted in layout->taken, and learns those that are new.
 * False: not all of them. */
bool layout_trace(struct json_layout *layout, struct text text);

/* Whether to try this record; otherwise it goes to the parser. */
bool layout_due(struct json_layout *layout, size_t length);
/* Whether to try what may be one, or more than one. */
static inline bool layout_may_read_ahead(const struct json_layout *layout) {
    return layout->pause == 0 && layout->ahead_pause == 0 && layout->lines &&
           layout->step_count > 1;
}
/* A record was not read ahead. ended: only for what stands behind it. */
void layout_not_ahead(struct json_layout *layout, bool ended);
void layout_read(struct json_layout *layout, struct text text); /* it was read */
/* It was not; json_project accepted it or did not. What there is to learn is learned. */
void layout_declined(struct json_layout *layout, struct text text, bool accepted);

#ifdef __cplusplus
}
#endif
#endif
