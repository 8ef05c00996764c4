# Counted by shape, matched by nothing.
cat >logs.json <<'J'
{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","accessKeyId":"AKIAEXAMPLE"},"eventTime":"2023-07-10T11:45:06Z","eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9"}
{"time":"2026-03-07T14:00:00Z","resourceId":"/subscriptions/s","category":"StorageRead","operationName":"GetBlob","statusCode":200,"callerIpAddress":"203.0.113.9:51822","identity":{"type":"OAuth"},"properties":{"accountName":"a"}}
{"some":"thing else"}
J
trawl logs.json
