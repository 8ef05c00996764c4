/* Expectations: java.util.Formatter of OpenJDK 17, Locale.ROOT. */
#include "engine/scalar/text.h"

#include "tests/unit/scalar_call.h"

static void *of(const char *format) {
    struct trawl_error error;
    struct format *data = format_new(format, NULL, &error);
    cr_assert(data, "%s", error.message);
    return data;
}

static void refused(const char *format, const char *why) {
    struct trawl_error error = {0};
    cr_assert_null(format_new(format, NULL, &error), "'%s' was taken", format);
    cr_assert_eq(error.status, TRAWL_INVALID);
    cr_assert(strstr(error.message, why), "'%s': %s", format, error.message);
}

Test(scalar_format, texts) {
    gives("abc|       abc|abc       |ab|ABC", scalar_format, of("%1$s|%1$10s|%1$-10s|%1$.2s|%1$S"),
          T("abc"));
    gives("b a a a b", scalar_format, of("%2$s %1$s %s %<s %s"), T("a"), T("b"));
    gives("null null|false", scalar_format, of("%s %d|%b"), NONE, NONE, NONE);
    gives("\n%|    %|%    |", scalar_format, of("%n%%|%5%|%-5%|"), NONE);
    gives("A|B|A|7", scalar_format, of("%c|%C|%c|%c"), T("A"), T("b"), N(65), T("7"));
    gives("true|FALSE|false", scalar_format, of("%b|%B|%b"), T("true"), T("false"), N(0));
    gives("   żó|żó   |ż", scalar_format, of("%1$5s|%1$-5s|%1$.1s"), T("żó"));
    gives("plain", scalar_format, of("plain"), NONE);
    gives("", scalar_format, of(""), NONE);
}

Test(scalar_format, integers) {
    gives("42|   42|42   |00042|+42| 42", scalar_format, of("%1$d|%1$5d|%1$-5d|%1$05d|%1$+d|%1$ d"),
          T("42"));
    gives("1,234,567|(42)", scalar_format, of("%,d|%(d"), N(1234567), N(-42));
    gives("-1,234,567|-000001,234,567|(1,234,567)|+999", scalar_format,
          of("%1$,d|%1$,015d|%1$(,d|%2$+,d"), N(-1234567), N(999));
    gives("9223372036854775807", scalar_format, of("%d"), T("9223372036854775807"));
    gives("9007199254740993", scalar_format, of("%d"), T("9007199254740993")); /* no double */
    gives("3 -3", scalar_format, of("%d %i"), N(3.99), T("-3.99"));
    gives("ff|FF|0xff|000000ff|10|010", scalar_format, of("%1$x|%1$X|%1$#x|%1$08x|%2$o|%2$#o"),
          N(255), N(8));
    gives("ffffffffffffffff", scalar_format, of("%x"), N(-1));
}

Test(scalar_format, reals) {
    gives("3.141590|2.50|    -2.718|1,234,567.89|3|3.|1.3     |-0003.14", scalar_format,
          of("%f|%.2f|%10.3f|%,.2f|%.0f|%#.0f|%-8.1f|%08.2f"), N(3.14159), N(2.5), N(-2.71828),
          N(1234567.891), N(2.5), N(2.5), N(1.25), N(-3.14159));
    gives("0.2|1.01|0.3|1|2|0|0.000", scalar_format, of("%.1f|%.2f|%.1f|%.0f|%.0f|%.0f|%.3f"),
          N(0.15), N(1.005), N(0.25), N(0.5), N(1.5), N(0.4), N(1e-10));
    gives("1.234568e+04|1.23e-04|1.234568E+04|1e+04| -5.0000e-01", scalar_format,
          of("%e|%.2e|%E|%.0e|%12.4e"), N(12345.678), N(0.00012345), N(12345.678), N(12345.678),
          N(-0.5));
    gives("123.456|0.000123|1.00000e-05|1.23457e+06|1.00000E-10|0.00000", scalar_format,
          of("%g|%.3g|%g|%g|%G|%g"), N(123.456), N(0.00012345), N(1e-5), N(1234567), N(1e-10),
          N(0));
    gives("0.10000000000000000000|100000000000000000000.000", scalar_format, of("%.20f|%.3f"),
          N(0.1), N(1e20));
    gives("  1.23e+03|(1.500000)|2.5", scalar_format, of("%10.2e|%(f|%(.1f"), N(1234.5), N(-1.5),
          N(2.5));
    gives("1,000,000|-0.001|-0.000|0.100000000000000", scalar_format, of("%,.0f|%,.3f|%.3f|%.15g"),
          N(999999.5), N(-0.0005), N(-0.0001), N(0.1));
    gives("0.0|9.9|10.0", scalar_format, of("%.1f|%.1f|%.1f"), N(0.04), N(9.94), N(9.95));
}

