import type { ArchiveHeader } from '../../shapes/archive.js'

/** README.txt: how the archive is restored without cto. Its commands are indented by four blanks; a test runs them. */
export function readmeOf({ name, createdAt, tool, migrations, tables, sequences }: ArchiveHeader): string {
  const quoted = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`
  const load = Object.entries(tables).map(
    ([table, { columns }]) =>
      `cat tables/${table}/*.gz | gunzip | psql -v ON_ERROR_STOP=1 -c '\\copy ${quoted(table)} (${columns.map(quoted).join(', ')}) FROM STDIN'`,
  )
  const move = sequences.map(
    ({ name: sequence, last, isCalled }) =>
      `psql -v ON_ERROR_STOP=1 -c "SELECT setval('${quoted(sequence).replaceAll('"', '\\"')}', ${last}, ${isCalled})"`,
  )
  const commands = [
    "psql -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION pg_trgm'",
    ...migrations.map(
      (migration) =>
        `psql -v ON_ERROR_STOP=1 --single-transaction -f migrations/${migration.name}/migration.sql`,
    ),
    ...load,
    ...move,
    'psql -c ANALYZE',
  ]
  return `Archive "${name}" of ${createdAt}, written by ${tool}.

It holds EVERY row of the database: names, e-mail addresses, password hashes, the audit log. Keep it as you keep the
database itself.

With cto:  cto db verify FILE    cto db restore FILE

Without cto, with tar, gunzip and psql, into an EMPTY database (PGHOST, PGDATABASE and so on name it). Unpack the archive
(tar xf FILE; an encrypted one: age --decrypt FILE | tar x), then, in its folder:

${commands.map((command) => `    ${command}`).join('\n')}

Afterwards \`cto db migrate --baseline\` records that these migrations were applied.

tables/T/*.gz, in order, are the rows of T as COPY writes them (text format, UTF-8); header.json names the columns.
manifest.json, the last member, has the number of rows and the SHA-256 of that text for every table, and the SHA-256 of
every other member. An archive without it was cut off.
`
}
