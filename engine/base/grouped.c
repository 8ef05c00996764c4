#include "engine/base/grouped.h"

const char *grouped(uint64_t number, char text[GROUPED_DIGITS]) {
    char *at = text + GROUPED_DIGITS - 1;
    *at = '\0';
    for (unsigned digits = 0; number > 0 || digits == 0; digits++, number /= 10) {
        if (digits > 0 && digits % 3 == 0) *--at = ',';
        *--at = (char)('0' + number % 10);
    }
    return at;
}