Test(scalar_format, dates) {
    struct trawl_error error;
    const char *letters =
        "%1$tY %1$tC %1$ty %1$tm %1$tB %1$tb %1$td %1$te %1$tj %1$tA %1$ta %1$tH %1$tk %1$tI %1$tl "
        "%1$tp %1$tM %1$tS %1$tL %1$tN %1$tZ %1$tz %1$ts %1$tQ|%1$tF|%1$tT|%1$tR|%1$tr|%1$tD|%1$tc";
    gives(
        "2026 20 26 03 March Mar 11 11 070 Wednesday Wed 01 1 01 1 am 00 02 123 123000000 EDT "
        "-0400 "
        "1773205202 1773205202123|2026-03-11|01:00:02|01:00|01:00:02 AM|03/11/26|"
        "Wed Mar 11 01:00:02 EDT 2026",
        scalar_format, format_new(letters, "America/New_York", &error), N(1773205202123));
    gives("am|AM|MAR|        01|11    |", scalar_format,
          format_new("%1$tp|%1$Tp|%1$Tb|%1$10tH|%1$-6td|", "America/New_York", &error),
          T("1773205202123"));
}

Test(scalar_format, a_value_of_the_wrong_kind_makes_the_whole_missing) {
    gives(MISSING, scalar_format, of("x %d"), T("abc"));
    gives(MISSING, scalar_format, of("%f"), T(""));
    gives(MISSING, scalar_format, of("%x"), N(1e30));
    gives(MISSING, scalar_format, of("%c"), T("ab"));
    gives(MISSING, scalar_format, of("%c"), N(0xD800));
    gives(MISSING, scalar_format, of("%tY"),
          T("2026"
            "-03-11"));
    gives(MISSING, scalar_format, of("%tY"), N(1e18));
    gives(MISSING, scalar_format, of("%s %s"), T("one"));
}

Test(scalar_format, what_java_refuses_is_refused) {
    refused("%", "write %%");
    refused("100%", "write %%");
    refused("%q", "write %%");
    refused("%-s", "width");
    refused("%05s", "flag");
    refused("%+s", "flag");
    refused("%.2d", "precision");
    refused("%#d", "flag");
    refused("%+ d", "together");
    refused("%-05d", "together");
    refused("%,x", "flag");
    refused("%<s", "repeats");
    refused("%,e", "flag");
    refused("%#g", "flag");
    refused("%--5d", "twice");
    refused("%5n", "width");
    refused("%.3%", "precision");
    refused("%(x", "flag");
    refused("%05%", "flag");
    refused("%t", "time");
    refused("%tX", "time");
    refused("%.s", "precision is missing");
    refused("%99999s", "at most");
    refused("%D", "write %%");
    struct trawl_error error = {0};
    cr_assert_null(format_new("%s", "Mars/Olympus", &error));
    cr_assert(strstr(error.message, "Mars/Olympus"));
}

Test(scalar_format, arguments_are_counted) {
    struct format *format = of("%s %3$s %s %%");
    cr_assert_eq(format_arguments(format), 3);
    scalar_format.data_free(format);
}
