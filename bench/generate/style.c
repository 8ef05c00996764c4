#include "style.h"

#include <stddef.h>

/* Pieces that several shapes share. */
#define DEVICE                                                                          \
    "{'deviceId':'${device}','displayName':'','operatingSystem':'${system}','browser':" \
    "'${browser}','isCompliant':${managed},'isManaged':${managed},'trustType':'${trust}'}"
#define LOCATION                                                                            \
    "{'city':'${city}','state':'${state}','countryOrRegion':'${country}','geoCoordinates':" \
    "{'latitude':${latitude},'longitude':${longitude}}}"
#define STATUS "{'errorCode':${error},'failureReason':'${reason}','additionalDetails':'${details}'}"
#define PROCESSING                                                                          \
    "[{'key':'Legacy TLS (TLS 1.0, 1.1, 3DES)','value':'False'},{'key':'Oauth Scope Info'," \
    "'value':'${json(}['email','User.Read']${json)}'}]"
#define REQUIREMENT_POLICIES \
    "[{'requirementProvider':'multiConditionalAccess','detail':'Conditional Access'}]"
#define SESSION_POLICIES                                                                      \
    "[{'expirationRequirement':'rememberMultifactorAuthenticationOnTrustedDevices','detail':" \
    "'Remember MFA'}]"

#define DIAGNOSTIC                                                                             \
    "{'time':'${emitted}Z','resourceId':'/tenants/${tenant}/providers/Microsoft.aadiam',"      \
    "'operationName':'Sign-in activity','operationVersion':'1.0','category':'${category}',"    \
    "'tenantId':'${tenant}','resultType':'${error}','resultSignature':'${signature}',"         \
    "'resultDescription':'${reason}','durationMs':0,'callerIpAddress':'${address}',"           \
    "'correlationId':'${correlation}','identity':'${user_name}','Level':4,"                    \
    "'location':'${country}','properties':{'id':'${id}',"                                      \
    "'createdDateTime':'${created_trimmed}+00:00','userDisplayName':'${user_name}',"           \
    "'userPrincipalName':'${upn}','userId':'${user_id}','appId':'${app_id}',"                  \
    "'appDisplayName':'${app}','ipAddress':'${address}','status':" STATUS                      \
    ",'clientAppUsed':'${client}','userAgent':'${agent}','deviceDetail':" DEVICE               \
    ",'location':" LOCATION                                                                    \
    ",'mfaDetail':{},'correlationId':'${correlation}',"                                        \
    "'conditionalAccessStatus':'${policy_status}',"                                            \
    "'appliedConditionalAccessPolicies':[${policies}],"                                        \
    "'authenticationContextClassReferences':[],'originalRequestId':'${id}',"                   \
    "'isInteractive':${interactive},'tokenIssuerName':'','tokenIssuerType':'AzureAD',"         \
    "'clientCredentialType':'none','processingTimeInMilliseconds':${latency},"                 \
    "'riskDetail':'none','riskLevelAggregated':'${level}','riskLevelDuringSignIn':'${level}'," \
    "'riskState':'${risk_state}','riskEventTypes':[${risk_events}],"                           \
    "'riskEventTypes_v2':[${risk_events}],'resourceDisplayName':'${resource}',"                \
    "'resourceId':'${resource_id}','resourceTenantId':'${resource_tenant}',"                   \
    "'homeTenantId':'${home}','tenantId':'${tenant}','authenticationDetails':[${steps}],"      \
    "'authenticationProcessingDetails':" PROCESSING                                            \
    ",'networkLocationDetails':[],"                                                            \
    "'authenticationRequirementPolicies':[],'sessionLifetimePolicies':[],"                     \
    "'authenticationRequirement':'${requirement}','alternateSignInName':'',"                   \
    "'signInIdentifier':'','servicePrincipalId':'','userType':'${user_type}',"                 \
    "'flaggedForReview':false,'isTenantRestricted':false,"                                     \
    "'autonomousSystemNumber':${network},'crossTenantAccessType':'${crossing}',"               \
    "'privateLinkDetails':{},'ssoExtensionVersion':'','uniqueTokenIdentifier':'${token}',"     \
    "'authenticationStrengths':[],'incomingTokenType':'none','authenticationProtocol':'none'," \
    "'signInTokenProtectionStatus':'none',"                                                    \
    "'originalTransferMethod':'none','isThroughGlobalSecureAccess':false,"                     \
    "'sessionId':'${session}','appOwnerTenantId':'f8cdef31-a31e-4b4a-93e4-5f571e91255a'}}"

