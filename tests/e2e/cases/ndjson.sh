# The best first, the newest first among equals, then as they come.
{
    signin 1
    signin 2 high
    signin 5 medium none '["anonymizedIPAddress","newCountry"]'
    signin 3 high
    signin 3 low atRisk
    signin 4 none none '"[\"passwordSpray\"]"'
} >logs.json
trawl logs.json
