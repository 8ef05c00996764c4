-- Queries of the language and the same in SQL. Rows are compared as sets, or in order where the title
-- says so; columns by name and place. A result here holds no row twice by chance of its LIMIT: what
-- is cut is ordered by keys that no two rows share.
--
-- The views below hold texts as the language has them; WORK is where the records are.
CREATE VIEW flat AS SELECT * FROM read_ndjson('WORK/flat/**/*.json', columns={
    '@timestamp': 'BIGINT', event_source: 'VARCHAR', event_type: 'VARCHAR', result_type: 'VARCHAR',
    timestamp: 'VARCHAR', userPrincipalName: 'VARCHAR', ipAddress: 'VARCHAR',
    appDisplayName: 'VARCHAR', riskLevelDuringSignIn: 'VARCHAR', riskState: 'VARCHAR',
    riskEventTypes_v2: 'VARCHAR', authenticationRequirement: 'VARCHAR', homeTenantId: 'VARCHAR',
    resourceTenantId: 'VARCHAR', correlationId: 'VARCHAR'});
CREATE VIEW flat_raw AS SELECT json::VARCHAR AS raw FROM read_ndjson_objects('WORK/flat/**/*.json');
CREATE VIEW trail AS SELECT *, epoch_ms(eventTime::TIMESTAMP) AS ms
    FROM read_ndjson('WORK/trail/**/*.json', columns={
    eventTime: 'VARCHAR', eventSource: 'VARCHAR', eventName: 'VARCHAR', awsRegion: 'VARCHAR',
    sourceIPAddress: 'VARCHAR', userAgent: 'VARCHAR', errorCode: 'VARCHAR', errorMessage: 'VARCHAR',
    userIdentity: 'JSON', requestParameters: 'JSON', responseElements: 'JSON', readOnly: 'VARCHAR',
    eventID: 'VARCHAR', tlsDetails: 'JSON', recipientAccountId: 'VARCHAR'});
CREATE VIEW small AS SELECT *, epoch_ms(timestamp::TIMESTAMP) AS ms,
    CASE WHEN regexp_full_match(v, '-?[0-9]+(\.[0-9]+)?') THEN v::DOUBLE END AS vn,
    CASE WHEN regexp_full_match(w, '-?[0-9]+(\.[0-9]+)?') THEN w::DOUBLE END AS wn,
    array_to_string(tags, ',') AS joined
    FROM read_ndjson('WORK/small/records.ndjson', columns={n: 'INTEGER', timestamp: 'VARCHAR', a: 'VARCHAR',
    b: 'VARCHAR', v: 'VARCHAR', w: 'VARCHAR', ok: 'VARCHAR', tags: 'VARCHAR[]', deep: 'JSON',
    line: 'VARCHAR'});

-- pair filter: equality and count
-- of flat
--| result_type=0 | count()
SELECT count(*) AS _count FROM flat WHERE result_type = '0'

-- pair filter: inequality, groups
-- of flat
--| result_type!=0 | groupBy(result_type)
SELECT result_type, count(*) AS _count FROM flat WHERE result_type IS DISTINCT FROM '0' GROUP BY 1

-- pair filter: glob
-- of flat
--| userPrincipalName=*smith*@* | groupBy(userPrincipalName)
SELECT userPrincipalName, count(*) AS _count FROM flat
WHERE userPrincipalName LIKE '%smith%@%' GROUP BY 1

-- pair filter: regex
-- of flat
--| appDisplayName=/^(Office|Azure|Microsoft).*(Client|Portal|Teams|Office)/ | groupBy(appDisplayName)
SELECT appDisplayName, count(*) AS _count FROM flat
WHERE regexp_matches(appDisplayName, '^(Office|Azure|Microsoft).*(Client|Portal|Teams|Office)') GROUP BY 1

-- pair filter: regex without case
-- of flat
--| userPrincipalName=/SMITH\d+@/i | count()
SELECT count(*) AS _count FROM flat WHERE regexp_matches(userPrincipalName, '(?i)SMITH\d+@')

