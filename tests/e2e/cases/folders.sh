# A folder of an option that is not there is refused before anything is read: a table that may be
# away would be taken for one that is.
risky 1 1 >logs.json
mkdir rules empty
for option in lookup saved geoip temp; do
    status_of trawl --$option nowhere logs.json
    status_of trawl --$option logs.json logs.json
done

# --check: every query below, also behind a link; what cannot be read is said.
echo 'a=1' >rules/good.cql
echo 'a=(' >other.cql
ln -s ../other.cql rules/link.cql
ln -s nowhere rules/dangling.cql
ln -s . rules/circle
status_of trawl --check rules/
status_of trawl --check empty
