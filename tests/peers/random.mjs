// node random.mjs SEED COUNT: prints pairs of random filters and expressions over the small records,
// each with the SQL that the null rules of the specification make of it.
let state = Number(process.argv[2] ?? 1) | 0;
function random(n) { // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = list => list[random(list.length)];
const quote = text => `'${text}'`;

const fields = {
    a: 'a', b: 'b', v: 'v', w: 'w', ok: 'ok', 'deep.kind': "(deep->>'$.kind')",
    'deep.size': "(deep->>'$.size')", 'tags[0]': 'tags[1]', tags: 'joined', nothing: 'NULL::VARCHAR',
};
const field = () => pick(Object.keys(fields));
const literal = () => pick(['ada', 'Ada', 'bob', 'x', '10', '2.5', '', 'k1', 'red', 'true', '007', 'Ünal', 'red,blue']);

// ---- filters: [text, SQL that is true or false]; or binds tighter than and --------------------
function atom() {
    const name = field(), sql = fields[name];
    const yes = condition => `coalesce(${condition}, false)`;
    switch (random(11)) {
        case 0: { const text = literal(); return [`${name}="${text}"`, yes(`${sql} = ${quote(text)}`)]; }
        case 1: { const text = literal(); return [`${name}!="${text}"`, `NOT ${yes(`${sql} = ${quote(text)}`)}`]; }
        case 2: return [`${name}=*`, `(${sql} IS NOT NULL)`];
        case 3: return [`${name}!=*`, `(${sql} IS NULL)`];
        case 4: { const [glob, like] = pick([['a*', 'a%'], ['*e*', '%e%'], ['*0', '%0'], ['k*', 'k%'], ['*d*u*', '%d%u%']]);
                  return [`${name}=${glob}`, yes(`${sql} LIKE ${quote(like)}`)]; }
        case 5: { const [regex, re] = pick([['/^a/', '^a'], ['/ADA/i', '(?i)ADA'], ['/ünal/i', '(?i)ünal'], ['/\\d/', '\\d'], ['/^$/', '^$'], ['/e|o/', 'e|o'], ['/^.{3}$/', '^.{3}$']]);
                  return [`${name}=${regex}`, yes(`regexp_matches(${sql}, ${quote(re)})`)]; }
        case 6: { const op = pick(['<', '<=', '>', '>=']), number = pick(['0', '2', '9.5', '-3', '100']);
                  return [`${name}${op}${number}`, yes(`num(${sql}) ${op} ${number}`)]; }
        case 7: { const text = pick(['a', 'b', '0', 'ed']); return [`${name} like "${text}"`, yes(`contains(${sql}, ${quote(text)})`)]; }
        case 8: { const values = [literal(), literal(), literal()];
                  return [`in(${name}, values=[${values.map(v => `"${v}"`)}])`, yes(`${sql} IN (${values.map(quote)})`)]; }
        case 9: { const values = ['ADA', 'bob', 'RED'];
                  return [`in(${name}, values=[${values.map(v => `"${v}"`)}], ignoreCase=true)`, yes(`lower(${sql}) IN ('ada', 'bob', 'red')`)]; }
        default: { const [text, expression] = comparison(2); return [`test(${text})`, yes(`truth(${expression})`)]; }
    }
}
function negated(depth) {
    if (random(4) === 0) { const [text, sql] = negated(depth); return [`not ${text}`, `NOT (${sql})`]; }
    if (depth > 0 && random(4) === 0) { const [text, sql] = conjunction(depth - 1); return [`(${text})`, `(${sql})`]; }
    return atom();
}
function alternatives(depth) {
    const terms = Array.from({length: 1 + random(3)}, () => negated(depth));
    return [terms.map(term => term[0]).join(' or '), '(' + terms.map(term => term[1]).join(' OR ') + ')'];
}
function conjunction(depth) {
    const terms = Array.from({length: 1 + random(2)}, () => alternatives(depth));
    return [terms.map(term => term[0]).join(pick([' ', ' and '])), '(' + terms.map(term => term[1]).join(' AND ') + ')'];
}

// ---- expressions: [text, SQL that is a text or NULL] -------------------------------------------
function comparison(depth) {
    const [l, left] = value(depth - 1), [r, right] = value(depth - 1);
    const op = pick(['==', '!=', '<', '<=', '>', '>=']);
    const name = {'==': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge'}[op];
    return [`(${l} ${op} ${r})`, `${name}(${left}, ${right})`];
}
function value(depth) {
    if (depth <= 0) {
        switch (random(4)) {
            case 0: { const text = literal(); return [`"${text}"`, quote(text)]; }
            case 1: { const number = pick(['0', '1', '2', '10', '0.5']); return [number, quote(number)]; }
            default: { const name = field(); return [name.includes('[') ? `"${name}"`.slice(1, -1) : name, fields[name]]; }
        }
    }
    const one = value(depth - 1), two = value(depth - 1), name = field();
    switch (random(9)) {
        case 0: case 1: { const op = pick(['+', '-', '*', '/', '%']);
            return [`(${one[0]} ${op} ${two[0]})`, `${{'+': 'plus', '-': 'minus', '*': 'times', '/': 'over', '%': 'rest'}[op]}(${one[1]}, ${two[1]})`]; }
        case 2: return comparison(depth);
        case 3: return [`(!${one[0]})`, `inverse(${one[1]})`];
        case 4: { const c = comparison(depth);
            return [`if(${c[0]}, then=${one[0]}, else=${two[0]})`, `CASE WHEN truth(${c[1]}) THEN ${one[1]} ELSE ${two[1]} END`]; }
        case 5: return [`coalesce([${one[0]}, ${two[0]}])`, `coalesce(nullif(${one[1]}, ''), nullif(${two[1]}, ''))`];
        case 6: return [`lower(${name})`, `lower(${fields[name]})`];
        case 7: return [`length(${name})`, `length(${fields[name]})::VARCHAR`];
        default: return [`concat([${name}, b])`, `concat(${fields[name]}, b)`];
    }
}

console.log(`-- Random pairs of seed ${process.argv[2] ?? 1}.
CREATE MACRO num(x) AS CASE WHEN regexp_full_match(x, '[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?') THEN x::DOUBLE END;
CREATE MACRO print(d) AS CASE WHEN d = floor(d) AND abs(d) < 1e15 THEN d::BIGINT::VARCHAR ELSE d::VARCHAR END;
CREATE MACRO truth(x) AS CASE WHEN x = 'true' THEN true WHEN x = 'false' THEN false ELSE num(x) <> 0 END;
CREATE MACRO inverse(x) AS CASE WHEN truth(x) THEN 'false' WHEN NOT truth(x) THEN 'true' END;
CREATE MACRO eq(x, y) AS CASE WHEN num(x) IS NOT NULL AND num(y) IS NOT NULL THEN (num(x) = num(y))::VARCHAR ELSE (x = y)::VARCHAR END;
CREATE MACRO ne(x, y) AS CASE eq(x, y) WHEN 'true' THEN 'false' WHEN 'false' THEN 'true' END;
${[['lt', '<'], ['le', '<='], ['gt', '>'], ['ge', '>=']].map(([name, op]) => `CREATE MACRO ${name}(x, y) AS (num(x) ${op} num(y))::VARCHAR;`).join('\n')}
${[['plus', '+'], ['minus', '-'], ['times', '*']].map(([name, op]) => `CREATE MACRO ${name}(x, y) AS print(num(x) ${op} num(y));`).join('\n')}
CREATE MACRO over(x, y) AS print(num(x) / nullif(num(y), 0));
CREATE MACRO rest(x, y) AS print(num(x) % nullif(num(y), 0));
`);

// ---- shapes of queries: [query, SQL] -------------------------------------------------------------
function rows() {
    const [filter, where] = conjunction(2), [expression, sql] = value(2);
    return [`${filter}\n| z := ${expression} | select([n, z])`, `SELECT n, ${sql} AS z FROM small WHERE ${where}`];
}
function groups() {
    const [filter, where] = conjunction(1);
    const keys = [...new Set([field(), field()])], x = field(), y = field();
    const functions = {
        'count(as=c)': 'count(*) AS c',
        [`count(${x}, as=cx)`]: `count(${fields[x]}) AS cx`,
        [`count(${y}, distinct=true, as=d)`]: `count(DISTINCT ${fields[y]}) AS d`,
        [`sum(${x}, as=s)`]: `sum(num(${fields[x]})) AS s`,
        [`avg(${y}, as=m)`]: `avg(num(${fields[y]})) AS m`,
        [`min(${x}, as=lo)`]: `min(num(${fields[x]})) AS lo`,
        [`max(${y}, as=hi)`]: `max(num(${fields[y]})) AS hi`,
        [`stdDev(${x}, as=sd)`]: `stddev_pop(num(${fields[x]})) AS sd`,
        [`{ ${y}=* | count(as=cy) }`]: `count(${fields[y]}) AS cy`,
        [`selectLast([n])`]: 'arg_max(n, ms) AS n',
    };
    const names = Object.keys(functions).filter(() => random(3) === 0);
    const columns = [...keys.map(key => `${fields[key]} AS "${key}"`), ...names.map(name => functions[name])];
    return [`${filter}\n| groupBy([${keys}], function=[${names}])`,
            `SELECT ${columns} FROM small WHERE ${where} AND ${keys.map(key => `${fields[key]} IS NOT NULL`).join(' AND ')} ` +
            `GROUP BY ${keys.map(key => fields[key])}`];
}
function cases() {
    const clauses = Array.from({length: 1 + random(3)}, () => conjunction(1)), last = random(2);
    const [expression, sql] = value(1);
    const query = [...clauses.map(([filter], i) => `${filter} | z := "${i}"`), ...(last ? [`* | z := ${expression}`] : [])];
    const arms = clauses.map(([, where], i) => `WHEN ${where} THEN '${i}'`).join(' ');
    return [`case { ${query.join(';\n')} }\n| select([n, z])`,
            `SELECT n, CASE ${arms} ${last ? `ELSE ${sql}` : ''} END AS z FROM small` +
            (last ? '' : ` WHERE ${clauses.map(([, where]) => where).join(' OR ')}`)];
}
function chosen() {
    const key = pick(['a', 'v', 'w', 'deep.size']), limit = 1 + random(60), descending = random(2), sql = fields[key];
    const [filter, where] = conjunction(1), order = descending ? 'DESC' : 'ASC';
    return [`${filter}\n| table([n, ${key}], limit=${limit}) | sort(${key}, order=${order.toLowerCase()})`,
            `SELECT n, ${sql} AS "${key}" FROM small WHERE ${where} ORDER BY ${sql} IS NULL, num(${sql}) ${order} NULLS LAST, ` +
            `CASE WHEN num(${sql}) IS NULL THEN ${sql} END ${order}, ms DESC LIMIT ${limit}`, ' (ordered)'];
}
for (let i = 1; i <= Number(process.argv[3] ?? 100); i++) {
    const [query, sql, ordered = ''] = pick([rows, rows, groups, cases, chosen])();
    const lines = query.split('\n').map(line => `--| ${line}`).join('\n');
    console.log(`-- pair random ${i}${ordered}\n-- of small\n${lines}\n${sql}\n`);
}