-- pair filter: or binds tighter than and
-- of flat
--| riskState=atRisk or riskLevelDuringSignIn=high result_type=0 or riskState=dismissed
--| | groupBy([riskState, riskLevelDuringSignIn, result_type])
SELECT riskState, riskLevelDuringSignIn, result_type, count(*) AS _count FROM flat
WHERE (riskState = 'atRisk' OR riskLevelDuringSignIn = 'high')
  AND (result_type = '0' OR riskState = 'dismissed') GROUP BY ALL

-- pair filter: free text
-- of flat
--| "contoso.example" Teams | count()
SELECT count(*) AS _count FROM flat_raw WHERE raw LIKE '%contoso.example%' AND raw LIKE '%Teams%'

-- pair filter: free text without case, negated
-- of flat
--| not /teams|onedrive/i | count()
SELECT count(*) AS _count FROM flat_raw WHERE NOT regexp_matches(raw, '(?i)teams|onedrive')

-- pair filter: in without case
-- of flat
--| in(riskLevelDuringSignIn, values=["HIGH", "Medium"], ignoreCase=true)
--| | groupBy(riskLevelDuringSignIn)
SELECT riskLevelDuringSignIn, count(*) AS _count FROM flat
WHERE lower(riskLevelDuringSignIn) IN ('high', 'medium') GROUP BY 1

-- pair filter: networks
-- of flat
--| cidr(ipAddress, subnet=["192.0.2.0/24", "198.51.100.128/25"]) | groupBy(ipAddress)
SELECT ipAddress, count(*) AS _count FROM flat WHERE ipAddress LIKE '192.0.2.%'
   OR (ipAddress LIKE '198.51.100.%' AND split_part(ipAddress, '.', 4)::INTEGER >= 128) GROUP BY 1

-- pair filter: not in a network
-- of flat
--| !cidr(ipAddress, subnet="198.51.0.0/16") | count(ipAddress, distinct=true)
SELECT count(DISTINCT ipAddress) AS _count FROM flat WHERE ipAddress NOT LIKE '198.51.%'

-- pair filter: field against field
-- of flat
--| test(homeTenantId != resourceTenantId) | groupBy([homeTenantId, resourceTenantId])
SELECT homeTenantId, resourceTenantId, count(*) AS _count FROM flat
WHERE homeTenantId <> resourceTenantId GROUP BY ALL

-- pair rows: no aggregate, chosen columns
-- of flat
--| riskState=confirmedCompromised | select([timestamp, userPrincipalName, ipAddress])
SELECT timestamp, userPrincipalName, ipAddress FROM flat WHERE riskState = 'confirmedCompromised'

-- pair rows: the seed
-- of flat
--| event_source="AzureActiveDirectory" event_type="SignIn" result_type="0"
--| | risk_level := lower(riskLevelDuringSignIn) | risk_state := lower(riskState)
--| | risk_events := lower(riskEventTypes_v2) | auth_req := lower(authenticationRequirement)
--| | high := if(in(field=risk_level, values=["high", "medium"])
--|     or in(field=risk_state, values=["atrisk", "confirmedcompromised"]), "true", "false")
--| | risky := if(regex("(impossibletravel|anonymizedipaddress|maliciousipaddress|unfamiliarfeatures|passwordspray|leakedcredentials|nationstateip|riskyipaddress|investigationsthreatintelligence)", field=risk_events), "true", "false")
--| | cross := if(auth_req = "singlefactorauthentication" and isNotNull(homeTenantId)
--|     and homeTenantId != "" and homeTenantId != resourceTenantId, "true", "false")
--| | high = "true" or risky = "true" or cross = "true"
--| | score := (if(high = "true", 1, 0) + if(risky = "true", 1, 0) + if(cross = "true", 1, 0))
--| | table([timestamp, userPrincipalName, high, risky, cross, score], limit=100000)
--| | sort(score, order=desc)
WITH flags AS (SELECT timestamp, userPrincipalName,
  coalesce(lower(riskLevelDuringSignIn) IN ('high', 'medium'), false)
    OR coalesce(lower(riskState) IN ('atrisk', 'confirmedcompromised'), false) AS high,
  coalesce(regexp_matches(lower(riskEventTypes_v2), 'impossibletravel|anonymizedipaddress|maliciousipaddress|unfamiliarfeatures|passwordspray|leakedcredentials|nationstateip|riskyipaddress|investigationsthreatintelligence'), false) AS risky,
  coalesce(lower(authenticationRequirement) = 'singlefactorauthentication' AND homeTenantId <> ''
    AND homeTenantId <> resourceTenantId, false) AS "cross"
  FROM flat WHERE event_source = 'AzureActiveDirectory' AND event_type = 'SignIn' AND result_type = '0')
