# A window over 128 MiB is refused, with the option that allows it; that option alone is enough, unless
# --memory says otherwise.
needs python3
risky 1 2 >logs.json
python3 - <<'P'
# A frame whose header asks for 256 MiB, with the text as one raw block.
text = open("logs.json", "rb").read()
block = (len(text) << 3 | 1).to_bytes(3, "little")
open("logs.zst", "wb").write(b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([(28 - 10) << 3]) + block + text)
P
risky 3 3 >other.json
trawl logs.zst other.json | users
echo "status ${PIPESTATUS[0]}"
trawl --long=28 --memory 160M logs.zst 2>&1 | grep window
trawl -q --long=28 logs.zst | users
echo "status ${PIPESTATUS[0]}"
