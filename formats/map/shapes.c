/* shapes.c - what a record is: by its own words, by its category, by the keys it has. */
#include "formats/map/map.h"

const char *const map_anchors[ANCHOR_COUNT] = {
    [ANCHOR_EVENT_SOURCE] = "event_source",
    [ANCHOR_EVENT_TYPE] = "event_type",
    [ANCHOR_CATEGORY] = "category",
    [ANCHOR_CATEGORY_PASCAL] = "Category",
    [ANCHOR_TYPE] = "Type",
    [ANCHOR_VENDOR_CATEGORY] = "Vendor.category",
    [ANCHOR_VENDOR] = "#Vendor",
    [ANCHOR_DATASET] = "#event.dataset",
    [ANCHOR_REPO] = "#repo",
    [ANCHOR_RAWSTRING] = "@rawstring",
    [ANCHOR_AT_TIMESTAMP] = "@timestamp",
    [ANCHOR_PROPERTIES] = "properties",
    [ANCHOR_USER_PRINCIPAL_NAME] = "userPrincipalName",
    [ANCHOR_DATE_UTC] = "Date (UTC)",
    [ANCHOR_IP_ADDRESS_PORTAL] = "IP address",
    [ANCHOR_TIME] = "time",
    [ANCHOR_TIME_GENERATED] = "TimeGenerated",
    [ANCHOR_RESOURCE_ID] = "resourceId",
    [ANCHOR_RESOURCE_ID_PASCAL] = "ResourceId",
    [ANCHOR_OPERATION_NAME] = "operationName",
    [ANCHOR_OPERATION_NAME_PASCAL] = "OperationName",
    [ANCHOR_EVENT_NAME] = "eventName",
    [ANCHOR_EVENT_TIME] = "eventTime",
    [ANCHOR_EVENT_VERSION] = "eventVersion",
    [ANCHOR_EVENT_SOURCE_AWS] = "eventSource",
    [ANCHOR_EVENT_NAME_PASCAL] = "EventName",
    [ANCHOR_EVENT_VERSION_PASCAL] = "EventVersion",
    [ANCHOR_EVENT_SOURCE_PASCAL] = "EventSource",
    [ANCHOR_EVENT_NAME_LOWER] = "eventname",
    [ANCHOR_EVENT_TIME_LOWER] = "eventtime",
    [ANCHOR_EVENT_VERSION_LOWER] = "eventversion",
    [ANCHOR_EVENT_SOURCE_LOWER] = "eventsource",
    [ANCHOR_EVENT_NAME_SPACED] = "Event Name",
    [ANCHOR_EVENT_TIME_SPACED] = "Event DateTime",
    [ANCHOR_EVENT_TYPE_SPACED] = "Event Type",
    [ANCHOR_EVENT_NAME_VENDOR] = "Vendor.eventName",
    [ANCHOR_EVENT_TIME_VENDOR] = "Vendor.eventTime",
    [ANCHOR_EVENT_VERSION_VENDOR] = "Vendor.eventVersion",
    [ANCHOR_EVENT_SOURCE_VENDOR] = "Vendor.eventSource",
    [ANCHOR_OPERATION_NAME_VENDOR] = "Vendor.operationName",
    [ANCHOR_RESULT_TYPE] = "result_type",
    [ANCHOR_RESULT_TYPE_CAMEL] = "resultType",
    [ANCHOR_RESULT_TYPE_PASCAL] = "ResultType",
    [ANCHOR_PROPERTIES_STATUS] = "properties/status",
    [ANCHOR_PROPERTIES_STATUS_CODE] = "properties/status/errorCode",
    [ANCHOR_STATUS] = "status",
    [ANCHOR_STATUS_CODE] = "status/errorCode",
    [ANCHOR_STATUS_PASCAL] = "Status",
    [ANCHOR_STATUS_PASCAL_CODE] = "Status/errorCode",
    [ANCHOR_RESULT_TYPE_VENDOR] = "Vendor.resultType",
    [ANCHOR_STATUS_CODE_VENDOR_PROPERTIES] = "Vendor.properties.status.errorCode",
    [ANCHOR_STATUS_CODE_VENDOR] = "Vendor.status.errorCode",
    [ANCHOR_ERROR_CODE_LOGSCALE] = "error.code",
    [ANCHOR_ERROR_CODE_PORTAL] = "Sign-in error code",
    [ANCHOR_RECORDS] = "records",
    [ANCHOR_RECORDS_PASCAL] = "Records",
    [ANCHOR_VALUE] = "value",
    [ANCHOR_TABLES] = "tables",
};

/* ---- categories ------------------------------------------------------------------------------ */

