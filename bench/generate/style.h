/* style.h - how one event is written in each shape: the texts of the templates. */
#ifndef GENERATE_STYLE_H
#define GENERATE_STYLE_H

enum style {
    STYLE_DIAGNOSTIC,   /* Azure Monitor: the event in properties */
    STYLE_GRAPH,        /* Microsoft Graph: flat camelCase */
    STYLE_TABLE,        /* Log Analytics, PascalCase, nested columns as objects */
    STYLE_TABLE_TEXT,   /* the same, nested columns as JSON text, as in the non-interactive table */
    STYLE_TABLE_ROW,    /* a row of the query API's response */
    STYLE_TABLE_CSV,    /* a row of its CSV */
    STYLE_LOGSCALE,     /* LogScale: all values text, keys with the parser's prefix */
    STYLE_LOGSCALE_RAW, /* the same, the record of Azure Monitor in @rawstring and nothing else */
    STYLE_LOGSCALE_FLAT, /* the hunt's own names */
    STYLE_LOGSCALE_CSV,  /* these as CSV */
    STYLE_PORTAL,        /* the Entra portal's CSV */
    STYLE_CLOUDTRAIL,    /* AWS */
    STYLE_STORAGE,       /* Azure Monitor's storage logs */
    STYLES,
};

extern const char *const style_templates[STYLES];
/* What stands before all records of a text; NULL for the styles that have no header. */
extern const char *const style_headers[STYLES];

#endif
