// Prints the small records: always the same, and full of what null rules are about.
let state = 12345;
function random(n) { // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = list => list[random(list.length)];
const absent = undefined;
const words = ['ada', 'Ada', 'ADA', 'bob', 'eve', 'Ünal', 'ünal', '', null, absent];
const numbers = [1, 2, 10, '10', '9', '-3', 2.5, 'x', '', null, absent, 1000000, '007'];
for (let n = 1; n <= 5000; n++) {
    const time = new Date(Date.UTC(2026, 0, 1) + n * 61_007);
    const record = {
        n, timestamp: time.toISOString(), a: pick(words), b: pick(words), v: pick(numbers),
        w: pick(numbers), ok: pick([true, false, absent]),
        tags: pick([absent, [], ['red'], ['red', 'blue'], ['blue', 'green', 'red']]),
        deep: pick([absent, {}, {kind: 'k' + random(4), size: random(100)}]),
        line: `user=${pick(['ada', 'bob', 'eve'])} code=${random(5)} path=/srv/${pick(['a', 'b', 'c'])}.txt`,
    };
    console.log(JSON.stringify(record));
}