SELECT *, high::INTEGER + risky::INTEGER + "cross"::INTEGER AS score FROM flags
WHERE high OR risky OR "cross"

-- pair sort: best by two keys (ordered)
-- of flat
--| groupBy(userPrincipalName)
--| | sort([_count, userPrincipalName], order=[desc, asc], type=[number, string], limit=50)
SELECT userPrincipalName, count(*) AS _count FROM flat GROUP BY 1
ORDER BY 2 DESC, 1 ASC LIMIT 50

-- pair sort: text, ascending (ordered)
-- of flat
--| groupBy(appDisplayName) | sort(appDisplayName, order=asc, type=string, limit=max)
SELECT appDisplayName, count(*) AS _count FROM flat GROUP BY 1 ORDER BY 1

-- pair sort: a table's rows are ranked before they are cut (ordered)
-- of flat
--| x := length(userPrincipalName) | table([x, correlationId], limit=30)
--| | sort([x, correlationId], order=[desc, asc], type=[number, string])
SELECT length(userPrincipalName) AS x, correlationId FROM flat ORDER BY 1 DESC, 2 LIMIT 30

-- pair sort: the newest
-- of flat
--| table([timestamp, correlationId], limit=25)
SELECT timestamp, correlationId FROM flat ORDER BY timestamp DESC LIMIT 25

-- pair sort: head and tail
-- of flat
--| head(40) | tail(10) | select([timestamp])
SELECT timestamp FROM (SELECT timestamp FROM flat ORDER BY 1 LIMIT 40) ORDER BY 1 DESC LIMIT 10

-- pair sort: top (ordered)
-- of flat
--| top(appDisplayName, limit=5)
SELECT appDisplayName, count(*) AS _count FROM flat GROUP BY 1 ORDER BY 2 DESC LIMIT 5

-- pair group: numbers
-- of flat
--| x := length(appDisplayName)
--| | groupBy(riskState, function=[count(), sum(x), avg(x), min(x), max(x), count(x, distinct=true, as=d)])
SELECT riskState, count(*) AS _count, sum(length(appDisplayName)) AS _sum,
  avg(length(appDisplayName)) AS _avg, min(length(appDisplayName)) AS _min,
  max(length(appDisplayName)) AS _max, count(DISTINCT length(appDisplayName)) AS d FROM flat GROUP BY 1

-- pair group: a spray
-- of flat
--| result_type=50126
--| | groupBy(ipAddress, function=[count(userPrincipalName, distinct=true, as=users), count(as=tries),
--|     min(@timestamp, as=first), max(@timestamp, as=last)])
--| | users>=3 | minutes := (last - first) / 60000
SELECT *, (last - first) / 60000 AS minutes FROM (
  SELECT ipAddress, count(DISTINCT userPrincipalName) AS users, count(*) AS tries,
    min("@timestamp") AS first, max("@timestamp") AS last
  FROM flat WHERE result_type = '50126' GROUP BY 1) WHERE users >= 3

-- pair group: groups of groups
-- of flat
--| groupBy([userPrincipalName, ipAddress]) | groupBy(userPrincipalName, function=[count(as=addresses), sum(_count, as=events)])
--| | groupBy(addresses, function=[count(as=users), sum(events, as=events)])
SELECT addresses, count(*) AS users, sum(events) AS events FROM (
  SELECT userPrincipalName, count(*) AS addresses, sum(c) AS events FROM (
    SELECT userPrincipalName, ipAddress, count(*) AS c FROM flat GROUP BY ALL) GROUP BY 1) GROUP BY 1

-- pair group: distinct keys only
-- of flat
--| groupBy([riskState, riskLevelDuringSignIn, authenticationRequirement], function=[])
SELECT DISTINCT riskState, riskLevelDuringSignIn, authenticationRequirement FROM flat

