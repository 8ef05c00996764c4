/* structure_kernel.h - the block scanner, included once per ISA level by structure.c.
 *
 * Expects: KERNEL, the function's name; KERNEL_TARGET, its attribute; KERNEL_CLASSIFY(bytes,
 * masks), which reads 64 bytes into the masks of struct masks. */

KERNEL_TARGET
static enum structure_event KERNEL(struct structure *s, const char *text, size_t *at, size_t end) {
    size_t base = *at;
    while (base < end) {
        struct masks masks;
        KERNEL_CLASSIFY(text + base, &masks);
        size_t count = end - base < 64 ? end - base : 64;
        uint64_t valid = count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
        bool escaped = s->escaped;
        uint64_t quotes =
            masks.quote & valid & ~escaped_bytes(masks.backslash & valid, count, &escaped);
        uint64_t inside = prefix_xor(quotes) ^ (s->in_string ? UINT64_MAX : 0);
        uint64_t broken = masks.newline & inside & valid;
        uint64_t brackets = masks.bracket & ~inside & valid;
        if (broken) brackets &= (broken & -broken) - 1;
        while (brackets) {
            size_t here = base + (size_t)__builtin_ctzll(brackets);
            brackets &= brackets - 1;
            enum structure_event event = structure_bracket(s, text, here);
            if (event != STRUCTURE_MORE) return stopped(s, event, here, at);
        }
        if (broken) {
            return stopped(s, STRUCTURE_NEWLINE, base + (size_t)__builtin_ctzll(broken), at);
        }
        s->in_string = inside >> (count - 1) & 1;
        s->escaped = escaped;
        base += count;
    }
    *at = end;
    return STRUCTURE_MORE;
}
#undef KERNEL
#undef KERNEL_TARGET
#undef KERNEL_CLASSIFY
