/* scarce.h - memory that runs out where a test wants it to.
 *
 * The unit tests are linked so that what trawl's own code allocates, that of libraries not, comes
 * through here (CMakeLists.txt: --wrap). Per thread. */
#ifndef TRAWL_TESTS_SCARCE_H
#define TRAWL_TESTS_SCARCE_H

/* From here on allocations count; of them the first-th (from 1) and the `count` - 1 behind it fail.
 * count 0: none. */
void scarce_begin(unsigned long first, unsigned long count);
/* Returns how many there were. */
unsigned long scarce_end(void);

#endif
