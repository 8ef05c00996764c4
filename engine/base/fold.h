/* fold.h - texts in lower case. */
#ifndef TRAWL_ENGINE_FOLD_H
#define TRAWL_ENGINE_FOLD_H

#include "engine/base/buffer.h"

/* Appends the text in lower case, letter by letter (Unicode's simple mapping). A character outside
 * ASCII whose lower case is inside stays as it is, so that a comparison with an ASCII word never
 * holds of a text that lower-casing ASCII alone would not make equal. Bytes that are no UTF-8 stay.
 * False: out of memory. */
bool text_fold(struct text text, struct buffer *out);

#endif
