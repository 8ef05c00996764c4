#include "engine/base/cpu.h"

#include <cpuid.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Clang 14's __builtin_cpu_supports does not know lzcnt: CPUID 8000_0001h, ECX bit 5. */
static bool has_lzcnt(void) {
    unsigned a, b, c, d;
    return __get_cpuid(0x80000001u, &a, &b, &c, &d) && (c >> 5 & 1);
}

/* __builtin_cpu_supports also asks whether the system saves the wide registers. */
static bool has_haswell(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul") && has_lzcnt();
}

static bool has_icelake(void) {
    return has_haswell() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi2");
}

enum isa isa_best(void) {
    __builtin_cpu_init();
    if (has_icelake()) return ISA_ICELAKE;
    return has_haswell() ? ISA_HASWELL : ISA_WESTMERE;
}

const char *isa_name(enum isa isa) {
    switch (isa) {
        case ISA_WESTMERE:
            return "westmere";
        case ISA_HASWELL:
            return "haswell";
        case ISA_ICELAKE:
            return "icelake";
        case ISA_COUNT:
            break;
    }
    return "unknown";
}

enum isa isa_by_name(const char *name) {
    enum isa best = isa_best();
    if (!name) return best;
    for (enum isa isa = ISA_WESTMERE; isa <= best; isa++)
        if (strcmp(name, isa_name(isa)) == 0) return isa;
    return ISA_COUNT;
}
