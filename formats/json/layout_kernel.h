/* layout_kernel.h - reading a record by its layout, included once per ISA level by layout_read.c.
 *
 * Expects: KERNEL(name), a function's name at this level; KERNEL_TARGET, its attribute;
 * KERNEL_PIECE(text, step), whether the step's first bytes are there; KERNEL_SAME(text, like,
 * length), how many bytes of both are equal: `length`, or a number not below it, if all are;
 * KERNEL_STRING(bytes, masks),
 * which reads 64 bytes into quote, backslash and odd; KERNEL_CLASSIFY(bytes, masks), which reads 64
 * bytes into all of struct masks; KERNEL_STOPS(bytes), which of 64 bytes are any of these three;
 * KERNEL_HIGH(bytes), of which 64 bytes are above 0x7F; KERNEL_PARITY(bits), of which bit i is
 * whether an odd number of bits at and below i are set. */

/* The string goes on beyond 64 bytes, or holds a backslash. */
KERNEL_TARGET
static const char *KERNEL(string)(const char *at, const char *end, bool *escaped,
                                  struct layout_wide *wide) {
    bool odd_run = false;
    for (; at < end; at += 64) {
        struct masks masks;
        KERNEL_STRING(at, &masks);
        uint64_t quote = masks.quote;
        if (masks.backslash || odd_run) quote &= ~layout_escaped(masks.backslash, &odd_run);
        uint64_t inside = quote ? (quote & -quote) - 1 : UINT64_MAX;
        if (masks.backslash & inside) *escaped = true;
        uint64_t odd = masks.odd & inside;
        if (odd && !layout_odd(at, odd, KERNEL_HIGH(at), wide)) return NULL;
        if (!quote) continue;
        at += __builtin_ctzll(quote);
        return at < end ? at : NULL;
    }
    return NULL;
}

/* Of brackets that open and close, the one that closes the last of `open`; 0: none does. It is the
 * open-th that closes, and later by as many as open before it. */
KERNEL_TARGET
static LAYOUT_RARE uint64_t KERNEL(closing)(uint64_t opens, uint64_t closes, int64_t open) {
    int64_t closed = __builtin_popcountll(closes), before = -1, opened = 0;
    uint64_t last = 0;
    while (opened != before) {
        before = opened;
        if (open + before > closed) return 0;
        last = KERNEL_SELECT(closes, (unsigned)(open + before - 1));
        opened = __builtin_popcountll(opens & (last - 1));
    }
    return last;
}

KERNEL_TARGET
static const char *KERNEL(skip)(const char *at, const char *end, struct layout_wide *wide) {
    char opening = at[-1];
    int64_t open = 1, curly = opening == '{';
    uint64_t in_string = 0;
    bool odd_run = false;
    for (; at < end; at += 64) {
        struct masks masks;
        KERNEL_CLASSIFY(at, &masks);
        uint64_t quote = masks.quote;
        if (masks.backslash || odd_run) quote &= ~layout_escaped(masks.backslash, &odd_run);
        uint64_t inside = KERNEL_PARITY(quote) ^ in_string;
        in_string = (uint64_t)((int64_t)inside >> 63);
        if (masks.odd) {
            uint64_t high = KERNEL_HIGH(at), odd = masks.odd & (inside | high);
            uint64_t spaces = masks.odd & ~odd;
            if (spaces && !wide->spaced) wide->spaced = at + __builtin_ctzll(spaces);
            if (odd && !layout_odd(at, odd, high, wide)) return NULL;
        }
        uint64_t opens = masks.open & ~inside, closes = masks.close & ~inside;
        int64_t closed = __builtin_popcountll(closes);
        uint64_t last = open > closed ? 0 : KERNEL(closing)(opens, closes, open);
        if (!last) {
            open += __builtin_popcountll(opens) - closed;
            curly += __builtin_popcountll(opens & masks.curly) -
                     __builtin_popcountll(closes & masks.curly);
            continue;
        }
        uint64_t inner = last | (last - 1);
        curly += __builtin_popcountll(opens & masks.curly & inner) -
                 __builtin_popcountll(closes & masks.curly & inner);
        at += __builtin_ctzll(last);
        /* No more of one kind closed than of the other. */
        return curly == 0 && *at == opening + 2 && at < end ? at + 1 : NULL;
    }
    return NULL;
}

/* The same, for UTF-8 too: of what is long or holds a backslash or what is not ASCII. */
KERNEL_TARGET
static LAYOUT_RARE const char *KERNEL(odd_string)(const struct json_layout *layout, const char *at,
                                                  const char *end, bool *escaped) {
    struct layout_wide wide = {NULL, NULL, NULL};
    at = KERNEL(string)(at, end, escaped, &wide);
    return at && layout_wide_valid(layout, wide, at) ? at : NULL;
}

KERNEL_TARGET
static LAYOUT_RARE const char *KERNEL(cross)(struct json_layout *layout, const char *at,
                                             const char *end) {
    struct layout_wide wide = {NULL, NULL, NULL};
    at = KERNEL(skip)(at, end, &wide);
    if (wide.spaced && wide.spaced < at) layout->line_end = true;
    return at && layout_wide_valid(layout, wide, at) ? at : NULL;
}

