// node duckdb.cjs --version
// node duckdb.cjs THREADS                        starts DuckDB and asks nothing
// node duckdb.cjs THREADS VIEW HUNT FILES        the 1,000 best rows, thrown away
// node duckdb.cjs THREADS VIEW HUNT FILES OUT    all rows, to OUT as NDJSON
// VIEW and HUNT are files of SQL, FILES is a pattern. NODE_PATH has @duckdb/node-api.
const {DuckDBInstance} = require('@duckdb/node-api');
const {readFileSync} = require('node:fs');

const quoted = text => `'${text.replaceAll("'", "''")}'`;

async function main([threads, view, hunt, files, out]) {
    const connection = await (await DuckDBInstance.create()).connect();
    if (threads === '--version') {
        const answer = await connection.runAndReadAll('SELECT version() AS version');
        console.log(answer.getRowObjectsJson()[0].version);
        return;
    }
    await connection.run(`SET threads = ${Number(threads)}`);
    if (!view) return;
    await connection.run(readFileSync(view, 'utf8').replace('FILES', quoted(files)));
    const query = readFileSync(hunt, 'utf8').replace(/;\s*$/, '');
    if (out) await connection.run(`COPY (${query}) TO ${quoted(out)} (FORMAT json)`);
    else await connection.runAndReadAll(`${query} LIMIT 1000`);
}

main(process.argv.slice(2)).catch(error => {
    console.error(error.message);
    process.exitCode = 1;
});
