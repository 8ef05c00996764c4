/* functions_place.c - where an address is, and whose it is. */
#include "engine/query/compile.h"
#include "engine/scalar/network.h"

#define GROUP "functions: places"

static void bind_geo(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                     const char *suffix, enum geo_attribute attribute, bool number) {
    struct trawl_error error = {0};
    struct text as = arguments_as(arguments);
    if (!as.data) as = arguments_text(arguments, "field");
    struct text name = compile_printf(c, "%s.%s", as.data, suffix);
    struct operand address = arguments_operand(arguments, "field");
    void *data = c->options->geoip ? geo_new(c->options->geoip, attribute, &error) : NULL;
    if (!data) {
        if (c->options->geoip)
            diagnose_error(c->diagnostics, arguments->call->span, NULL, "%s", error.message);
        else
            compile_need(c, arguments->call->span, "--geoip FOLDER with .mmdb files",
                         "a database of addresses: give its folder with --geoip");
        flow_bind(c, flow, name, operand_missing(c));
        return;
    }
    const struct scalar *scalar = number ? &scalar_geo_number : &scalar_geo_text;
    scalar_data(c, scalar, data);
    flow_assign(c, flow, name,
                call_scalar(c, scalar, data, compile_printf(c, "%d", (int)attribute), &address, 1));
}

static void step_location(struct compiler *c, struct flow *flow,
                          const struct arguments *arguments) {
    bind_geo(c, flow, arguments, "country", GEO_COUNTRY, false);
    bind_geo(c, flow, arguments, "state", GEO_STATE, false);
    bind_geo(c, flow, arguments, "city", GEO_CITY, false);
    bind_geo(c, flow, arguments, "lat", GEO_LATITUDE, true);
    bind_geo(c, flow, arguments, "lon", GEO_LONGITUDE, true);
}

static void step_asn(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    bind_geo(c, flow, arguments, "asn", GEO_ASN, true);
    bind_geo(c, flow, arguments, "org", GEO_ORGANISATION, false);
}

static const struct parameter place_parameters[] = {
    REQUIRED("field", PARAM_FIELD), OPTIONAL("as", PARAM_TEXT, NULL), {0}};

const struct function functions_place[] = {
    {.name = "ipLocation",
     .group = GROUP,
     .synopsis = "ipLocation(field, as=field)",
     .summary = "adds field.country, .state, .city, .lat and .lon",
     .differs = "from the MMDB files of --geoip",
     .parameters = place_parameters,
     .step = step_location},
    {.name = "asn",
     .group = GROUP,
     .synopsis = "asn(field, as=field)",
     .summary = "adds field.asn and .org",
     .differs = "from the MMDB files of --geoip",
     .parameters = place_parameters,
     .step = step_asn},
    {0}};
