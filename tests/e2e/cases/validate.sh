# A record whose fault lies where no hunt looks.
{
    signin 1 high | sed 's/"status":{"errorCode":0}/"status":{"errorCode":0},"location":{"city":nonsense}/'
    risky 2 2
} >logs.json
trawl -q logs.json | users
echo "status ${PIPESTATUS[0]}"
trawl --validate logs.json | users
echo "status ${PIPESTATUS[0]}"