#define GRAPH                                                                                  \
    "{'id':'${id}','createdDateTime':'${created_seconds}Z','userDisplayName':'${user_name}',"  \
    "'userPrincipalName':'${upn}','userId':'${user_id}','appId':'${app_id}',"                  \
    "'appDisplayName':'${app}','ipAddress':'${address}','ipAddressFromResourceProvider':null," \
    "'clientAppUsed':'${client}','userAgent':'${agent}','correlationId':'${correlation}',"     \
    "'conditionalAccessStatus':'${policy_status}','originalRequestId':'${id}',"                \
    "'isInteractive':${interactive},'tokenIssuerName':'','tokenIssuerType':'AzureAD',"         \
    "'clientCredentialType':'none','processingTimeInMilliseconds':${latency},"                 \
    "'riskDetail':'none','riskLevelAggregated':'${level}','riskLevelDuringSignIn':'${level}'," \
    "'riskState':'${risk_state}','riskEventTypes':[${risk_events}],"                           \
    "'riskEventTypes_v2':[${risk_events}],'resourceDisplayName':'${resource}',"                \
    "'resourceId':'${resource_id}','resourceTenantId':'${resource_tenant}',"                   \
    "'homeTenantId':'${home}','homeTenantName':'','authenticationMethodsUsed':[],"             \
    "'authenticationRequirement':'${requirement}','alternateSignInName':null,"                 \
    "'signInIdentifier':null,'servicePrincipalId':null,'servicePrincipalName':null,"           \
    "'signInEventTypes':['${kind}'],'userType':'${user_type}','flaggedForReview':false,"       \
    "'isTenantRestricted':false,'autonomousSystemNumber':${network},"                          \
    "'crossTenantAccessType':'${crossing}','uniqueTokenIdentifier':'${token}',"                \
    "'incomingTokenType':'none','authenticationProtocol':'none','mfaDetail':null,"             \
    "'status':" STATUS ",'deviceDetail':" DEVICE ",'location':" LOCATION                       \
    ",'appliedConditionalAccessPolicies':[${short_policies}],"                                 \
    "'authenticationProcessingDetails':" PROCESSING                                            \
    ",'networkLocationDetails':[],"                                                            \
    "'authenticationDetails':[${steps}],"                                                      \
    "'authenticationRequirementPolicies':" REQUIREMENT_POLICIES                                \
    ",'sessionLifetimePolicies':" SESSION_POLICIES "}"

/* A nested column of Log Analytics is an object in one table and text in the other. */
#define OBJECT(json) json
#define TEXT(json) "'${json(}" json "${json)}'"
#define TABLE(NESTED) \
    "{'TenantId':'${subscription}','SourceSystem':'Azure AD','TimeGenerated':"                  \
    "'${created_millis}Z','OperationName':'Sign-in activity','OperationVersion':'1.0'," \
    "'Category':'${category}','ResultType':'${error}','ResultSignature':'${signature}',"        \
    "'ResultDescription':'${reason}','DurationMs':0,'CorrelationId':'${correlation}',"          \
    "'Resource':'Microsoft.aadiam','ResourceGroup':'Microsoft.aadiam','Identity':"              \
    "'${user_name}','Level':'4','Location':'${country}','AlternateSignInName':'',"              \
    "'AppDisplayName':'${app}','AppId':'${app_id}','AuthenticationDetails':"                    \
    "'${json(}[${steps}]${json)}','AuthenticationMethodsUsed':'',"                              \
    "'AuthenticationProcessingDetails':'${json(}" PROCESSING "${json)}',"                       \
    "'AuthenticationRequirement':'${requirement}','AuthenticationRequirementPolicies':"         \
    "'${json(}" REQUIREMENT_POLICIES "${json)}','ClientAppUsed':'${client}',"                   \
    "'ConditionalAccessPolicies':" NESTED("[${policies}]") ","                                  \
    "'ConditionalAccessStatus':'${policy_status}','CreatedDateTime':'${created}Z',"             \
    "'CrossTenantAccessType':'${crossing}','DeviceDetail':" NESTED(DEVICE) ","                  \
    "'HomeTenantId':'${home}','Id':'${id}','IPAddress':'${address}',"                           \
    "'IsInteractive':${interactive},'IsRisky':null,'LocationDetails':" NESTED(LOCATION) ","     \
    "'MfaDetail':" NESTED("{}") ",'NetworkLocationDetails':'[]',"                               \
    "'OriginalRequestId':'${id}','ProcessingTimeInMilliseconds':'${latency}',"                  \
    "'ResourceDisplayName':'${resource}','ResourceIdentity':'${resource_id}',"                  \
    "'ResourceTenantId':'${resource_tenant}','RiskDetail':'none',"                              \
    "'RiskEventTypes':'${json(}[${risk_events}]${json)}',"                                      \
    "'RiskEventTypes_V2':'${json(}[${risk_events}]${json)}','RiskLevelAggregated':'${level}',"  \
    "'RiskLevelDuringSignIn':'${level}','RiskState':'${risk_state}',"                           \
    "'ServicePrincipalId':'','Status':" NESTED(STATUS) ",'TokenIssuerName':'',"                 \
    "'TokenIssuerType':'AzureAD','UniqueTokenIdentifier':'${token}',"                           \
    "'UserAgent':'${agent}','UserDisplayName':'${user_name}','UserId':'${user_id}',"            \
    "'UserPrincipalName':'${upn}','UserType':'${user_type}','AADTenantId':'${tenant}',"         \
    "'Type':'${table}'}"

