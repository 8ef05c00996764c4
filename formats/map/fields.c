/* fields.c - the names a field goes by, family by family. Sources: the vendors' schemas for sign-in
 * logs (Azure Monitor, Microsoft Graph, Log Analytics tables, the portal's download), CloudTrail's
 * record contents and the StorageBlobLogs table; and what collected records show. */
#include "formats/map/map.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
/* A sign-in field as both exports spell it: nameLikeThis and NameLikeThis. */
#define BOTH(camel, pascal) [FAMILY_SIGNIN] = NAMES("*" camel, "*" pascal)

const struct map_field map_fields[] = {
    {"event_source", MAP_EVENT_SOURCE, {0}},
    {"event_type", MAP_EVENT_TYPE, {0}},
    {"result_type",
     MAP_RESULT,
     {0}}, /* of sign-ins: errorCode and statusCode are fields of their own */
    {"@rawstring", MAP_RECORD, {0}},
    {"@file", MAP_FILE, {0}},
    {"@member", MAP_MEMBER, {0}},
    {"@offset", MAP_OFFSET, {0}},
    {"@length", MAP_LENGTH, {0}},
    {"timestamp",
     MAP_TEXT,
     {[FAMILY_SIGNIN] =
          NAMES("timestamp", "@timestamp", "properties/createdDateTime", "createdDateTime", "time",
                "TimeGenerated", "CreatedDateTime", "Date (UTC)", "TimeGenerated [UTC]"),
      [FAMILY_CLOUDTRAIL] = NAMES("eventTime", "TimeGenerated", "eventtime", "Event DateTime",
                                  "Vendor.eventTime", "timestamp", "@timestamp"),
      [FAMILY_STORAGE] = NAMES("time", "TimeGenerated", "Vendor.time", "timestamp", "@timestamp")}},
    {MAP_ACCOUNT,
     MAP_TEXT,
     {[FAMILY_SIGNIN] =
          NAMES("tenantId", "AADTenantId", "TenantId", "Vendor.tenantId", "properties/tenantId"),
      [FAMILY_CLOUDTRAIL] = NAMES("recipientAccountId", "RecipientAccountId", "recipientaccountid",
                                  "userIdentity/accountId", "UserIdentityAccountId",
                                  "Vendor.recipientAccountId", "Vendor.userIdentity.accountId"),
      [FAMILY_STORAGE] =
          NAMES("properties/accountName", "AccountName", "Vendor.properties.accountName")}},
    {"category",
     MAP_TEXT,
     {[FAMILY_SIGNIN] = NAMES("category", "Category", "Type", "Vendor.category")}},

    /* who */
    {"userPrincipalName",
     MAP_TEXT,
     {BOTH("userPrincipalName", "UserPrincipalName"), [FAMILY_PORTAL] = NAMES("Username"),
      [FAMILY_CLOUDTRAIL] =
          NAMES("userIdentity/userName", "useridentity/username", "userIdentity/username",
                "UserIdentityUserName", "Vendor.userIdentity.userName"),
      [FAMILY_STORAGE] =
          NAMES("identity/requester/upn", "RequesterUpn", "Vendor.identity.requester.upn")}},
    {"userId", MAP_TEXT, {BOTH("userId", "UserId"), [FAMILY_PORTAL] = NAMES("User ID")}},
    /* The same of one family alone: a hunt of that family does not make every record be read. */
    {"callUserAgent",
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] =
          NAMES("userAgent", "UserAgent", "useragent", "Request User Agent", "Vendor.userAgent")}},
    {"userAgentHeader",
     MAP_TEXT,
     {[FAMILY_STORAGE] = NAMES("properties/userAgentHeader", "UserAgentHeader",
                               "Vendor.properties.userAgentHeader", "userAgent")}},
    {"eventID",
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] =
          NAMES("eventID", "AwsEventId", "eventid", "Event ID", "Vendor.eventID")}},
    {"requestId",
     MAP_TEXT,
     {[FAMILY_STORAGE] = NAMES("correlationId", "CorrelationId", "Vendor.correlationId")}},
    {"userDisplayName",
     MAP_TEXT,
     {BOTH("userDisplayName", "UserDisplayName"), [FAMILY_PORTAL] = NAMES("User")}},
    {"userType", MAP_TEXT, {BOTH("userType", "UserType"), [FAMILY_PORTAL] = NAMES("User type")}},
    {"servicePrincipalId", MAP_TEXT, {BOTH("servicePrincipalId", "ServicePrincipalId")}},
    {"servicePrincipalName", MAP_TEXT, {BOTH("servicePrincipalName", "ServicePrincipalName")}},
    {"requesterUpn",
     MAP_TEXT,
     {[FAMILY_STORAGE] =
          NAMES("identity/requester/upn", "RequesterUpn", "Vendor.identity.requester.upn")}},
    {"requesterObjectId",
     MAP_TEXT,
     {[FAMILY_STORAGE] = NAMES("identity/requester/objectId", "RequesterObjectId",
                               "Vendor.identity.requester.objectId")}},
    {"requesterAppId",
     MAP_TEXT,
     {[FAMILY_STORAGE] =
          NAMES("identity/requester/appId", "RequesterAppId", "Vendor.identity.requester.appId")}},
    {"accessKeyId",
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] =
          NAMES("userIdentity/accessKeyId", "useridentity/accesskeyid", "userIdentity/accesskeyid",
                "UserIdentityAccessKeyId", "Vendor.userIdentity.accessKeyId")}},
    {"userIdentityArn",
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] = NAMES("userIdentity/arn", "useridentity/arn", "UserIdentityArn",
                                  "Vendor.userIdentity.arn")}},
    {"sessionIssuerArn", /* the role behind temporary keys */
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] =
          NAMES("userIdentity/sessionContext/sessionIssuer/arn",
                "useridentity/sessioncontext/sessionissuer/arn",
                "userIdentity/sessioncontext/sessionissuer/arn", "SessionIssuerArn",
                "Vendor.userIdentity.sessionContext.sessionIssuer.arn")}},
    {"userIdentityType",
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] = NAMES("userIdentity/type", "useridentity/type", "UserIdentityType",
                                  "Vendor.userIdentity.type")}},

    /* with what */
    {"appDisplayName",
     MAP_TEXT,
     {BOTH("appDisplayName", "AppDisplayName"), [FAMILY_PORTAL] = NAMES("Application")}},
    {"appId",
     MAP_TEXT,
     {BOTH("appId", "AppId"), [FAMILY_PORTAL] = NAMES("Application ID ", "Application ID")}},
    {"clientAppUsed",
     MAP_TEXT,
     {BOTH("clientAppUsed", "ClientAppUsed"), [FAMILY_PORTAL] = NAMES("Client app")}},
    {"resourceDisplayName",
     MAP_TEXT,
     {BOTH("resourceDisplayName", "ResourceDisplayName"), [FAMILY_PORTAL] = NAMES("Resource")}},
    {"userAgent",
     MAP_TEXT,
     {BOTH("userAgent", "UserAgent"), [FAMILY_PORTAL] = NAMES("User agent"),
      [FAMILY_CLOUDTRAIL] =
          NAMES("userAgent", "UserAgent", "useragent", "Request User Agent", "Vendor.userAgent"),
      [FAMILY_STORAGE] = NAMES("properties/userAgentHeader", "UserAgentHeader",
                               "Vendor.properties.userAgentHeader")}},

    /* from where */
    {"ipAddress",
     MAP_TEXT,
     {[FAMILY_SIGNIN] = NAMES("*ipAddress", "*IPAddress", "*callerIpAddress", "source.ip"),
      [FAMILY_PORTAL] = NAMES("IP address"),
      [FAMILY_CLOUDTRAIL] =
          NAMES("*sourceIPAddress", "SourceIpAddress", "sourceipaddress", "Source IP"),
      [FAMILY_STORAGE] = NAMES("*callerIpAddress", "CallerIpAddress")}},
    {"homeTenantId",
     MAP_TEXT,
     {BOTH("homeTenantId", "HomeTenantId"), [FAMILY_PORTAL] = NAMES("Home tenant ID")}},
    {"resourceTenantId",
     MAP_TEXT,
     {BOTH("resourceTenantId", "ResourceTenantId"), [FAMILY_PORTAL] = NAMES("Resource tenant ID")}},
    {"awsRegion",
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] =
          NAMES("awsRegion", "AwsRegion", "AWSRegion", "awsregion", "Vendor.awsRegion")}},

    /* how risky */
    {"riskLevelDuringSignIn", MAP_TEXT, {BOTH("riskLevelDuringSignIn", "RiskLevelDuringSignIn")}},
    {"riskLevelAggregated", MAP_TEXT, {BOTH("riskLevelAggregated", "RiskLevelAggregated")}},
    {"riskState", MAP_TEXT, {BOTH("riskState", "RiskState")}},
    {"riskDetail", MAP_TEXT, {BOTH("riskDetail", "RiskDetail")}},
    {"riskEventTypes_v2",
     MAP_LIST,
     {[FAMILY_SIGNIN] = NAMES("*riskEventTypes_v2", "*RiskEventTypes_V2", "*RiskEventTypes_v2",
                              "*riskEventTypes", "*RiskEventTypes")}},
    {"riskEventTypes", MAP_LIST, {BOTH("riskEventTypes", "RiskEventTypes")}},
    {"authenticationRequirement",
     MAP_TEXT,
     {BOTH("authenticationRequirement", "AuthenticationRequirement"),
      [FAMILY_PORTAL] = NAMES("Authentication requirement")}},

    /* which event */
    {"id",
     MAP_TEXT,
     {BOTH("id", "Id"), [FAMILY_PORTAL] = NAMES("Request ID"),
      [FAMILY_CLOUDTRAIL] =
          NAMES("eventID", "AwsEventId", "eventid", "Event ID", "Vendor.eventID")}},
    {"@event_id",
     MAP_EVENT_ID,
     {BOTH("id", "Id"), [FAMILY_PORTAL] = NAMES("Request ID"),
      [FAMILY_CLOUDTRAIL] =
          NAMES("eventID", "AwsEventId", "eventid", "Event ID", "Vendor.eventID")}},
    {"correlationId",
     MAP_TEXT,
     {BOTH("correlationId", "CorrelationId"), [FAMILY_PORTAL] = NAMES("Correlation ID"),
      [FAMILY_STORAGE] = NAMES("correlationId", "CorrelationId", "Vendor.correlationId")}},
    {"operationName",
     MAP_TEXT,
     {[FAMILY_SIGNIN] = NAMES("operationName", "OperationName", "Vendor.operationName"),
      [FAMILY_STORAGE] = NAMES("operationName", "OperationName", "Vendor.operationName")}},
    {"eventName",
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] =
          NAMES("eventName", "EventName", "eventname", "Event Name", "Vendor.eventName")}},
    {"eventSource",
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] =
          NAMES("eventSource", "EventSource", "eventsource", "Vendor.eventSource")}},
    {"errorCode",
     MAP_TEXT,
     {[FAMILY_CLOUDTRAIL] = NAMES("errorCode", "ErrorCode", "errorcode", "Vendor.errorCode")}},
    {"statusCode",
     MAP_TEXT,
     {[FAMILY_STORAGE] = NAMES("statusCode", "StatusCode", "Vendor.statusCode")}},
    {"uri", MAP_TEXT, {[FAMILY_STORAGE] = NAMES("uri", "Uri", "Vendor.uri")}},
    {"accountName",
     MAP_TEXT,
     {[FAMILY_STORAGE] =
          NAMES("properties/accountName", "AccountName", "Vendor.properties.accountName")}},
    {"authenticationType",
     MAP_TEXT,
     {[FAMILY_STORAGE] = NAMES("identity/type", "AuthenticationType", "Vendor.identity.type")}},
    {"responseBodySize",
     MAP_TEXT,
     {[FAMILY_STORAGE] = NAMES("properties/responseBodySize", "ResponseBodySize",
                               "Vendor.properties.responseBodySize")}},
    {"objectKey",
     MAP_TEXT,
     {[FAMILY_STORAGE] =
          NAMES("properties/objectKey", "ObjectKey", "Vendor.properties.objectKey")}},
};
const size_t map_field_count = sizeof map_fields / sizeof map_fields[0];

