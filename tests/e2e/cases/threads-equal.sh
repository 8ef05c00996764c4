mkdir archive
for file in 1 2 3 4 5; do
    for n in {0..59}; do signin "$n" "$([ $((n % 3)) -eq 0 ] && echo high)"; done |
        sed "s/contoso/tenant$file/" | zstd -q >archive/$file.zst
done
trawl -q -j 1 archive >one
for j in 2 3 4 8; do trawl -q -j $j archive | cmp - one && echo "-j $j: the same bytes"; done
for isa in westmere haswell icelake; do
    grep -qw "$isa" <(trawl --version | sed -n '/ISA/p;/isa/p;/instruction/p') || continue
    trawl -q --isa $isa archive >rows 2>/dev/null || continue
    cmp rows one
done
wc -l <one