-- pair group: many keys
-- of flat
--| groupBy(correlationId) | count()
SELECT count(DISTINCT correlationId) AS _count FROM flat

-- pair group: distinct count
-- of flat
--| count(userPrincipalName, distinct=true, as=users)
SELECT count(DISTINCT userPrincipalName) AS users FROM flat

-- pair group: the last of each
-- of flat
--| groupBy(userPrincipalName, function=selectLast([correlationId, appDisplayName]))
SELECT userPrincipalName, arg_max(correlationId, timestamp) AS correlationId,
  arg_max(appDisplayName, timestamp) AS appDisplayName FROM flat GROUP BY 1

-- pair group: the event of an extreme
-- of flat
--| groupBy(appDisplayName, function=selectFromMin(field=@timestamp, include=[correlationId]))
SELECT appDisplayName, arg_min(correlationId, "@timestamp") AS correlationId FROM flat GROUP BY 1

-- pair group: a pipeline as the function
-- of flat
--| groupBy(appDisplayName, function=[count(), { result_type!=0 | count(as=failed) }])
SELECT appDisplayName, count(*) AS _count, count(*) FILTER (result_type <> '0') AS failed
FROM flat GROUP BY 1

-- pair group: collected values, by their size
-- of flat
--| groupBy(riskState, function=collect(userPrincipalName, limit=1000000, separator=","))
--| | size := length(userPrincipalName) | select([riskState, size])
SELECT riskState, sum(length(userPrincipalName)) + count(*) - 1 AS size
FROM (SELECT DISTINCT riskState, userPrincipalName FROM flat) GROUP BY 1

-- pair group: aggregates of everything
-- of flat
--| [count(), min(@timestamp, as=a), max(@timestamp, as=b), count(ipAddress, distinct=true, as=c)]
SELECT count(*) AS _count, min("@timestamp") AS a, max("@timestamp") AS b,
  count(DISTINCT ipAddress) AS c FROM flat

-- pair case: a score of clauses
-- of flat
--| case { riskLevelDuringSignIn=high | r := 3; riskLevelDuringSignIn=medium | r := 2;
--|        riskState=atRisk or riskState=confirmedCompromised | r := 1; * | r := 0 }
--| | groupBy(r)
SELECT CASE WHEN riskLevelDuringSignIn = 'high' THEN 3 WHEN riskLevelDuringSignIn = 'medium' THEN 2
  WHEN riskState IN ('atRisk', 'confirmedCompromised') THEN 1 ELSE 0 END AS r, count(*) AS _count
FROM flat GROUP BY 1

-- pair case: clauses that drop
-- of flat
--| case { result_type=0 riskState!=none | k := "risky"; result_type=50126 | k := "failed"; }
--| | groupBy([k, riskState])
SELECT CASE WHEN result_type = '0' THEN 'risky' ELSE 'failed' END AS k, riskState, count(*) AS _count
FROM flat WHERE (result_type = '0' AND riskState IS DISTINCT FROM 'none') OR result_type = '50126'
GROUP BY ALL

-- pair case: match
-- of flat
--| appDisplayName match { /^Microsoft/ => k := "ms"; "*Portal*" => k := "portal"; in(values=["OneDrive SyncEngine", "Azure Portal"]) => k := "chosen"; * => k := "other" }
--| | groupBy(k)
SELECT CASE WHEN appDisplayName LIKE 'Microsoft%' THEN 'ms' WHEN appDisplayName LIKE '%Portal%' THEN 'portal'
  WHEN appDisplayName IN ('OneDrive SyncEngine', 'Azure Portal') THEN 'chosen' ELSE 'other' END AS k,
  count(*) AS _count FROM flat GROUP BY 1

-- pair time: buckets of an hour
-- of flat
--| bucket(1h)
SELECT "@timestamp" // 3600000 * 3600000 AS _bucket, count(*) AS _count FROM flat GROUP BY 1

-- pair time: buckets of 5 minutes with functions
-- of flat
--| result_type!=0 | bucket(5min, function=[count(as=c), count(userPrincipalName, distinct=true, as=d)])
SELECT "@timestamp" // 300000 * 300000 AS _bucket, count(*) AS c,
  count(DISTINCT userPrincipalName) AS d FROM flat WHERE result_type <> '0' GROUP BY 1

