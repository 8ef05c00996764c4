# A reader that has seen enough is no error.
for n in {0..59}; do for m in {1..40}; do signin "$n" high; done; done >logs.json
trawl -q --limit 2400 logs.json | head -1 | users
echo "${PIPESTATUS[0]}"
