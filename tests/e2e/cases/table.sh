# As wide as the data where there is no terminal; control characters cannot drive one.
{
    signin 1 high | sed 's/user1/Zoë \\u001b[31m\\t北京/'
    signin 2 low atRisk '["passwordSpray"]'
} >logs.json
trawl -q --format table logs.json
signin 1 >none.json
trawl -q --format table none.json
