/* cpu.h - what the processor can run. The only place that asks. */
#ifndef TRAWL_ENGINE_CPU_H
#define TRAWL_ENGINE_CPU_H

/* Levels named as simdjson names them, lowest first. Every x86-64 machine that Hyperscan runs on
 * has WESTMERE. */
enum isa { ISA_WESTMERE, ISA_HASWELL, ISA_ICELAKE, ISA_COUNT };

enum isa isa_best(void);
const char *isa_name(enum isa isa);
/* ISA_COUNT: no such name, or this machine lacks it. NULL: the best. */
enum isa isa_by_name(const char *name);

#endif