/* The columns that a query would project; the row and the header are of one order. */
#define COLUMN(name) "{'name':'" name "','type':'string'}"
#define TABLES_HEADER \
    "{'tables':[{'name':'PrimaryResult','columns':[{'name':'TimeGenerated','type':'datetime'}" \
    "," COLUMN("Type") "," COLUMN("ResultType") "," COLUMN("UserPrincipalName") "," \
    COLUMN("IPAddress") "," COLUMN("AppDisplayName") "," COLUMN("RiskLevelDuringSignIn") ","    \
    COLUMN("RiskState") "," COLUMN("RiskEventTypes_V2") "," COLUMN("AuthenticationRequirement") \
    "," COLUMN("HomeTenantId") "," COLUMN("ResourceTenantId") ","                               \
    "{'name':'ConditionalAccessPolicies','type':'dynamic'}," COLUMN("CorrelationId")            \
    "],'rows':[\n"
#define TABLE_ROW                                                                            \
    "['${created_millis}Z','${table}','${error}','${upn}','${address}','${app}','${level}'," \
    "'${risk_state}','${json(}[${risk_events}]${json)}','${requirement}','${home}',"         \
    "'${resource_tenant}','${json(}[${policies}]${json)}','${correlation}']"

#define CSV_CELL(json) "'${csv(}" json "${csv)}'"
#define TABLE_CSV_HEADER                                                                     \
    "TenantId,TimeGenerated,Category,ResultType,ResultDescription,UserDisplayName,"          \
    "UserPrincipalName,UserId,IPAddress,AppDisplayName,AppId,ClientAppUsed,UserAgent,"       \
    "ConditionalAccessPolicies,ConditionalAccessStatus,DeviceDetail,LocationDetails,Status," \
    "RiskDetail,RiskEventTypes_V2,RiskLevelAggregated,RiskLevelDuringSignIn,RiskState,"      \
    "AuthenticationRequirement,HomeTenantId,ResourceTenantId,CorrelationId,Id,AADTenantId,"  \
    "Type\r\n"
#define TABLE_CSV \
    "${subscription},${created}Z,${category},${error},'${reason}',${user_name},${upn},"         \
    "${user_id},${address},${app},${app_id},${client},'${agent}',"                              \
    CSV_CELL("[${policies}]") ",${policy_status}," CSV_CELL(DEVICE) "," CSV_CELL(LOCATION) ","  \
    CSV_CELL(STATUS) ",none," CSV_CELL("[${risk_events}]") ",${level},${level},${risk_state},"  \
    "${requirement},${home},${resource_tenant},${correlation},${id},${tenant},${table}"

#define LOGSCALE_TAGS                                                                           \
    "'#repo':'3pi_microsoft_entra_id','#Vendor':'microsoft','#event.dataset':'entraid.signin'," \
    "'#event.kind':'event','#event.outcome':'${outcome}'"
