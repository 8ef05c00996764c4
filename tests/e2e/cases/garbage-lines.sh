{
    signin 1 high
    echo 'Mar  7 14:00:00 host collector: connection reset'
    signin 2 high
    echo '{"time":"2026-03-07T14:00:00Z","category":"SignInLogs","properties":{"riskState'
    echo '}}}}'
    signin 3 high
    echo
    echo '{"a":"b",}'
    signin 4 high
} >logs.json
trawl logs.json | users
exit "${PIPESTATUS[0]}"
