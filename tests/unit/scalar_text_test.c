/* Expectations: Python's str, base64, hashlib and urllib.parse; Java's toUpperCase and URLEncoder.
 */
#include "engine/scalar/text.h"

#include "tests/unit/scalar_call.h"

Test(scalar_text, upper) {
    gives("ABC-123", scalar_upper, NULL, T("abc-123"));
    gives("ÄÖ ΩЯ Ÿ Ǆ Ɐ", scalar_upper, NULL, T("äö ωя ÿ ǆ ɐ"));
    gives("ISΜ", scalar_upper, NULL, T("ıſµ"));
    gives("Ა Ⰰ 𐐀 Ꭰ", scalar_upper, NULL, T("ა ⰰ 𐐨 ꭰ"));
    gives("STRAßE ﬁ", scalar_upper, NULL, T("straße ﬁ")); /* letter by letter: no SS, no FI */
    gives("", scalar_upper, NULL, T(""));
    gives(MISSING, scalar_upper, NULL, NONE);
}

Test(scalar_text, pieces) {
    gives("żać", scalar_reverse, NULL, T("ćaż"));
    gives("321", scalar_reverse, NULL, N(123));
    gives("a b", scalar_trim, NULL, T(" \t\na b\r\n "));
    gives("", scalar_trim, NULL, T("   "));
    gives("7", scalar_length, NULL, T("Zażółć!"));
    gives("3", scalar_length, NULL, N(0.5));
    gives("0", scalar_length, NULL, T(""));
    gives(MISSING, scalar_length, NULL, NONE);
    gives("a12.5b", scalar_concat, NULL, T("a"), N(12.5), NONE, T(""), T("b"));
    gives("", scalar_concat, NULL, NONE);
}

Test(scalar_text, substring) { /* Python's slices */
    gives("żół", scalar_substring, NULL, T("Zażółć"), N(2), N(5));
    gives("ółć", scalar_substring, NULL, T("Zażółć"), N(-3));
    gives("Zażó", scalar_substring, NULL, T("Zażółć"), N(0), N(-2));
    gives("Zażółć", scalar_substring, NULL, T("Zażółć"), NONE, NONE);
    gives("ć", scalar_substring, NULL, T("Zażółć"), N(5), N(1e18));
    gives("", scalar_substring, NULL, T("Zażółć"), N(4), N(2));
    gives("", scalar_substring, NULL, T("abc"), N(9));
    gives("abc", scalar_substring, NULL, T("abc"), N(-1e18));
    gives("34", scalar_substring, NULL, N(12345), N(2), N(4));
    gives(MISSING, scalar_substring, NULL, T("abc"), T("x"));
    gives(MISSING, scalar_substring, NULL, NONE, N(0));
}

Test(scalar_text, parts) {
    gives("1", scalar_contains, NULL, T("foobar"), T("oba"));
    gives("0", scalar_contains, NULL, T("foobar"), T("abo"));
    gives("1", scalar_contains, NULL, T(""), T(""));
    gives("1", scalar_contains, NULL, N(1404), N(40));
    gives("0", scalar_contains, NULL, NONE, T(""));
    gives("0", scalar_contains, NULL, T("a"), NONE);
    gives("1", scalar_starts_with, NULL, T("foobar"), T("foo"));
    gives("0", scalar_starts_with, NULL, T("fo"), T("foo"));
    gives("1", scalar_ends_with, NULL, T("foobar"), T("bar"));
    gives("1", scalar_ends_with, NULL, T("foobar"), T(""));
    gives("0", scalar_ends_with, NULL, T("ar"), T("bar"));
}

Test(scalar_text, position_of) {
    gives("3", scalar_position_of, NULL, T("hello"), T("lo"));
    gives("0", scalar_position_of, NULL, T("log"), T("lo"));
    gives(MISSING, scalar_position_of, NULL, T("world"), T("lo"));
    gives("4", scalar_position_of, NULL, T("żółwół"), T("ó"), N(2));
    gives("4", scalar_position_of, NULL, T("żółwół"), T("ó"), N(-1));
    gives("1", scalar_position_of, NULL, T("żółwół"), T("ó"), N(-2));
    gives(MISSING, scalar_position_of, NULL, T("żółwół"), T("ó"), N(-3));
    gives("4", scalar_position_of, NULL, T("żółwół"), T("ó"), N(1), N(2));
    gives(MISSING, scalar_position_of, NULL, T("abc"), T("a"), N(0));
    gives("2", scalar_position_of, NULL, T("aaaa"), T("aa"), N(3)); /* they may overlap */
    gives("3", scalar_position_of, NULL, T("abc"), T(""), N(-1));
    gives(MISSING, scalar_position_of, NULL, T("abc"), T(""), N(9));
}

Test(scalar_text, edit_distance) {
    gives("3", scalar_edit_distance, NULL, T("kitten"), T("sitting"));
    gives("3", scalar_edit_distance, NULL, T("żółw"), T("żar"));
    gives("4", scalar_edit_distance, NULL, T(""), T("abcd"));
    gives("0", scalar_edit_distance, NULL, T("same"), T("same"));
    gives(MISSING, scalar_edit_distance, NULL, NONE, T("a"));
    char longer[1026];
    memset(longer, 'x', sizeof longer - 1);
    longer[1025] = '\0';
    gives(MISSING, scalar_edit_distance, NULL, T(longer), T("a"));
    longer[1024] = '\0';
    gives("1024", scalar_edit_distance, NULL, T(longer), T("a"));
}