-- pair time: buckets by a key
-- of flat
--| bucket(1d, field=riskState, limit=100) | select([_bucket, riskState, _count])
SELECT "@timestamp" // 86400000 * 86400000 AS _bucket, riskState, count(*) AS _count
FROM flat GROUP BY ALL

-- pair time: the hour of the day
-- of flat
--| h := formatTime("%H", field=@timestamp) | groupBy(h)
SELECT strftime(epoch_ms("@timestamp"), '%H') AS h, count(*) AS _count FROM flat GROUP BY 1

-- pair time: arithmetic
-- of flat
--| slot := @timestamp - (@timestamp % 900000) | groupBy(slot)
SELECT "@timestamp" - "@timestamp" % 900000 AS slot, count(*) AS _count FROM flat GROUP BY 1

-- pair text: named groups
-- of flat
--| userPrincipalName=/^(?<first>[a-z]+)\.(?<last>[a-z]+)(?<num>\d+)@(?<domain>.+)$/
--| | groupBy([last, domain], function=[count(first, distinct=true, as=firsts), max(num, as=top)])
SELECT p.last AS last, p.domain AS "domain", count(DISTINCT p.first) AS firsts, max(p.num::INTEGER) AS top
FROM (SELECT regexp_extract(userPrincipalName, '^([a-z]+)\.([a-z]+)(\d+)@(.+)$',
  ['first', 'last', 'num', 'domain']) AS p FROM flat
  WHERE regexp_matches(userPrincipalName, '^([a-z]+)\.([a-z]+)(\d+)@(.+)$')) GROUP BY ALL

-- pair text: split
-- of flat
--| splitString(userPrincipalName, by="@", as=p) | groupBy(p[1])
SELECT split_part(userPrincipalName, '@', 2) AS "p[1]", count(*) AS _count FROM flat GROUP BY 1

-- pair text: replace
-- of flat
--| d := replace("^(.)[^@]*@(.*)$", with="$1***@$2", field=userPrincipalName) | groupBy(d)
SELECT regexp_replace(userPrincipalName, '^(.)[^@]*@(.*)$', '\1***@\2') AS d, count(*) AS _count
FROM flat GROUP BY 1

-- pair text: format, upper, concat
-- of flat
--| u := upper(riskState) | f := format("%s/%-8s|", field=[u, riskLevelDuringSignIn]) | c := concat([f, result_type])
--| | groupBy(c)
SELECT upper(riskState) || '/' || rpad(riskLevelDuringSignIn, greatest(8, length(riskLevelDuringSignIn))::INTEGER, ' ')
  || '|' || result_type AS c, count(*) AS _count FROM flat GROUP BY 1

-- pair join: addresses that failed before
-- of flat
--| result_type=0 | join({result_type=50126}, field=ipAddress)
--| | groupBy(ipAddress)
SELECT ipAddress, count(*) AS _count FROM flat WHERE result_type = '0'
  AND ipAddress IN (SELECT ipAddress FROM flat WHERE result_type = '50126') GROUP BY 1

-- pair join: those that are not there
-- of flat
--| result_type=0 | !join({result_type!=0}, field=userPrincipalName, limit=200000)
--| | count(userPrincipalName, distinct=true)
SELECT count(DISTINCT userPrincipalName) AS _count FROM flat WHERE result_type = '0'
  AND userPrincipalName NOT IN (SELECT userPrincipalName FROM flat WHERE result_type <> '0')

-- pair join: left, with an aggregate
-- of flat
--| riskState=atRisk
--| | join({result_type!=0 | groupBy(userPrincipalName, function=count(as=failures))}, field=userPrincipalName, include=failures, mode=left)
--| | select([correlationId, failures])
SELECT l.correlationId, failures FROM flat l LEFT JOIN (
  SELECT userPrincipalName AS u, count(*) AS failures FROM flat WHERE result_type <> '0' GROUP BY 1)
  ON l.userPrincipalName = u WHERE l.riskState = 'atRisk'

