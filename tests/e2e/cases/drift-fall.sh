# A field that stops, one that changes its form, values in no list: in words, by day, as the exit status.
mkdir logs
for day in {02..13}; do
    for hour in {08..15}; do
        signin 3 none none '["newCountry"]' | sed "s/2026-03-07T14/2026-03-${day}T$hour/g" >>logs/$day.json
    done
    signin 5 unheardOf none '["newCountry","brandNew"]' | sed "s/2026-03-07T14/2026-03-${day}T17/g" >>logs/$day.json
done
sed -i -E 's/"riskLevelDuringSignIn":"[^"]*",//' logs/0[89].json logs/1?.json
sed -i -E 's/\[("[^]]*")\]/"[\1]"/; s/"\["newCountry"(,"brandNew")?\]"/"[\\"newCountry\\"]"/' logs/1?.json
trawl --drift --strict-fields logs
echo "status $?"
trawl logs 2>/dev/null
echo "status $?"
trawl -q --strict-fields logs
echo "status $?"
for j in 1 3; do trawl --drift -j$j --stats - -q logs | sed -n '/"drift"/,/"fault_totals"/p' | sha1sum; done | sort -u | wc -l
trawl --drift -q --stats - -e 'riskState=none riskLevelDuringSignIn=* | count()' --format csv logs | sed -n '/"drift"/,/^    {/p; /2026-03-08T00/,$p' | head -60
