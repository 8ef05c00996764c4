#include "engine/base/moment.h"

#include "engine/base/time.h"

#define NS_PER_SECOND INT64_C(1000000000)
#define HOUR_NS (3600 * NS_PER_SECOND)
#define TO_SECONDS 19 /* bytes of 2026-03-07T14:05:02 */

/* Two digits below 60; else 60 or more. */
static unsigned sixtieth(const char *at) {
    unsigned tens = (unsigned)(unsigned char)at[0] - '0',
             ones = (unsigned)(unsigned char)at[1] - '0';
    return tens < 6 && ones < 10 ? tens * 10 + ones : 60;
}

/* Where the time ends and its zone begins, of a text in UTC that says so; 0: it is none. */
static size_t zone_place(struct text text) {
    if (text.data[text.length - 1] == 'Z') return text.length - 1;
    if (text.length < TO_SECONDS + 6) return 0;
    size_t place = text.length - 6;
    return memcmp(text.data + place, "+00:00", 6) == 0 ? place : 0;
}

/* Nothing, or a point and up to seven digits, behind 19 bytes of something. */
static bool is_fraction(const char *at, size_t length) {
    if (length == 0) return true;
    if (length > 8 || *at != '.' || length == 1) return false;
    /* The digits are the last of eight bytes; those before count as zeros. */
    uint64_t last, digits = ~UINT64_C(0) << (8 * (9 - length));
    const uint64_t zeros = UINT64_C(0x3030303030303030);
    memcpy(&last, at + length - sizeof last, sizeof last);
    last = (last & digits) | (zeros & ~digits);
    /* 0x30 to 0x39: with 6 more they still are in the thirties, and what is below is not yet. */
    const uint64_t high = UINT64_C(0xF0F0F0F0F0F0F0F0);
    uint64_t more = last + UINT64_C(0x0606060606060606);
    return (last & high) == zeros && (more & high) == zeros;
}

/* Of a text laid out as 2026-03-07T14:05:02.5Z; the hour is not looked at. */
static bool within_hour(struct text text, unsigned *seconds) {
    if (text.length <= TO_SECONDS || text.data[13] != ':' || text.data[16] != ':') return false;
    unsigned minute = sixtieth(text.data + 14), second = sixtieth(text.data + 17);
    size_t zone = zone_place(text);
    if (minute > 59 || second > 59 || zone < TO_SECONDS) return false;
    *seconds = minute * 60 + second;
    return is_fraction(text.data + TO_SECONDS, zone - TO_SECONDS);
}

bool moment_second(struct moment *moment, struct text text, int64_t *second) {
    unsigned seconds = 0;
    bool plain = within_hour(text, &seconds);
    if (plain && memcmp(text.data, moment->hour, MOMENT_HOUR) == 0) {
        *second = moment->second + seconds;
        return true;
    }
    int64_t ns;
    if (!time_parse(text, &ns)) return false;
    *second = ns / NS_PER_SECOND - (ns % NS_PER_SECOND < 0);
    /* Not of the hours at the ends of time_parse's range, which are not whole. */
    if (plain && ns > INT64_MIN + HOUR_NS && ns < INT64_MAX - HOUR_NS) {
        memcpy(moment->hour, text.data, MOMENT_HOUR);
        moment->second = *second - seconds;
    }
    return true;
}