-- pair join: another key
-- of flat
--| riskState=confirmedCompromised
--| | join({riskState=atRisk | rename(homeTenantId, as=tenant) | groupBy(tenant, function=count(as=c))}, field=resourceTenantId, key=tenant, include=c)
--| | groupBy(resourceTenantId, function=[count(), max(c, as=c)])
SELECT resourceTenantId, count(*) AS _count, max(c) AS c FROM flat JOIN (
  SELECT homeTenantId AS tenant, count(*) AS c FROM flat WHERE riskState = 'atRisk' GROUP BY 1)
  ON resourceTenantId = tenant WHERE riskState = 'confirmedCompromised' GROUP BY 1

-- pair join: a defined table
-- of flat
--| defineTable(query={riskState=atRisk | groupBy(ipAddress, function=count(as=alerts))}, include=[ipAddress, alerts], name="alerts")
--| | result_type!=0 | match(file="alerts", field=ipAddress, strict=false)
--| | groupBy([ipAddress, alerts])  | sort(ipAddress, limit=max)
SELECT f.ipAddress, alerts, count(*) AS _count FROM flat f JOIN (
  SELECT ipAddress, count(*) AS alerts FROM flat WHERE riskState = 'atRisk' GROUP BY 1) t
  ON f.ipAddress = t.ipAddress WHERE result_type <> '0' GROUP BY ALL

-- pair join: selfJoinFilter
-- of flat
--| selfJoinFilter(userPrincipalName, where=[{result_type=50126}, {riskState=atRisk}])
--| | groupBy(userPrincipalName)
SELECT userPrincipalName, count(*) AS _count FROM flat
WHERE userPrincipalName IN (SELECT userPrincipalName FROM flat WHERE result_type = '50126')
  AND userPrincipalName IN (SELECT userPrincipalName FROM flat WHERE riskState = 'atRisk') GROUP BY 1

-- pair trail: distinct identities of an address
-- of trail
--| eventName=ConsoleLogin | groupBy(sourceIPAddress, function=count(userIdentity.arn, distinct=true))
--| | sort([_count, sourceIPAddress], order=[desc, asc], type=[number, string], limit=max)
SELECT sourceIPAddress, count(DISTINCT userIdentity->>'$.arn') AS _count FROM trail
WHERE eventName = 'ConsoleLogin' GROUP BY 1

-- pair trail: errors by source
-- of trail
--| errorCode=* | groupBy([eventSource, errorCode])
SELECT eventSource, errorCode, count(*) AS _count FROM trail WHERE errorCode IS NOT NULL GROUP BY ALL

-- pair trail: nested fields
-- of trail
--| userIdentity.type=AssumedRole userIdentity.sessionContext.attributes.mfaAuthenticated=false
--| | groupBy([userIdentity.sessionContext.sessionIssuer.userName, awsRegion])
SELECT userIdentity->>'$.sessionContext.sessionIssuer.userName' AS "userIdentity.sessionContext.sessionIssuer.userName",
  awsRegion, count(*) AS _count FROM trail
WHERE (userIdentity->>'$.type') = 'AssumedRole'
  AND (userIdentity->>'$.sessionContext.attributes.mfaAuthenticated') = 'false' GROUP BY ALL

-- pair trail: an absent nested field
-- of trail
--| userIdentity.arn!=* | groupBy([userIdentity.type, userIdentity.invokedBy])
SELECT userIdentity->>'$.type' AS "userIdentity.type", userIdentity->>'$.invokedBy' AS "userIdentity.invokedBy",
  count(*) AS _count FROM trail
WHERE (userIdentity->>'$.arn') IS NULL AND (userIdentity->>'$.invokedBy') IS NOT NULL GROUP BY ALL

-- pair trail: role and session out of an ARN
-- of trail
--| userIdentity.arn=/assumed-role\/(?<role>[^\/]+)\/(?<who>.+)$/ | groupBy([role, who])
SELECT p.role AS role, p.who AS who, count(*) AS _count FROM (
  SELECT regexp_extract(userIdentity->>'$.arn', 'assumed-role/([^/]+)/(.+)$', ['role', 'who']) AS p
  FROM trail WHERE (userIdentity->>'$.arn') LIKE '%assumed-role/%') GROUP BY ALL