enum kind { KIND_NONE, KIND_SIGNIN, KIND_CLOUDTRAIL, KIND_STORAGE };

/* Values of category, Category or Type. */
static const struct {
    const char *category;
    enum kind kind;
} categories[] = {
    {"SignInLogs", KIND_SIGNIN},
    {"NonInteractiveUserSignInLogs", KIND_SIGNIN},
    {"ServicePrincipalSignInLogs", KIND_SIGNIN},
    {"ManagedIdentitySignInLogs", KIND_SIGNIN},
    {"MicrosoftServicePrincipalSignInLogs", KIND_SIGNIN},
    {"ADFSSignInLogs", KIND_SIGNIN},
    {"SigninLogs", KIND_SIGNIN},
    {"AADNonInteractiveUserSignInLogs", KIND_SIGNIN},
    {"AADServicePrincipalSignInLogs", KIND_SIGNIN},
    {"AADManagedIdentitySignInLogs", KIND_SIGNIN},
    {"StorageRead", KIND_STORAGE},
    {"StorageWrite", KIND_STORAGE},
    {"StorageDelete", KIND_STORAGE},
    {"StorageBlobLogs", KIND_STORAGE},
    {"AWSCloudTrail", KIND_CLOUDTRAIL},
};

/* What LogScale's parsers tag records with. A vendor or repository of NULL may be anything, and a
 * tag that the record does not have counts as right. */
static const struct {
    const char *vendor, *dataset, *repo;
    enum kind kind;
} aliases[] = {
    {"microsoft", "entraid.signin", NULL, KIND_SIGNIN},
    {"microsoft", "azure.entraid.signin", NULL, KIND_SIGNIN},
};

/* The spellings of CloudTrail's keys: a record has its name and its time, and one of two more. */
static const struct {
    enum map_anchor name, time, one, other;
} cloudtrail_keys[] = {
    {ANCHOR_EVENT_NAME, ANCHOR_EVENT_TIME, ANCHOR_EVENT_VERSION, ANCHOR_EVENT_SOURCE_AWS},
    {ANCHOR_EVENT_NAME_PASCAL, ANCHOR_TIME_GENERATED, ANCHOR_EVENT_VERSION_PASCAL,
     ANCHOR_EVENT_SOURCE_PASCAL},
    {ANCHOR_EVENT_NAME_LOWER, ANCHOR_EVENT_TIME_LOWER, ANCHOR_EVENT_VERSION_LOWER,
     ANCHOR_EVENT_SOURCE_LOWER},
    {ANCHOR_EVENT_NAME_SPACED, ANCHOR_EVENT_TIME_SPACED, ANCHOR_EVENT_TYPE_SPACED,
     ANCHOR_EVENT_TYPE_SPACED},
    {ANCHOR_EVENT_NAME_VENDOR, ANCHOR_EVENT_TIME_VENDOR, ANCHOR_EVENT_VERSION_VENDOR,
     ANCHOR_EVENT_SOURCE_VENDOR},
};

/* Texts of values, with what may be read behind them. */
#define TEXT_MOST (32 + TEXT_PADDING)
static const char source_entra[TEXT_MOST] = "AzureActiveDirectory";
static const char source_cloudtrail[TEXT_MOST] = "AWSCloudTrail";
static const char source_storage[TEXT_MOST] = "AzureStorage";
static const char type_signin[TEXT_MOST] = "SignIn";

