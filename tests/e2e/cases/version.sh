trawl --version | sed -E 's/[0-9]+(\.[0-9]+)+( [0-9-]+)?/VERSION/g; s/(westmere|haswell|icelake)/ISA/g; s/ISA(,? ISA)*/ISA/g'