-- pair trail: the five calls of a stolen key
-- of trail
--| in(eventName, values=["GetCallerIdentity", "ListAttachedUserPolicies", "ListGroupsForUser", "ListBuckets", "DescribeInstances"])
--| | groupBy([sourceIPAddress, userAgent, userIdentity.accessKeyId], function=[count(eventName, distinct=true, as=calls), min(@timestamp, as=a), max(@timestamp, as=b)])
--| | test(calls == 5) | seconds := (b - a) / 1000
SELECT *, (b - a) / 1000 AS seconds FROM (
  SELECT sourceIPAddress, userAgent, userIdentity->>'$.accessKeyId' AS "userIdentity.accessKeyId",
    count(DISTINCT eventName) AS calls, min(ms) AS a, max(ms) AS b FROM trail
  WHERE eventName IN ('GetCallerIdentity', 'ListAttachedUserPolicies', 'ListGroupsForUser', 'ListBuckets', 'DescribeInstances')
    AND (userIdentity->>'$.accessKeyId') IS NOT NULL GROUP BY ALL) WHERE calls = 5

-- pair trail: elements of arrays
-- of trail
--| requestParameters.filterSet.items[0].name=* | groupBy([eventName, requestParameters.filterSet.items[0].name])
SELECT eventName, requestParameters->>'$.filterSet.items[0].name' AS "requestParameters.filterSet.items[0].name",
  count(*) AS _count FROM trail WHERE (requestParameters->>'$.filterSet.items[0].name') IS NOT NULL GROUP BY ALL

-- pair trail: booleans of JSON are texts
-- of trail
--| eventName=/^(Get|List|Describe)/ readOnly=true | groupBy([eventName, readOnly])
SELECT eventName, readOnly, count(*) AS _count FROM trail
WHERE regexp_matches(eventName, '^(Get|List|Describe)') AND readOnly = 'true' GROUP BY ALL

-- pair trail: who is not a service
-- of trail
--| not userIdentity.type=AWSService userAgent!=*amazonaws.com
--| | x := lower(userAgent) | x=/^(?<tool>[a-z0-9-]+)\// | groupBy(tool)
SELECT regexp_extract(lower(userAgent), '^([a-z0-9-]+)/', 1) AS tool, count(*) AS _count FROM trail
WHERE (userIdentity->>'$.type') IS DISTINCT FROM 'AWSService' AND userAgent NOT LIKE '%amazonaws.com'
  AND regexp_matches(lower(userAgent), '^([a-z0-9-]+)/') GROUP BY 1

-- pair null: not equal is true of what is missing
-- of small
--| a!=ada | count()
SELECT count(*) AS _count FROM small WHERE a IS DISTINCT FROM 'ada'

-- pair null: not equal in an expression is not
-- of small
--| test(a != b) | count()
SELECT count(*) AS _count FROM small WHERE a <> b

-- pair null: present, empty, absent
-- of small
--| case { a!=* | k := "absent"; a="" | k := "empty"; * | k := "there" } | groupBy(k)
SELECT CASE WHEN a IS NULL THEN 'absent' WHEN a = '' THEN 'empty' ELSE 'there' END AS k,
  count(*) AS _count FROM small GROUP BY 1

-- pair null: order is of numbers
-- of small
--| v>=2 w<10 | groupBy([v, w])
SELECT v, w, count(*) AS _count FROM small WHERE vn >= 2 AND wn < 10 GROUP BY ALL

-- pair null: not less is not more
-- of small
--| not v<10 | count()
SELECT count(*) AS _count FROM small WHERE NOT coalesce(vn < 10, false)

-- pair null: arithmetic
-- of small
--| x := v * 2 + w | groupBy(x)
SELECT vn * 2 + wn AS x, count(*) AS _count FROM small WHERE vn IS NOT NULL AND wn IS NOT NULL GROUP BY 1

-- pair null: equal as numbers or as text
-- of small
--| test(v == w) | groupBy([v, w])
SELECT v, w, count(*) AS _count FROM small
WHERE CASE WHEN vn IS NOT NULL AND wn IS NOT NULL THEN vn = wn ELSE v = w END GROUP BY ALL