const enum map_anchor map_told_by[MAP_TOLD_BY] = {
    ANCHOR_EVENT_SOURCE, ANCHOR_CATEGORY, ANCHOR_CATEGORY_PASCAL, ANCHOR_TYPE, ANCHOR_DATASET,
    ANCHOR_VENDOR,       ANCHOR_REPO,     ANCHOR_VENDOR_CATEGORY,
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool there(const struct json_value *values, enum map_anchor anchor) {
    return values[anchor].type > JSON_NULL;
}

/* The first of them that is there; ANCHOR_COUNT: none is. */
static enum map_anchor first_there(const struct json_value *values, const enum map_anchor *anchors,
                                   size_t count) {
    for (size_t i = 0; i < count; i++)
        if (there(values, anchors[i])) return anchors[i];
    return ANCHOR_COUNT;
}

static enum kind kind_of_category(const struct json_value *category) {
    if (category->type != JSON_STRING) return KIND_NONE;
    for (size_t i = 0; i < COUNT(categories); i++)
        if (json_string_is(category, categories[i].category)) return categories[i].kind;
    return KIND_NONE;
}

static bool tag_fits(const struct json_value *tag, const char *wanted) {
    return !wanted || tag->type <= JSON_NULL || json_string_is(tag, wanted);
}

static enum kind kind_of_tags(const struct json_value *values) {
    if (!there(values, ANCHOR_DATASET)) return KIND_NONE;
    for (size_t i = 0; i < COUNT(aliases); i++)
        if (tag_fits(&values[ANCHOR_DATASET], aliases[i].dataset) &&
            tag_fits(&values[ANCHOR_VENDOR], aliases[i].vendor) &&
            tag_fits(&values[ANCHOR_REPO], aliases[i].repo))
            return aliases[i].kind;
    return KIND_NONE;
}

/* ---- recognition ----------------------------------------------------------------------------- */

static bool from_logscale(const struct json_value *values) {
    return there(values, ANCHOR_AT_TIMESTAMP) || there(values, ANCHOR_RAWSTRING) ||
           there(values, ANCHOR_VENDOR) || there(values, ANCHOR_DATASET) ||
           there(values, ANCHOR_REPO);
}

/* Which export a record of a sign-in category comes from. */
static enum map_shape signin_shape(const struct json_value *values) {
    if (from_logscale(values)) return SHAPE_LOGSCALE;
    if (there(values, ANCHOR_PROPERTIES)) return SHAPE_ENTRA_DIAGNOSTIC;
    if (there(values, ANCHOR_TYPE) || there(values, ANCHOR_CATEGORY_PASCAL) ||
        there(values, ANCHOR_TIME_GENERATED))
        return SHAPE_LOG_ANALYTICS;
    return SHAPE_ENTRA_DIAGNOSTIC;
}

/* A record whose source and type are the anchors' values. */
static struct map_record record_of(enum map_shape shape, enum map_family family,
                                   const struct json_value *values, enum map_anchor source,
                                   enum map_anchor type) {
    return (struct map_record){shape, family, source, type, values[source], values[type]};
}

/* One whose source is known, and whose type is the anchor's value. */
static struct map_record record_from(enum map_shape shape, enum map_family family,
                                     const char *source, const struct json_value *values,
                                     enum map_anchor type) {
    return (struct map_record){shape,       family, ANCHOR_COUNT, type, json_plain(text_of(source)),
                               values[type]};
}

static struct map_record signin(enum map_shape shape, enum map_family family) {
    return (struct map_record){shape,
                               family,
                               ANCHOR_COUNT,
                               ANCHOR_COUNT,
                               json_plain(text_of(source_entra)),
                               json_plain(text_of(type_signin))};
}

static struct map_record storage(const struct json_value *values) {
    static const enum map_anchor names[] = {ANCHOR_OPERATION_NAME_VENDOR, ANCHOR_OPERATION_NAME};
    enum map_anchor name = first_there(values, names, COUNT(names));
    return record_from(SHAPE_STORAGE, FAMILY_STORAGE, source_storage, values,
                       name != ANCHOR_COUNT ? name : ANCHOR_OPERATION_NAME_PASCAL);
}

static struct map_record cloudtrail(const struct json_value *values, enum map_anchor name) {
    return record_from(SHAPE_CLOUDTRAIL, FAMILY_CLOUDTRAIL, source_cloudtrail, values, name);
}

/* A record that names its own source: flat, with the names of a query. */
static struct map_record own_words(const struct json_value *values) {
    struct map_record record =
        record_of(SHAPE_LOGSCALE, FAMILY_SIGNIN, values, ANCHOR_EVENT_SOURCE, ANCHOR_EVENT_TYPE);
    if (json_string_is(&record.source, source_cloudtrail)) record.family = FAMILY_CLOUDTRAIL;
    if (json_string_is(&record.source, source_storage)) record.family = FAMILY_STORAGE;
    return record;
}

static struct map_record of_kind(enum kind kind, const struct json_value *values,
                                 enum map_shape shape) {
    switch (kind) {
        case KIND_SIGNIN:
            return signin(shape, FAMILY_SIGNIN);
        case KIND_STORAGE:
            return storage(values);
        case KIND_CLOUDTRAIL:
            return cloudtrail(values, there(values, ANCHOR_EVENT_NAME) ? ANCHOR_EVENT_NAME
                                                                       : ANCHOR_EVENT_NAME_PASCAL);
        case KIND_NONE:
            break;
    }
    return record_of(SHAPE_UNKNOWN, FAMILY_SIGNIN, values, ANCHOR_EVENT_SOURCE, ANCHOR_EVENT_TYPE);
}

struct map_record map_recognise(const struct json_value *values) {
    /* Portal rows override all, by keys alone. */
    if (values[ANCHOR_DATE_UTC].type != JSON_ABSENT &&
        values[ANCHOR_IP_ADDRESS_PORTAL].type != JSON_ABSENT)
        return signin(SHAPE_PORTAL, FAMILY_PORTAL);
    if (there(values, ANCHOR_EVENT_SOURCE)) return own_words(values);

    const struct json_value *category = &values[ANCHOR_CATEGORY];
    if (!json_truthy(category)) category = &values[ANCHOR_CATEGORY_PASCAL];
    if (!json_truthy(category)) category = &values[ANCHOR_TYPE];
    enum kind kind = kind_of_category(category);
    if (kind != KIND_NONE) return of_kind(kind, values, signin_shape(values));
    if (category->type <= JSON_NULL && values[ANCHOR_STATUS].type != JSON_ABSENT &&
        values[ANCHOR_USER_PRINCIPAL_NAME].type != JSON_ABSENT)
        return signin(SHAPE_ENTRA_GRAPH, FAMILY_SIGNIN);

    /* From here on: what only the parsers' tags, the keys or a foreign category tell. */
    kind = kind_of_tags(values);
    if (kind == KIND_NONE) kind = kind_of_category(&values[ANCHOR_VENDOR_CATEGORY]);
    if (kind != KIND_NONE) return of_kind(kind, values, SHAPE_LOGSCALE);
    for (size_t i = 0; i < COUNT(cloudtrail_keys); i++)
        if (there(values, cloudtrail_keys[i].name) && there(values, cloudtrail_keys[i].time) &&
            (there(values, cloudtrail_keys[i].one) || there(values, cloudtrail_keys[i].other)))
            return cloudtrail(values, cloudtrail_keys[i].name);
    struct map_record record = of_kind(KIND_NONE, values, SHAPE_UNKNOWN);
    if (category->type == JSON_STRING && json_truthy(category) &&
        (there(values, ANCHOR_TIME) || there(values, ANCHOR_TIME_GENERATED) ||
         there(values, ANCHOR_RESOURCE_ID) || there(values, ANCHOR_RESOURCE_ID_PASCAL) ||
         there(values, ANCHOR_OPERATION_NAME) || there(values, ANCHOR_OPERATION_NAME_PASCAL)))
        record.shape = SHAPE_AZURE_OTHER;
    return record;
}

/* ---- outcome --------------------------------------------------------------------------------- */

enum map_anchor map_result_at(const struct json_value *values, enum map_family family) {
    if (family == FAMILY_PORTAL) return ANCHOR_COUNT;
    if (there(values, ANCHOR_RESULT_TYPE)) return ANCHOR_RESULT_TYPE;
    /* A resultType that is null hides a ResultType. */
    enum map_anchor result = values[ANCHOR_RESULT_TYPE_CAMEL].type != JSON_ABSENT
                                 ? ANCHOR_RESULT_TYPE_CAMEL
                                 : ANCHOR_RESULT_TYPE_PASCAL;
    return there(values, result) ? result : ANCHOR_COUNT;
}

struct json_value map_result(const struct json_value *values, enum map_family family) {
    struct json_value none = {JSON_ABSENT, false, {NULL, 0}};
    if (family == FAMILY_PORTAL) {
        if (json_truthy(&values[ANCHOR_ERROR_CODE_PORTAL])) return values[ANCHOR_ERROR_CODE_PORTAL];
        return json_string_is(&values[ANCHOR_STATUS_PASCAL], "Success") ? json_plain(text_of("0"))
                                                                        : none;
    }
    enum map_anchor result = map_result_at(values, family);
    if (result != ANCHOR_COUNT) return values[result];
    /* Each status's code follows it among the anchors. A status without a code hides the next. */
    static const enum map_anchor statuses[] = {ANCHOR_PROPERTIES_STATUS, ANCHOR_STATUS,
                                               ANCHOR_STATUS_PASCAL};
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (json_truthy(&values[statuses[i]])) return values[statuses[i] + 1];
    /* Where LogScale's own parsers put it. */
    static const enum map_anchor codes[] = {ANCHOR_RESULT_TYPE_VENDOR,
                                            ANCHOR_STATUS_CODE_VENDOR_PROPERTIES,
                                            ANCHOR_STATUS_CODE_VENDOR, ANCHOR_ERROR_CODE_LOGSCALE};
    if (from_logscale(values)) result = first_there(values, codes, COUNT(codes));
    return result != ANCHOR_COUNT ? values[result] : none;
}

bool map_is_envelope(const struct json_value *values) {
    return values[ANCHOR_RECORDS].type == JSON_ARRAY ||
           values[ANCHOR_RECORDS_PASCAL].type == JSON_ARRAY ||
           values[ANCHOR_VALUE].type == JSON_ARRAY;
}

bool map_is_tables(const struct json_value *values) {
    return values[ANCHOR_TABLES].type == JSON_ARRAY;
}
