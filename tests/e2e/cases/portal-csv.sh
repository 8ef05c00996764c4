# A download without the risk columns: the flags that rest on them are said to be unknown.
cat >signins.csv <<'C'
"Date (UTC)","Request ID","User","Username","Application","Application ID ","Resource tenant ID","Home tenant ID","IP address","Location","Status","Sign-in error code","Authentication requirement","Incoming token type"
"2026-03-07T14:00:00Z","1","Ann","ann@contoso.example","Office 365","0","r","h","203.0.113.9","Paris, ""IDF"", FR","Success","","Single-factor authentication","None"
"2026-03-07T14:01:00Z","2","Bob","bob@contoso.example","Office
365","0","r","r","203.0.113.9","Paris, FR","Success","0","Single-factor authentication","None"
"2026-03-07T14:02:00Z","3","Cy","cy@contoso.example","Office 365","0","r","h","203.0.113.9","Paris, FR","Failure","50126","Single-factor authentication","None"
"2026-03-07T14:03:00Z","4","Di","di@contoso.example","Office 365","0","r","h","203.0.113.9","Paris, FR","Success","0","Multifactor authentication","None"
C
trawl signins.csv