-- pair null: aggregates skip what is no number
-- of small
--| groupBy(a, function=[count(), count(v, as=cv), sum(v), avg(v), min(v), max(v)])
SELECT a, count(*) AS _count, count(v) AS cv, sum(vn) AS _sum, avg(vn) AS _avg, min(vn) AS _min,
  max(vn) AS _max FROM small WHERE a IS NOT NULL GROUP BY 1

-- pair null: groups of two keys, one of them missing
-- of small
--| groupBy([a, b])
SELECT a, b, count(*) AS _count FROM small WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY ALL

-- pair null: an old value stays
-- of small
--| x := "old" | x := lower(a) | groupBy(x)
SELECT coalesce(translate(lower(a), 'Ü', 'ü'), 'old') AS x, count(*) AS _count FROM small GROUP BY 1

-- pair null: coalesce and default
-- of small
--| x := coalesce([a, b, "none"]) | default(value="0", field=v, replaceEmpty=true) | groupBy([x, v])
SELECT coalesce(nullif(a, ''), nullif(b, ''), 'none') AS x, coalesce(nullif(v, ''), '0') AS v,
  count(*) AS _count FROM small GROUP BY ALL

-- pair null: if
-- of small
--| x := if(v > w, then="more", else="not") | groupBy(x)
SELECT CASE WHEN vn > wn THEN 'more' ELSE 'not' END AS x, count(*) AS _count FROM small GROUP BY 1

-- pair null: not of null is null
-- of small
--| x := if(!ok, then="no", else="else") | groupBy(x)
SELECT CASE WHEN ok = 'false' THEN 'no' ELSE 'else' END AS x, count(*) AS _count FROM small GROUP BY 1

-- pair array: joined under the bare name
-- of small
--| tags=/red$/ | groupBy(tags)
SELECT joined AS tags, count(*) AS _count FROM small WHERE joined LIKE '%red' GROUP BY 1

-- pair array: contains
-- of small
--| array:contains("tags[]", value="blue") | count()
SELECT count(*) AS _count FROM small WHERE list_contains(tags, 'blue')

-- pair array: one element
-- of small
--| tags[1]=* | groupBy(tags[1])
SELECT tags[2] AS "tags[1]", count(*) AS _count FROM small WHERE tags[2] IS NOT NULL GROUP BY 1

-- pair array: split
-- of small
--| split(tags) | groupBy(tags)
SELECT t AS tags, count(*) AS _count FROM (SELECT unnest(tags) AS t FROM small) GROUP BY 1

-- pair small: nested numbers
-- of small
--| deep.size>50 | groupBy(deep.kind, function=[avg(deep.size, as=m), stdDev(deep.size, as=s)])
SELECT deep->>'$.kind' AS "deep.kind", avg((deep->>'$.size')::DOUBLE) AS m,
  stddev_pop((deep->>'$.size')::DOUBLE) AS s FROM small WHERE (deep->>'$.size')::INTEGER > 50 GROUP BY 1

-- pair small: keys and values of a line
-- of small
--| kvParse(line) | path=/(?<file>[^\/]+)$/ | groupBy([user, code, file])
SELECT regexp_extract(line, 'user=(\w+)', 1) AS user, regexp_extract(line, 'code=(\w+)', 1) AS code,
  regexp_extract(line, '([^/]+)$', 1) AS file, count(*) AS _count FROM small GROUP BY ALL

-- pair small: windows of time
-- of small
--| bucket(1h, function=[count(), sum(v), max(v, as=m)])
SELECT ms // 3600000 * 3600000 AS _bucket, count(*) AS _count, sum(vn) AS _sum, max(vn) AS m
FROM small GROUP BY 1

-- pair small: rank with ties, newest first (ordered)
-- of small
--| v=* | table([n, v], limit=100) | sort(v)
SELECT n, v FROM small WHERE v IS NOT NULL
ORDER BY vn DESC NULLS LAST, CASE WHEN vn IS NULL THEN v END DESC, timestamp DESC LIMIT 100

-- pair small: rank with text behind numbers (ordered)
-- of small
--| sort(w, order=asc, limit=max) | select([n, w])
SELECT n, w FROM small
ORDER BY w IS NULL, wn ASC NULLS LAST, CASE WHEN wn IS NULL THEN w END ASC, timestamp DESC
