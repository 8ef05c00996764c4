/* loan.c - asking for memory before a long window is allocated. */
#include "formats/container/layer.h"

static double mebibytes(uint64_t bytes) {
    return (double)bytes / (1 << 20);
}

enum trawl_status loan_take(struct loan *loan, struct lender *lender, uint64_t bytes,
                            struct trawl_error *error) {
    if (bytes <= LONG_WINDOW && lender->allowed <= LENDER_ALLOWANCE - bytes) {
        lender->allowed += bytes;
        *loan = (struct loan){bytes, false};
        return TRAWL_OK;
    }
    if (lender->gated)
        return error_set(error, TRAWL_REFUSED,
                         "a window of %.1f MiB inside another long one; unpack one layer first",
                         mebibytes(bytes));
    if (lender->feed && !feed_reserve(lender->feed, bytes)) {
        if (feed_cancelled(lender->feed)) return error_set(error, TRAWL_CANCELLED, "cancelled");
        return error_set(error, TRAWL_REFUSED,
                         "needs a window of %.1f MiB, over the memory limit of %.1f MiB; allow it "
                         "with a larger --memory",
                         mebibytes(bytes), mebibytes(feed_budget(lender->feed)));
    }
    lender->gated = true;
    *loan = (struct loan){bytes, true};
    return TRAWL_OK;
}

void loan_return(struct loan *loan, struct lender *lender) {
    if (loan->gated) {
        if (lender->feed) feed_release(lender->feed, loan->bytes);
        lender->gated = false;
    } else {
        lender->allowed -= loan->bytes;
    }
    *loan = (struct loan){0, false};
}
