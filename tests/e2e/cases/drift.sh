# riskEventTypes_v2 in several encodings, and fields that never occur.
{
    signin 1 none none '["passwordSpray"]'
    signin 2 none none '"passwordSpray,newCountry"'
    signin 3 none none '"[\"passwordSpray\"]"'
    signin 4 none none null
} | sed -E 's/"(home|resource)TenantId":"h",?//g; s/,\}/}/g' >logs.json
trawl logs.json | users
