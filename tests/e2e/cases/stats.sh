needs jq
{
    signin 1
    signin 2 high
    signin 3 medium none '"passwordSpray"'
    echo garbage
} >logs.json
trawl -q --stats stats.json logs.json | users
echo "status ${PIPESTATUS[0]}"
jq 'del(.seconds, .trawl)' stats.json
