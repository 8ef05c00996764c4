needs xz bzip2
risky 1 1 | xz >a
risky 2 2 | bzip2 >b
trawl a b | users
exit "${PIPESTATUS[0]}"
