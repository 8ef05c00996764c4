/* json_text_test.c - values to texts, on every ISA level that this machine has. */
#include "tests/unit/json_bench.h"

/* ---- texts ----------------------------------------------------------------------------------- */

/* json is the value of a key; expected its text, or NULL for "not JSON". */
static void check_text(const char *json, const char *expected) {
    char record[1000];
    snprintf(record, sizeof record, "{\"a\":%s}", json);
    check(NAMES("a"), record, NAMES(expected));
}

Test(json_text, strings_are_unescaped) {
    check_text("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"",
               "a\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    check_text("\"\\ud83d\"", "\xef\xbf\xbd");
    check_text("\"\\ude00x\\ud83d\\u0041\"",
               "\xef\xbf\xbdx\xef\xbf\xbd"
               "A");
    check_text("\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80");
    check_text("\"\\\\u0041\"", "\\u0041");
    check_text("\"\"", "");
}

Test(json_text, arrays_are_joined) {
    check_text("[]", "");
    check_text("[ \"a\" , 1.50 , true , null , [\"b\",[]] , {} ]", "a,1.50,true,,b,,{}");
    check_text("[null]", "");
    check_text("[\"a,b\",\"\\u0063\"]", "a,b,c");
}

Test(json_text, objects_are_dumped) {
    check_text("{ \"k\" : 1 , \"l\" : [ 2.0 , null , false ] , \"m\" : { } }",
               "{\"k\":\"1\",\"l\":[\"2.0\",null,false],\"m\":{}}");
    check_text("{\"k\":1,\"\\u006b\":2,\"j\":3,\"k\":[{\"x\":1}]}", "{\"k\":\"1\",\"j\":\"3\"}");
    check_text("{\"\\u0001\\u001f\\u007f\\n\\r\\t\\b\\f\\\"\\\\\\/\":\"\\u00e9\xc3\xa9\"}",
               "{\"\\u0001\\u001f\x7f\\n\\r\\t\\b\\f\\\"\\\\/\":\"\xc3\xa9\xc3\xa9\"}");
    check_text("[{\"a\":\"x\"},{\"a\":[]}]", "{\"a\":\"x\"},{\"a\":[]}");
}

Test(json_text, objects_of_many_keys_are_dumped_in_time) {
    struct buffer json = {0}, to = {0};
    buffer_append_char(&json, '{');
    for (int i = 0; i < 400000; i++) buffer_printf(&json, "\"k%d\":1,", i % 200000);
    buffer_append(&json, "\"end\":null}", 11);
    struct json_value value = {JSON_OBJECT, false, {json.data, json.length}};
    cr_assert(json_text(&value, &to));
    size_t keys = 0;
    for (size_t i = 0; i < to.length; i++) keys += to.data[i] == ':';
    cr_assert_eq(keys, 200001);
    buffer_free(&json);
    buffer_free(&to);
}

static void check_list(const char *string, const char *expected, bool is_array) {
    struct json_value value = {JSON_STRING, strchr(string, '\\') != NULL, {string, strlen(string)}};
    struct buffer to = {0};
    bool array;
    cr_assert(json_list_text(&value, &to, &array));
    buffer_append_char(&to, '\0');
    cr_assert_str_eq(to.data, expected, "%s", string);
    cr_assert_eq(array, is_array, "%s", string);
    buffer_free(&to);
}

Test(json_text, lists_in_strings_are_read) {
    check_list("[\\\"a\\\",\\\"b\\\"]", "a,b", true);
    check_list("[]", "", true);
    check_list("[1,[2,null]]", "1,2,", true);
    check_list(" \t\v\f\x1c\x1f[1] ", "1", true);
    check_list("\xc2\xa0\xc2\x85\xe3\x80\x80\xe2\x80\x83[1]\xe2\x80\xa8\xe1\x9a\x80", "1", true);
    check_list("\\u00a0[1]\\u3000", "1", true);
    check_list("[1] x", "[1] x", false);
    check_list("[1", "[1", false);
    check_list("[1]\xe2\x80\x8b", "[1]\xe2\x80\x8b", false); /* zero width space: none */
    check_list(" a,b ", " a,b ", false);
    check_list("\\u005b\\u0031\\u005d", "1", true);
    check_list("", "", false);
    check_list("\xc3\xa9", "\xc3\xa9", false);
    check_list("{\\\"a\\\":1}", "{\"a\":1}", false);
    check_list("[NaN]", "[NaN]", false);
}

Test(json_text, list_of_another_type_is_its_text) {
    struct buffer to = {0};
    bool array = true;
    struct json_value value = {JSON_ARRAY, false, {"[\"a\",\"b\"]", 9}};
    cr_assert(json_list_text(&value, &to, &array));
    cr_assert_eq(to.length, 3);
    cr_assert_not(array);
    buffer_free(&to);
}

Test(json_text, strings_compare_by_meaning) {
    struct json_value value = json_plain(text_of("SignInLogs"));
    cr_assert(json_string_is(&value, "SignInLogs"));
    cr_assert_not(json_string_is(&value, "SignInLog"));
    value = (struct json_value){JSON_STRING, true, text_of("Sign\\u0049nLogs")};
    cr_assert(json_string_is(&value, "SignInLogs"));
    value.raw = text_of("Sign\\qInLogs");
    cr_assert_not(json_string_is(&value, "SignInLogs"));
    value = (struct json_value){JSON_NUMBER, false, text_of("0")};
    cr_assert_not(json_string_is(&value, "0"));
}

Test(json_text, truth_is_pythons) {
    static const struct {
        enum json_type type;
        const char *raw;
        bool truthy;
    } cases[] = {
        {JSON_ABSENT, "", false},  {JSON_NULL, "null", false},     {JSON_FALSE, "false", false},
        {JSON_TRUE, "true", true}, {JSON_NUMBER, "0", true},       {JSON_STRING, "", false},
        {JSON_STRING, " ", true},  {JSON_OBJECT, "{ \n}", false},  {JSON_OBJECT, "{\"a\":1}", true},
        {JSON_ARRAY, "[]", false}, {JSON_ARRAY, "[ null ]", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_value value = {cases[i].type, false, text_of(cases[i].raw)};
        cr_assert_eq(json_truthy(&value), cases[i].truthy, "%s", cases[i].raw);
    }
}