Test(scalar_text, base64) {
    gives("Zażółć", scalar_base64_decode, NULL, T("WmHFvMOzxYLEhw=="));
    gives("WmHFvMOzxYLEhw==", scalar_base64_encode, NULL, T("Zażółć"));
    gives("YQ==", scalar_base64_encode, NULL, T("a"));
    gives("YWI=", scalar_base64_encode, NULL, T("ab"));
    gives("YWJj", scalar_base64_encode, NULL, T("abc"));
    gives("", scalar_base64_encode, NULL, T(""));
    gives("abcd", scalar_base64_decode, NULL, T("YWJj\r\nZA"));
    gives("\xC3\xBF\xC3\xBE", scalar_base64_decode, charset_new(CHARSET_LATIN1), T("__4"));
    gives("Hi", scalar_base64_decode, charset_new(CHARSET_UTF16LE), T("SABpAA=="));
    gives("\xEF\xBF\xBD", scalar_base64_decode, NULL, T("/w=="));
    gives(MISSING, scalar_base64_decode, NULL,
          T("YWJ"
            "!"));
    gives(MISSING, scalar_base64_decode, NULL, T("Y"));
    gives(MISSING, scalar_base64_decode, NULL, T("YR==")); /* bits that belong to no byte */
    gives(MISSING, scalar_base64_decode, NULL, T("YQ==YQ=="));
    gives(MISSING, scalar_base64_decode, NULL, T("YQ="));
    gives("", scalar_base64_decode, NULL, T(""));
    gives(MISSING, scalar_base64_decode, NULL, NONE);
}

Test(scalar_text, hex_and_url) {
    gives("Hello", scalar_hex_decode, NULL, T("48656c6C6f"));
    gives("Hello", scalar_hex_decode, NULL, T("0x48 65 6c 6c 6f"));
    gives(MISSING, scalar_hex_decode, NULL, T("486"));
    gives(MISSING, scalar_hex_decode, NULL, T("4g"));
    gives("a b&c=ü/*-_.~", scalar_url_decode, NULL, T("a+b%26c%3D%C3%BC%2F*-_.%7e"));
    gives("100% %zz %", scalar_url_decode, NULL, T("100%25+%zz+%"));
    gives("\xEF\xBF\xBD", scalar_url_decode, NULL, T("%ff"));
    gives("a+b%26c%3D%C3%BC%2F*-_.%7E", scalar_url_encode, NULL, T("a b&c=ü/*-_.~"));
}

Test(scalar_text, digests) {
    gives("900150983cd24fb0d6963f7d28e17f72", scalar_md5, NULL, T("abc"));
    gives("900150983cd24fb0d6963f7d28e17f72", scalar_md5, NULL, T("a"), NONE, T(""), T("bc"));
    gives("d41d8cd98f00b204e9800998ecf8427e", scalar_md5, NULL, T(""));
    gives("a9993e364706816aba3e25717850c26c9cd0d89d", scalar_sha1, NULL, T("abc"));
    gives("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", scalar_sha256, NULL,
          T("abc"));
    gives(
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3"
        "feebbd454d4423643ce80e2a9ac94fa54ca49f",
        scalar_sha512, NULL, T("abc"));
    gives(MISSING, scalar_sha256, NULL, NONE, NONE);
}

Test(scalar_text, hash_is_stable_and_below_the_limit) {
    char *first = scalar_result(&scalar_hash, hash_new(0, 0), (struct datum[]){T("abc")}, 1);
    cr_assert_gt(strtoull(first, NULL, 10), 0);
    cr_assert_lt(strtoull(first, NULL, 10), 1ull << 32);
    free(first);
    for (int i = 0; i < 100; i++) {
        char *bucket = scalar_result(&scalar_hash, hash_new(10, 7), (struct datum[]){N(i)}, 1);
        cr_assert_lt(strtoull(bucket, NULL, 10), 10);
        free(bucket);
    }
    /* Where one value ends and the next starts counts. */
    char *a = scalar_result(&scalar_hash, hash_new(0, 0), (struct datum[]){T("ab"), T("c")}, 2);
    char *b = scalar_result(&scalar_hash, hash_new(0, 0), (struct datum[]){T("a"), T("bc")}, 2);
    cr_assert_str_neq(a, b);
    free(a);
    free(b);
    gives(MISSING, scalar_hash, hash_new(0, 0), T("a"), NONE);
}

Test(scalar_text, entropy) {
    gives("2.8453509366224368", scalar_entropy, NULL, T("hello world"));
    gives("0", scalar_entropy, NULL, T("aaaa"));
    gives("0", scalar_entropy, NULL, T(""));
    gives("2", scalar_entropy, NULL, T("abcd"));
    gives(MISSING, scalar_entropy, NULL, NONE);
}
