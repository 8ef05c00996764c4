# Files with byte order marks, one after another.
{
    printf '\xef\xbb\xbf'
    risky 1 2
    printf '\xef\xbb\xbf'
    risky 3 3
} >logs.json
trawl logs.json | users
exit "${PIPESTATUS[0]}"