/* LogScale has text for every value. */
#define VENDOR(name, value) "'Vendor.properties." name "':'" value "',"
#define LOGSCALE \
    "{'@timestamp':${created_epoch_ms},'@id':'${token}'," LOGSCALE_TAGS                            \
    ",'event_source':'AzureActiveDirectory','event_type':'SignIn','result_type':'${error}'," \
    "'error.code':'${error}','source.ip':'${address}','user.email':'${upn}',"                      \
    "'Vendor.category':'${category}','Vendor.tenantId':'${tenant}'," VENDOR("id", "${id}") VENDOR( \
        "userPrincipalName", "${upn}") VENDOR("userDisplayName", "${user_name}")                   \
        VENDOR("userId", "${user_id}") VENDOR("ipAddress", "${address}") VENDOR(                   \
            "appDisplayName", "${app}") VENDOR("appId", "${app_id}") VENDOR("clientAppUsed",       \
                                                                            "${client}")           \
            VENDOR("userAgent", "${agent}") VENDOR("status.errorCode", "${error}") VENDOR(         \
                "location.city", "${city}") VENDOR("location.countryOrRegion", "${country}")       \
                VENDOR("riskLevelDuringSignIn", "${level}") VENDOR(                                \
                    "riskState",                                                                   \
                    "${risk_state}") "${risk_events_indexed}" VENDOR("authenticationRequirement",  \
                                                                     "${requirement}")             \
                    VENDOR("homeTenantId", "${home}") VENDOR(                                      \
                        "resourceTenantId",                                                        \
                        "${resource_tenant}") "'Vendor.properties.correlationId':'${correlation}'" \
                                              "}"
#define LOGSCALE_RAW                                                    \
    "{'@timestamp':${created_epoch_ms},'@id':'${token}'," LOGSCALE_TAGS \
    ",'@rawstring':'${json(}" DIAGNOSTIC "${json)}'}"
#define LOGSCALE_FLAT                                                                          \
    "{'@timestamp':${created_epoch_ms},'event_source':'AzureActiveDirectory',"                 \
    "'event_type':'SignIn','result_type':'${error}','timestamp':'${created}Z',"                \
    "'userPrincipalName':'${upn}','ipAddress':'${address}','appDisplayName':'${app}',"         \
    "'riskLevelDuringSignIn':'${level}','riskState':'${risk_state}',"                          \
    "'riskEventTypes_v2':'${risk_events_comma}','authenticationRequirement':'${requirement}'," \
    "'homeTenantId':'${home}','resourceTenantId':'${resource_tenant}',"                        \
    "'correlationId':'${correlation}'}"
#define LOGSCALE_CSV_HEADER                                                                 \
    "@timestamp,event_source,event_type,result_type,timestamp,userPrincipalName,ipAddress," \
    "appDisplayName,riskLevelDuringSignIn,riskState,riskEventTypes_v2,"                     \
    "authenticationRequirement,homeTenantId,resourceTenantId,correlationId\n"
#define LOGSCALE_CSV                                                                          \
    "${created_epoch_ms},AzureActiveDirectory,SignIn,${error},${created}Z,${upn},${address}," \
    "'${app}',${level},${risk_state},'${risk_events_comma}',${requirement},${home},"          \
    "${resource_tenant},${correlation}"

/* 55 columns: one name twice, two with a blank at the end, one with two blanks in it. */
#define PORTAL_HEADER                                                                         \
    "\xef\xbb\xbf"                                                                            \
    "'Date (UTC)','Request ID','User agent','Correlation ID','User ID','User','Username',"    \
    "'User type','Cross tenant access type','Incoming token type','Authentication Protocol'," \
    "'Unique token identifier','Original transfer method','Client credential type',"          \
    "'Token Protection - Sign In Session','Token Protection - Sign In Session StatusCode',"   \
    "'Application','Application ID ','App owner tenant ID','Resource','Resource ID ',"        \
    "'Resource tenant ID','Resource owner tenant ID','Home tenant ID','Home tenant name',"    \
    "'IP address','Location','Status','Sign-in error code','Failure reason','Client app',"    \
    "'Device ID','Browser','Operating System','Compliant','Managed','Join Type',"             \
    "'Multifactor authentication result','Multifactor authentication auth method',"           \
    "'Multifactor authentication auth detail','Authentication requirement',"                  \
    "'Sign-in identifier','Session ID','IP address (seen by resource)',"                      \
    "'Through Global Secure Access','Global Secure Access IP address',"                       \
    "'Autonomous system  number','Flagged for review','Token issuer type',"                   \
    "'Incoming token type','Token issuer name','Latency','Conditional Access',"               \
    "'Managed Identity type','Associated Resource ID'\r\n"
