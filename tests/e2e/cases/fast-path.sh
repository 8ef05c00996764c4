needs jq
for n in {0..199}; do
    record=$(signin "$n" "$([ $((n % 3)) -eq 0 ] && echo high)")
    case $((n % 50)) in
        7) echo "$record" | jq -c 'to_entries | reverse | from_entries' ;; # other order
        17) echo "${record//risk/\\u0072isk}" ;;                            # escaped keys
        27) echo "${record//\":/\" : }" ;;                                  # white space
        37) echo "${record%?}" ;;                                           # cut off
        *) echo "$record" ;;
    esac
done >logs.json
trawl -q --stats fast.json logs.json >fast
trawl -q --no-fast-path --stats plain.json logs.json >plain
trawl -q --validate --stats whole.json logs.json >whole
cmp fast plain
cmp fast whole
wc -l <fast
jq -c '.fast_path' fast.json plain.json whole.json
cmp <(jq 'del(.seconds, .unpack_share, .fast_path)' fast.json) <(jq 'del(.seconds, .unpack_share, .fast_path)' plain.json)
