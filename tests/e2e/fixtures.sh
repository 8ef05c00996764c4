# What the cases build their archives from. All of it is deterministic.

# skip REASON: this machine cannot run the case.
skip() {
    echo "$*" >&2
    exit 77
}

needs() {
    local tool
    for tool; do command -v "$tool" >/dev/null || skip "needs $tool"; done
}

# For cases that measure memory.
needs_plain_build() {
    [ -z "${TRAWL_SLOW:-}" ] || skip "measures a build without sanitizers"
}

# signin N [LEVEL [STATE [EVENTS]]]: a successful sign-in as diagnostic settings write it, in
# minute N; LEVEL and STATE are none by default, EVENTS a JSON value.
signin() {
    local time
    time=$(printf '2026-03-07T14:%02d:00.1234567Z' "$1")
    printf '{"time":"%s","category":"SignInLogs","resultType":"0","callerIpAddress":"203.0.113.9",' "$time"
    printf '"properties":{"createdDateTime":"%s","userPrincipalName":"user%d@contoso.example",' "$time" "$1"
    printf '"appDisplayName":"Office 365","ipAddress":"203.0.113.9","status":{"errorCode":0},'
    printf '"riskLevelDuringSignIn":"%s","riskState":"%s","riskEventTypes_v2":%s,' "${2:-none}" "${3:-none}" "${4:-[]}"
    printf '"authenticationRequirement":"multiFactorAuthentication","homeTenantId":"h","resourceTenantId":"h"}}\n'
}

# risky FROM TO: sign-ins of high risk, one a line.
risky() {
    local n
    for ((n = $1; n <= $2; n++)); do signin "$n" high atRisk; done
}

# noise BYTES SEED: bytes that compress to nothing shorter.
noise() {
    needs python3
    python3 -c 'import random, sys
random.seed(int(sys.argv[2]))
sys.stdout.buffer.write(random.randbytes(int(sys.argv[1])))' "$1" "$2"
}

# padded N BYTES: a risky sign-in made long by noise in a field that nobody reads.
padded() {
    needs python3
    signin "$1" high | python3 -c 'import random, sys
random.seed(sys.argv[1])
pad = "".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=int(sys.argv[2])))
sys.stdout.write(sys.stdin.read().replace("{", "{\"pad\":\"" + pad + "\",", 1))' "$1" "$2"
}

# flip FILE OFFSET: inverts a byte.
flip() {
    needs python3
    python3 -c 'import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2])); byte = f.read(1)[0]; f.seek(int(sys.argv[2])); f.write(bytes([byte ^ 0xff]))' "$1" "$2"
}

size() {
    stat -c %s "$1"
}

# users: of NDJSON rows, only who they are about.
users() {
    sed -E 's/.*"userPrincipalName":("[^"]*"|null).*/\1/'
}

# peak MEBIBYTES COMMAND...: runs it and says whether its memory stayed below.
peak() {
    needs python3
    python3 -c 'import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print("peak within %s MiB" % sys.argv[1] if peak <= float(sys.argv[1]) else "peak %.0f MiB" % peak)
sys.exit(status)' "$@"
}

# status_of COMMAND...: runs it and says on standard output what it exited with.
status_of() {
    "$@"
    echo "status $?"
}
