#include "engine/scalar/structure.h"

#include "tests/unit/scalar_call.h"

Test(scalar_structure, json) {
    gives("1", scalar_json_get, json_get_new("a.b[1]"), T("{\"a\":{\"b\":[0,1]}}"));
    gives("x\ny", scalar_json_get, json_get_new("s"), T("{\"s\":\"x\\ny\"}"));
    gives(MISSING, scalar_json_get, json_get_new("s"), T("{\"s\":null}"));
    gives(MISSING, scalar_json_get, json_get_new("s"), N(1));
    gives(MISSING, scalar_json_get, json_get_new("s"), NONE);
    gives("{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\\\"\": \"\\u0041\"\n}", scalar_json_pretty,
          NULL, T("{\"a\":[1,{}],\"b\\\"\":\"\\u0041\"}"));
    gives("5", scalar_json_pretty, NULL, N(5));
    gives(MISSING, scalar_json_pretty, NULL, T("{\"a\""));
}

static void kv(const char *expected, const char *text, const char *key) {
    gives(expected, scalar_kv_get, kv_get_new(key, NULL, 0), T(text));
}

Test(scalar_structure, key_value_pairs) {
    kv("1", "a=1 b=2", "a");
    kv("2", "a=1, b=2; c=3", "b");
    kv("3", "a=1, b=2; c=3", "c");
    kv("x y", "a=\"x y\" b=2", "a");
    kv("x, y", "a='x, y',b=2", "a");
    kv("2", "a='x, b=9',b=2", "b");
    kv("a\"b\\n", "a=\"a\\\"b\\\\n\"", "a");
    kv("1", "a = 1 b = 2", "a");
    kv("2", "a = 1 b = 2", "b");
    kv("2", "quoted \"key word\"=2", "key word");
    kv("", "a= b=2", "a");
    kv("2", "a= b=2", "b");
    kv("", "a=", "a");
    kv("", "a=\"\"", "a");
    kv("first", "a=first a=second", "a");
    kv("http://h/?x=1&y=2", "url=http://h/?x=1&y=2 z=3", "url");
    kv("open", "a=\"open", "a");
    kv("2", "words before a=2", "a");
    kv(MISSING, "words before", "a");
    kv(MISSING, "url=http://h/?x=1", "x");
    kv(MISSING, "", "a");
    kv(MISSING, "=1 ==", "a");
    kv(MISSING, "ab=1", "b");
    gives("1", scalar_kv_get, kv_get_new("a", "|", ':'), T("x:y z|a:1|b:2"));
    gives("y z", scalar_kv_get, kv_get_new("x", "|", ':'), T("x:y z|a:1"));
    gives(MISSING, scalar_kv_get, kv_get_new("a", NULL, 0), NONE);
}

#define XML                                                                                    \
    "<?xml version=\"1.0\"?><e:Event xmlns:e='urn:e' v=\"1 &amp; 2\"><System><Id>42</Id>"      \
    "</System><Data Name=\"A\">x &lt; y</Data><Data Name='B'><![CDATA[<raw>]]><i>!</i></Data>" \
    "<!-- no --></e:Event>"

Test(scalar_structure, xml) {
    gives("42", scalar_xml_get, xml_get_new("Event.System.Id"), T(XML));
    gives("1 & 2", scalar_xml_get, xml_get_new("Event.@v"), T(XML));
    gives("x < y", scalar_xml_get, xml_get_new("Event.Data"), T(XML));
    gives("<raw>!", scalar_xml_get, xml_get_new("Event.Data[2]"), T(XML));
    gives("B", scalar_xml_get, xml_get_new("Event.Data[2].@Name"), T(XML));
    gives(MISSING, scalar_xml_get, xml_get_new("Event.Data[3]"), T(XML));
    gives(MISSING, scalar_xml_get, xml_get_new("System"), T(XML));
    gives(MISSING, scalar_xml_get, xml_get_new("Event."), T(XML));
    gives(MISSING, scalar_xml_get, xml_get_new("@v"), T(XML));
    gives(MISSING, scalar_xml_get, xml_get_new(""), T(XML));
    gives(MISSING, scalar_xml_get, xml_get_new("a"), T("<a>"));
    gives(MISSING, scalar_xml_get, xml_get_new("a"), T("no xml"));
    gives(MISSING, scalar_xml_get, xml_get_new("a"), NONE);
}

Test(scalar_structure, xml_loads_nothing_and_does_not_grow) {
    gives("<>", scalar_xml_get, xml_get_new("a"),
          T("<!DOCTYPE a [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><a>&lt;&f;&gt;</a>"));
    struct buffer bomb = {0};
    buffer_printf(&bomb, "<!DOCTYPE a [<!ENTITY e0 \"ha\">");
    for (int i = 1; i < 30; i++)
        buffer_printf(&bomb, "<!ENTITY e%d \"&e%d;&e%d;\">", i, i - 1, i - 1);
    buffer_printf(&bomb, "]><a b=\"1\">x&e29;</a>");
    buffer_append_char(&bomb, '\0');
    char *result =
        scalar_result(&scalar_xml_get, xml_get_new("a"), (struct datum[]){T(bomb.data)}, 1);
    cr_assert_lt(strlen(result), 20, "%s", result);
    free(result);
    buffer_free(&bomb);
}

Test(scalar_structure, csv) {
    gives("b,\"c", scalar_csv_get, csv_get_new(1), T("a,\"b,\"\"c\",d"));
    gives("d", scalar_csv_get, csv_get_new(2), T("a,\"b,\"\"c\",d"));
    gives("", scalar_csv_get, csv_get_new(1), T("a,,d"));
    gives(MISSING, scalar_csv_get, csv_get_new(3), T("a,b,c"));
    gives(MISSING, scalar_csv_get, csv_get_new(0), T(""));
    gives("5", scalar_csv_get, csv_get_new(0), N(5));
    gives(MISSING, scalar_csv_get, csv_get_new(0), NONE);
}
