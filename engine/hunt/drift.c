#include "engine/hunt/drift.h"

#define DAY_HOURS 24
#define WORKING_HOURS (2 * DAY_HOURS) /* for which it must be gone, where it comes back */
#define ORDINARY_HOURS \
    (5 * DAY_HOURS) /* up to so long, what is gone and comes back may do so often */

/* ---- times with it, and without ---------------------------------------------------------------
 */

/* How many records of the point more speak for "gone" than against it. */
static double evidence(const struct drift_point *point) {
    double all = (double)point->all, with = (double)point->with;
    double share = with / all;
    return (1 - 2 * share) * (all < DRIFT_STRETCH ? all : DRIFT_STRETCH);
}

/* Viterbi's way over two states. choices[2 * i + state]: the state at i - 1 that leads there best.
 */
void drift_divide(const struct drift_series *series, bool *choices) {
    double best[2] = {0, 0}; /* of all up to here, ending there; less is better */
    for (size_t i = 0; i < series->count; i++) {
        double cost = evidence(&series->points[i]), next[2];
        for (int state = 0; state < 2; state++) {
            double stay = best[state], change = best[!state] + DRIFT_CHANGE;
            bool changed = i > 0 && change < stay;
            choices[2 * i + (size_t)state] = changed ? !state : state;
            next[state] = (changed ? change : stay) + (state ? -cost : cost);
        }
        best[0] = next[0];
        best[1] = next[1];
    }
    bool state = best[1] < best[0];
    for (size_t i = series->count; i-- > 0;) {
        series->points[i].gone = state;
        state = choices[2 * i + state];
    }
}

/* ---- falls ------------------------------------------------------------------------------------
 */

/* The first point from `at` on that is of the other time. */
static size_t run_end(const struct drift_series *series, size_t at) {
    size_t i = at;
    while (i < series->count && series->points[i].gone == series->points[at].gone) i++;
    return i;
}

static struct drift_side sum(const struct drift_series *series, size_t from, size_t end) {
    struct drift_side side = {0, 0};
    for (size_t i = from; i < end; i++) {
        side.all += series->points[i].all;
        side.with += series->points[i].with;
    }
    return side;
}

static double share(struct drift_side side) {
    return (double)side.with / (double)side.all;
}

/* Of the time from a point on to before another: its hours, and of them those from Monday to
 * Friday. 1970-01-01 was a Thursday. */
struct lasted {
    int64_t hours, working;
};

static struct lasted lasted(const struct drift_series *series, size_t from, size_t end) {
    bool open = end == series->count;
    int64_t first = series->points[from].hour;
    int64_t last = open ? series->points[end - 1].hour + series->hours : series->points[end].hour;
    struct lasted time = {last - first, 0};
    for (int64_t hour = first; hour < last && time.working < WORKING_HOURS; hour++)
        time.working += (hour / DAY_HOURS + 3) % 7 < 5;
    return time;
}

/* Whether it is gone from the records that had it, and these did not only become fewer. */
static bool same_records(const struct drift_fall *fall) {
    double before = (double)(fall->from - fall->begin), after = (double)(fall->end - fall->from);
    double with_before = (double)fall->before.with / before,
           with_after = (double)fall->after.with / after;
    double without_before = (double)(fall->before.all - fall->before.with) / before,
           without_after = (double)(fall->after.all - fall->after.with) / after;
    return with_after <= with_before / 2 && without_after >= DRIFT_GROWTH * without_before;
}

/* The longest time before `at` in which it was gone and came back, of those that may be ordinary.
 */
static int64_t usual_absence(const struct drift_series *series, size_t at) {
    int64_t longest = 0;
    for (size_t i = 0, end; i < at; i = end) {
        end = run_end(series, i);
        if (!series->points[i].gone || end > at) continue;
        int64_t hours = lasted(series, i, end).hours;
        if (hours <= ORDINARY_HOURS && hours > longest) longest = hours;
    }
    return longest;
}

static bool stays(const struct drift_series *series, const struct drift_fall *fall) {
    struct lasted time = lasted(series, fall->from, fall->end);
    if (time.hours <= 2 * usual_absence(series, fall->begin)) return false;
    if (fall->end < series->count) return time.working >= WORKING_HOURS;
    /* A weekend at the end is little to go by, as are its last hours. */
    bool none = fall->after.with == 0;
    bool few = series->hours == 1 && fall->end - fall->from < DRIFT_LEAST_POINTS;
    return (time.working > 0 || none) && (!few || (none && fall->after.all >= DRIFT_NONE));
}

static bool is_fall(const struct drift_series *series, const struct drift_fall *fall) {
    return fall->before.all >= DRIFT_LEAST && fall->after.all >= DRIFT_LEAST &&
           share(fall->before) >= DRIFT_MOSTLY && share(fall->after) <= DRIFT_HARDLY &&
           same_records(fall) && stays(series, fall);
}

bool drift_next(const struct drift_series *series, size_t at, struct drift_fall *fall) {
    for (size_t i = 0, end; i < series->count; i = end) {
        end = run_end(series, i);
        if (series->points[i].gone || end == series->count || end < at) continue;
        *fall = (struct drift_fall){.begin = i, .from = end, .end = run_end(series, end)};
        fall->before = sum(series, i, end);
        fall->after = sum(series, end, fall->end);
        if (is_fall(series, fall)) return true;
    }
    return false;
}