#define PORTAL                                                                                \
    "'${created_seconds}Z','${id}','${agent}','${correlation}','${user_id}','${user_name}',"  \
    "'${upn}','${user_type}','${crossing}','None','None','${token}','None','None','Unbound'," \
    "'1002','${app}','${app_id}','','${resource}','${resource_id}','${resource_tenant}','',"  \
    "'${home}','${home_domain}','${address}','${city}, ${state}, ${country}',"                \
    "'${portal_status}','${portal_error}','${reason}','${client}','${device}','${browser}',"  \
    "'${system}','${managed}','${managed}','${trust}','','','','${portal_requirement}','',"   \
    "'${session}','','false','','${network}','false','Azure AD','None','','${latency}',"      \
    "'${policy_status}','none',''"

#define CLOUDTRAIL                                                                            \
    "{'eventVersion':'1.11','userIdentity':${caller},'eventTime':'${created_seconds}Z',"      \
    "'eventSource':'${service}.amazonaws.com','eventName':'${call}','awsRegion':'${region}'," \
    "'sourceIPAddress':'${address}','userAgent':'${agent}',${call_error}'requestParameters':" \
    "${parameters},'responseElements':${response},'requestID':'${correlation}',"              \
    "'eventID':'${id}','readOnly':${read_only},'eventType':'${aws_event_type}',"              \
    "'managementEvent':true,'recipientAccountId':'${account}','eventCategory':'Management',"  \
    "'tlsDetails':{'tlsVersion':'TLSv1.3','cipherSuite':'TLS_AES_128_GCM_SHA256',"            \
    "'clientProvidedHostHeader':'${service}.${region}.amazonaws.com'}}"

#define STORAGE                                                                               \
    "{'time':'${emitted}Z','resourceId':'/subscriptions/${subscription}/resourceGroups/data/" \
    "providers/Microsoft.Storage/storageAccounts/lake/blobServices/default',"                 \
    "'category':'${storage_category}','operationName':'${operation}',"                        \
    "'operationVersion':'2024-11-04','schemaVersion':'1.0','statusCode':${status},"           \
    "'statusText':'${status_text}','durationMs':${latency},"                                  \
    "'callerIpAddress':'${address_port}','correlationId':'${correlation}',"                   \
    "'identity':${requester},'location':'westeurope','properties':{'accountName':'lake',"     \
    "'userAgentHeader':'${agent}','clientRequestId':'${id}','etag':'',"                       \
    "'serviceType':'blob','objectKey':'/lake/${path}','responseHeaderSize':480,"              \
    "'responseBodySize':${body},'tlsVersion':'TLS 1.3','accessTier':'None'},"                 \
    "'uri':'https://lake.blob.core.windows.net:443/${path}','protocol':'HTTPS',"              \
    "'resourceType':'Microsoft.Storage/storageAccounts/blobServices'}"

const char *const style_templates[STYLES] = {
    [STYLE_DIAGNOSTIC] = DIAGNOSTIC,
    [STYLE_GRAPH] = GRAPH,
    [STYLE_TABLE] = TABLE(OBJECT),
    [STYLE_TABLE_TEXT] = TABLE(TEXT),
    [STYLE_TABLE_ROW] = TABLE_ROW,
    [STYLE_TABLE_CSV] = TABLE_CSV,
    [STYLE_LOGSCALE] = LOGSCALE,
    [STYLE_LOGSCALE_RAW] = LOGSCALE_RAW,
    [STYLE_LOGSCALE_FLAT] = LOGSCALE_FLAT,
    [STYLE_LOGSCALE_CSV] = LOGSCALE_CSV,
    [STYLE_PORTAL] = PORTAL,
    [STYLE_CLOUDTRAIL] = CLOUDTRAIL,
    [STYLE_STORAGE] = STORAGE,
};

const char *const style_headers[STYLES] = {
    [STYLE_TABLE_ROW] = TABLES_HEADER,
    [STYLE_TABLE_CSV] = TABLE_CSV_HEADER,
    [STYLE_LOGSCALE_CSV] = LOGSCALE_CSV_HEADER,
    [STYLE_PORTAL] = PORTAL_HEADER,
};