/* Where records that no table knows say when: LogScale, Microsoft's, AWS', Okta's, Zeek's and
 * Splunk's names, and what programs commonly write. Every name costs each record a little: no more
 * than these. */
static const char *const usual_times[] = {
    "@timestamp", "timestamp",       "Timestamp",        "time",
    "eventTime",  "EventTime",       "TimeGenerated",    "CreationTime",
    "created",    "createdDateTime", "activityDateTime", "published",
    "ts",         "_time",           "datetime",         "date",
    NULL};

/* Values that a family spells in its own way. */
static const struct {
    const char *field;
    enum map_family family;
    const char *from, *to;
} translations[] = {
    {"authenticationRequirement", FAMILY_PORTAL, "Single-factor authentication",
     "singleFactorAuthentication"},
    {"authenticationRequirement", FAMILY_PORTAL, "Multifactor authentication",
     "multiFactorAuthentication"},
};

const struct map_field *map_field_find(struct text name) {
    for (size_t i = 0; i < map_field_count; i++)
        if (text_equal(text_of(map_fields[i].name), name)) return &map_fields[i];
    return NULL;
}

const char *const *map_usual_names(const struct map_field *field) {
    return strcmp(field->name, "timestamp") == 0 ? usual_times : NULL;
}

bool map_has_field(unsigned shape, const char *field) {
    static const enum map_family families[SHAPE_COUNT] = {
        [SHAPE_PORTAL] = FAMILY_PORTAL,
        [SHAPE_CLOUDTRAIL] = FAMILY_CLOUDTRAIL,
        [SHAPE_STORAGE] = FAMILY_STORAGE,
    }; /* the others are FAMILY_SIGNIN, 0 */
    if (shape == SHAPE_UNKNOWN || shape == SHAPE_AZURE_OTHER || shape >= SHAPE_COUNT) return false;
    const struct map_field *known = map_field_find(text_of(field));
    if (!known) return false;
    switch (known->rule) {
        case MAP_EVENT_SOURCE:
        case MAP_EVENT_TYPE:
        case MAP_RECORD:
        case MAP_FILE:
        case MAP_OFFSET:
        case MAP_LENGTH:
            return true;
        case MAP_MEMBER:
            return false;
        case MAP_RESULT:
            return families[shape] == FAMILY_SIGNIN || families[shape] == FAMILY_PORTAL;
        case MAP_TEXT:
        case MAP_LIST:
        case MAP_EVENT_ID:
            return known->names[families[shape]] != NULL;
    }
    return false;
}

struct json_value map_translate(const char *field, enum map_family family,
                                struct json_value value) {
    for (size_t i = 0; i < sizeof translations / sizeof translations[0]; i++)
        if (translations[i].family == family && strcmp(translations[i].field, field) == 0 &&
            json_string_is(&value, translations[i].from))
            return json_plain(text_of(translations[i].to));
    return value;
}
