{
    signin 1 high | sed 's/user1@contoso.example/=HYPERLINK(1)/'
    signin 2 high | sed 's/user2@contoso.example/+1, \\"quoted\\"/'
    signin 3 high | sed 's/user3@contoso.example/-1\\nline/'
    signin 4 high | sed 's/user4@contoso.example/@SUM(A1)/'
    signin 5 high | sed 's/"userPrincipalName":"[^"]*"/"userPrincipalName":null/'
} >logs.json
trawl -q --format csv logs.json