/* The one of the next steps that is here; NULL: it is none of them. */
KERNEL_TARGET
static LAYOUT_RARE struct layout_step *KERNEL(find)(const struct json_layout *layout,
                                                    const uint16_t *next, const char *at,
                                                    const char *end) {
    for (unsigned i = 0; i < LAYOUT_NEXT && next[i]; i++) {
        struct layout_step *step = &layout->steps[next[i]];
        if (KERNEL_PIECE(at, step) &&
            (step->length <= LAYOUT_PIECE || layout_rest(layout, step, at, end)))
            return step;
    }
    return NULL;
}

/* Goes on with the run of a step, as far as the text is like it: to the step whose piece was there
 * last. *at: behind that. NULL: not as far as to any. *declined: what was there cannot be. */
KERNEL_TARGET
static ALWAYS_INLINE struct layout_step *KERNEL(run)(struct json_layout *layout,
                                                     struct reading *reading,
                                                     const struct layout_step *step,
                                                     const char **at, const char *end,
                                                     bool *declined) {
    struct layout_mark *mark = &layout->marks[step->run];
    const char *start = *at;
    if (mark->run > end - start) return NULL;
    size_t same = KERNEL_SAME(start, layout->templates + mark->from, mark->run);
    uint32_t last = mark->count, next = mark->onto;
    *at = start + mark->run;
    if (same >= mark->run) {
        if (mark->missed > 0) mark->missed--;
    } else {
        last = layout_last(layout, mark, same);
        next = mark[last].step;
        *at = last ? start + (mark[last].end - mark->from) : start;
        if (last == 0) return NULL;
    }
    *declined = !layout_follow(layout, reading, mark, step->run + last, start);
    return &layout->steps[next];
}

KERNEL_TARGET
static ALWAYS_INLINE const char *KERNEL(walk)(struct json_layout *layout, struct reading *reading,
                                              struct text text) {
    const char *at = text.data, *end = at + text.length;
    struct layout_step *const steps = layout->steps, *step = steps;
    for (;;) {
        struct layout_step *behind = NULL;
        if (step->run) {
            bool declined = false;
            behind = KERNEL(run)(layout, reading, step, &at, end, &declined);
            if (declined) return NULL;
        }
        if (behind) {
            step = behind;
        } else {
            const uint16_t *next = step->next;
            step = &steps[next[0]];
            if (!KERNEL_PIECE(at, step) || step->length > LAYOUT_PIECE) {
                step = KERNEL(find)(layout, next, at, end);
                if (!step) return NULL;
            }
            at += step->length;
            if (at > end) return NULL;
        }
        struct json_value value;
        switch (step->kind) {
            case LAYOUT_STRING: {
                const char *start = at;
                bool escaped = false;
                uint64_t stops = KERNEL_STOPS(at);
                size_t length = stops ? (size_t)__builtin_ctzll(stops) : 64, usual = step->usual;
                if (step->steady == LAYOUT_STEADY && length == usual && at[usual] == '"') {
                    LAYOUT_PREDICTED(usual);
                    at += usual;
                } else if (stops && at[length] == '"') {
                    layout_note(step, length);
                    at += length;
                } else {
                    at = KERNEL(odd_string)(layout, at, end, &escaped);
                    if (!at) return NULL;
                }
                value = (struct json_value){JSON_STRING, escaped, {start, (size_t)(at - start)}};
                if (++at > end) return NULL;
                break;
            }
            case LAYOUT_NUMBER: {
                size_t length = layout_number(at, end);
                if (length == 0) return NULL;
                value = (struct json_value){JSON_NUMBER, false, {at, length}};
                at += length;
                break;
            }
            case LAYOUT_WHOLE:
                value = (struct json_value){
                    (enum json_type)step->type, false, {at - step->whole, step->whole}};
                break;
            case LAYOUT_SKIP: {
                const char *start = at - 1;
                at = KERNEL(cross)(layout, at, end);
                if (!at) return NULL;
                value = (struct json_value){
                    (enum json_type)step->type, false, {start, (size_t)(at - start)}};
                break;
            }
            case LAYOUT_ENTER:
                if (!layout_enter(reading, step, at)) return NULL;
                continue;
            case LAYOUT_LEAVE:
                layout_leave(reading, at);
                continue;
            case LAYOUT_END:
                return at;
            default:
                return NULL;
        }
        if (step->wanted) layout_keep(reading, &step->column, value);
    }
}

KERNEL_TARGET
static const char *KERNEL(read)(struct json_layout *layout, struct json_walk *walk,
                                struct text text) {
    struct reading reading;
    reading.walk = walk;
    reading.row = *walk->row;
    reading.depth = 0;
    const char *behind = KERNEL(walk)(layout, &reading, text);
    walk->row->found_count = reading.row.found_count;
    walk->row->changed_count = reading.row.changed_count;
    return behind;
}

#undef KERNEL
#undef KERNEL_TARGET
#undef KERNEL_PIECE
#undef KERNEL_SAME
#undef KERNEL_STRING
#undef KERNEL_CLASSIFY
#undef KERNEL_STOPS
#undef KERNEL_HIGH
#undef KERNEL_SELECT
#undef KERNEL_PARITY
