// node compare.mjs TRAWL WORK PAIRS [--sql-only] [WORD]: asks both, and prints where they differ.
// Before its pairs the file has SQL that makes the views, WORK being where the records are.
import {DuckDBInstance} from '@duckdb/node-api';
import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {promisify} from 'node:util';

const [trawl, work, pairsFile, ...rest] = process.argv.slice(2);
const sqlOnly = rest.includes('--sql-only');
const word = rest.find(argument => !argument.startsWith('--')) ?? '';
const run = promisify(execFile);
const more = (process.env.TRAWL_ARGUMENTS ?? '').split(' ').filter(Boolean);

// A pair: "-- pair TITLE [(ordered)]", "-- of ARCHIVE", the query in lines that begin with "--|",
// then SQL.
function readPairs(text) {
    return text.split(/^-- pair /m).slice(1).map(part => {
        const lines = part.split('\n');
        return {
            title: lines[0],
            ordered: lines[0].endsWith('(ordered)'),
            archive: lines.find(line => line.startsWith('-- of ')).slice(6),
            query: lines.filter(line => line.startsWith('--|')).map(line => line.slice(4)).join('\n'),
            sql: lines.slice(1).filter(line => !line.startsWith('--')).join('\n').trim(),
        };
    });
}

// Numbers, and texts that look like one with a fraction, are compared by 12 digits.
function cell(value) {
    if (value === null || value === undefined) return null;
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'string' && /^-?\d+(\.\d{9,}|(\.\d+)?e[-+]\d+)$/.test(value)) return cell(Number(value));
    if (typeof value === 'number')
        return Number.isInteger(value) ? value.toString() : String(Number(value.toPrecision(12)));
    if (typeof value === 'boolean') return String(value);
    if (typeof value === 'object' && 'toDouble' in value) return cell(value.toDouble());
    return String(value);
}

async function askTrawl(pair) {
    const {stdout} = await run(trawl, [...more, '-q', '--format', 'ndjson', '-e', pair.query,
                                       `${work}/${pair.archive}`],
                               {maxBuffer: 1 << 30});
    const rows = stdout.split('\n').filter(Boolean).map(line => JSON.parse(line));
    return {columns: rows.length ? Object.keys(rows[0]) : null,
            rows: rows.map(row => JSON.stringify(Object.values(row).map(cell)))};
}

async function askDuck(connection, pair) {
    const reader = await connection.runAndReadAll(pair.sql);
    return {columns: reader.columnNames(),
            rows: reader.getRows().map(row => JSON.stringify(row.map(cell)))};
}

function difference(trawlRows, duckRows) {
    const count = new Map();
    for (const row of duckRows) count.set(row, (count.get(row) ?? 0) + 1);
    for (const row of trawlRows) count.set(row, (count.get(row) ?? 0) - 1);
    const lines = [`${trawlRows.length} rows of trawl, ${duckRows.length} of DuckDB`];
    for (const [row, n] of count) if (n > 0) lines.push(`only DuckDB: ${row}`);
    for (const [row, n] of count) if (n < 0) lines.push(`only trawl:  ${row}`);
    return lines.length > 1 ? lines : null;
}

function compare(pair, ours, theirs) {
    if (ours.columns && ours.columns.join() !== theirs.columns.join())
        return [`columns of trawl: ${ours.columns}`, `of DuckDB:        ${theirs.columns}`];
    const lines = difference(ours.rows, theirs.rows);
    if (lines || !pair.ordered) return lines;
    const at = ours.rows.findIndex((row, i) => row !== theirs.rows[i]);
    return at < 0 ? null : [`the same rows, but row ${at + 1} is ${ours.rows[at]}`,
                            `of DuckDB: ${theirs.rows[at]}`];
}

const text = readFileSync(pairsFile, 'utf8');
const connection = await (await DuckDBInstance.create()).connect();
await connection.run("SET TimeZone = 'UTC'");
await connection.run(text.split(/^-- pair /m)[0].replaceAll('WORK', work));
let passed = 0, failed = 0, empty = 0;
for (const pair of readPairs(text).filter(pair => pair.title.includes(word))) {
    let lines;
    try {
        const theirs = await askDuck(connection, pair);
        if (theirs.rows.length === 0 && !pair.title.startsWith('random')) empty++, console.log(`EMPTY: ${pair.title}`);
        if (sqlOnly) console.log(`${pair.title}: ${theirs.rows.length} rows, ${theirs.rows[0]}`);
        lines = sqlOnly ? null : compare(pair, await askTrawl(pair), theirs);
    } catch (error) {
        lines = String(error.stderr || error.message).split('\n');
    }
    if (!lines) { passed++; continue; }
    failed++;
    console.log(`FAILED: ${pair.title}`);
    for (const line of [...pair.query.split('\n').map(line => '| ' + line), ...lines.slice(0, 12)])
        console.log('    ' + line.slice(0, 300));
}
console.log(`peers: ${passed} passed, ${failed} failed` + (empty ? `, ${empty} of no row` : ''));
process.exitCode = failed || empty ? 1 : 0;
