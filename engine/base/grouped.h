/* grouped.h - numbers for people: 1,234,567. */
#ifndef TRAWL_ENGINE_GROUPED_H
#define TRAWL_ENGINE_GROUPED_H

#include <stdint.h>

#define GROUPED_DIGITS 32

/* Writes into `text` and returns where it begins. */
const char *grouped(uint64_t number, char text[GROUPED_DIGITS]);

#endif
