import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import prettier from 'prettier'
import { manPages, referencePages } from './reference.js'
import { describeTree } from './tree.js'

/**
 * Writes the generated pages: the data model from the schema's comments, the error codes from src/errors.ts, the reference
 * and the man pages from the command tree, the metrics from their registry. With `--check` it writes nothing, and fails if a
 * page is stale or a link is broken.
 */

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const check = process.argv.includes('--check')
/** @type {string[]} */
const problems = []

const tree = await describeTree()
await page('docs/data-model.md', dataModel(tree))
await page('docs/errors.md', await errorCodes())
await folder('docs/reference', referencePages(tree))
await folder('man', manPages(tree, await version()))
await page('docs/metrics.md', catalogue(tree.metrics))
await checkIndexes()
await checkLinks()
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exitCode = 1
}

/**
 * @param {string} file
 * @param {string} text
 */
async function page(file, text) {
  const isMarkdown = file.endsWith('.md')
  const wanted = isMarkdown ? await prettier.format(text, { parser: 'markdown', printWidth: 110 }) : text
  const target = path.join(root, file)
  if (!check) return writeFile(target, wanted)
  const found = await readFile(target, 'utf8').catch(() => '')
  if (found !== wanted) problems.push(`${file} is stale: npm run docs`)
}

/**
 * Writes the pages of a folder that holds only generated pages.
 * @param {string} name
 * @param {ReadonlyMap<string, string>} pages
 */
async function folder(name, pages) {
  const target = path.join(root, name)
  if (!check) await mkdir(target, { recursive: true })
  for (const [file, text] of pages) await page(`${name}/${file}`, text)
  for (const file of await readdir(target).catch(() => [])) {
    if (pages.has(file)) continue
    if (check) problems.push(`${name}/${file} belongs to no command: npm run docs`)
    else await rm(path.join(target, file))
  }
}

async function version() {
  /** @type {{ version: string }} */
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
  return manifest.version
}

/** @param {Pick<Awaited<ReturnType<typeof describeTree>>, 'tables' | 'glossary' | 'kinds' | 'auditedEntities'>} described */
function dataModel({ tables, glossary, kinds, auditedEntities }) {
  /** @type {Map<string, import('../src/domain/field.js').FieldTable>} */
  const traits = new Map(
    Object.values(kinds).flatMap((kind) => ('fields' in kind ? [[kind.table, kind.fields]] : [])),
  )
  const sections = tables.map(({ name, model, columns }) => {
    const { comment, fields } = glossary.tables[name]
    const fieldTraits = traits.get(name)
    const comments = new Map(Object.entries(fields))
    const rows = Object.entries(columns).map(([field, { column, type, size, nullable }]) => {
      const star = nullable || type.endsWith('[]') ? '' : ' *'
      const fullType = type.replaceAll('"', '') + (size === null ? '' : `(${size})`)
      const cells = [`${field}${star}`, column, fullType, comments.get(field) ?? '']
      return tableRow(fieldTraits ? [...cells, traitWords(fieldTraits[field])] : cells)
    })
    const titles = ['field', 'column', 'type', 'meaning', ...(fieldTraits ? ['traits'] : [])]
    const head = `${tableRow(titles)}\n${tableRow(titles.map(() => '---'))}`
    return `## ${name}\n\n${comment} Model \`${model}\`.\n\n${head}\n${rows.join('\n')}`
  })
  const enums = Object.entries(glossary.enums).map(
    ([name, { comment, values }]) =>
      `**${name}**: ${comment}\n\n${values.map((value) => `\`${value}\``).join(' · ')}`,
  )
  return [
    '# The data model',
    '<!-- Written by `npm run docs` from prisma/schema and src/domain. -->',
    'A star marks a column that is never NULL. Keys are UUIDs. Amounts of money are exact decimals; JSON has them as strings.',
    'Traits: who sets a field (`identity`: on creation, then never changed; `user`: flags; `rule`: a formula; `source`: imports alone); `recorded`: history keeps its changes; `personal`: its values stay out of the audit log; `importable`: files and trackers can change it; `sortable`: `--sort` takes it.',
    `Entities of the audit log: ${auditedEntities.map((each) => `\`${each}\``).join(', ')}.`,
    ...sections,
    '## Enums',
    ...enums,
  ].join('\n\n')
}

/** @param {readonly string[]} cells */
function tableRow(cells) {
  return `| ${cells.join(' | ')} |`
}

/** @param {import('../src/domain/field.js').FieldTraits | undefined} traits */
function traitWords(traits) {
  const { setBy = '', ...others } = traits ?? {}
  return [setBy, ...Object.keys(others)].join(', ')
}

async function errorCodes() {
  const text = await readFile(path.join(root, 'src/errors.ts'), 'utf8')
  const exits = new Map(
    [...text.matchAll(/^ {2}(\w+): (\d+),$/gm)].map(([, name = '', code = '']) => [name, code]),
  )
  const rows = [...text.matchAll(/^ {2}\/\*\* (.+?) \*\/\n {2}([A-Z_]+): exitCodes\.(\w+),$/gm)].map(
    ([, meaning, code, exit = '']) => `| \`${code}\` | ${exits.get(exit)} | ${meaning} |`,
  )
  return [
    '# Error codes',
    '<!-- Written by `npm run docs` from src/errors.ts. -->',
    'With `--json` a failure is one object on stderr: `{"error":{"code","message","hint","exitCode","retryable"}}`. The codes below never change their meaning; new ones may be added. `retryable` is true for exit code 6: the same command can succeed later.',
    `| code | exit | meaning |\n| --- | --- | --- |\n${rows.join('\n')}`,
  ].join('\n\n')
}

/** @param {Record<string, import('../src/domain/metric.js').Metric>} metrics */
function catalogue(metrics) {
  const rows = Object.entries(metrics).map(
    ([id, { title, unit, formula, exclusions, over, version }]) =>
      `| \`${id}\` | ${title} | ${unit} | ${over} | ${formula} | ${exclusions} | ${version} |`,
  )
  return [
    '# Metrics',
    '<!-- Written by `npm run docs` from src/domain/metrics. -->',
    'Every metric has the number of bugs, events or projects in it (n), a unit and a window. No data is `null`, shown as `—`, never 0. A count without rows is 0 where its facts are known: bugs and projects always, pull requests, reviews, commits and issues once a repository of the scope was synced or has one of them, deployments once one counts, sessions once any is stored. Percentiles are those of `percentile_cont`. `money` is in the currency of the settings.',
    '`cto metrics explain <id>` shows a metric and its value, with `--sql` also the SQL, and with `--rows` the records behind it. Metrics of bugs accept the filters of `cto bugs list`, those of repositories the filters of [delivery](delivery-metrics.md).',
    '## When',
    'A metric of a `window` measures events from `--since` (default: 30 days ago) up to now or `--as-of`, or in `--between a..b`, whose days are both included; inside, windows are half-open. A metric of a `moment` measures the state at its end. Windows that end in the past are computed from history: a field was what its last change before then made it, else what its first change found, else what it is today. A figure of `projects` is always of today, since projects have no history.',
    'Of the clock of then, what history does not keep follows: `slaHours` that are the default of the severity today were that of the severity then; a pinned score is that of today; a breach counts from the moment the bug was due. Deleted bugs are gone from the past too.',
    '## Months',
    '`cto metrics snapshot` stores this month, and closes the previous one; `--backfill 12` and `--month 2026-08` (also `2026-Q3`, `2026-01..2026-08`) compute earlier ones from history, in UTC, so that they do not depend on where and when they are stored. Only `--rewrite` replaces a closed month. `cto metrics verify` recomputes closed months and exits 8 if they differ from history. Hours that a bug was created with count at its creation, since creation writes no history.',
    '## The backlog adds up',
    '`cto metrics flow` counts the backlog at both ends of the window independently, and sums the events between. If they differ, `unexplained` is not 0, and bugs whose history does not match their present state are reported as data quality. Other gaps in the data are reported with the metrics that they affect: bugs resolved without a date or before they were created, open ones without `revenueImpact` or assignee, resolved ones without hours.',
    '## The report',
    '`cto report` shows the figures of a window beside those of the window of the same length before. A change is marked better or worse where one way is an improvement. What changed is printed as `cto metrics diff` tells it, from the beginning of the window to its end. The trend by project follows bugs as the flow does: they belong to the project that they have at the end of the window; deleted bugs are left out. Days are shown by week from 15 days on, by month from half a year on. Money is rounded from 10,000 on and has M, B or T from a million on; hours are shown as days from two days on; a ratio that may be above 1 is a multiple (`4 ×`). JSON stays exact.',
    '## Catalogue',
    `| id | metric | unit | of | formula | exclusions | version |\n| --- | --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}`,
  ].join('\n\n')
}

/** Checks that docs/indexes.md explains every index of the migrations, and no other. */
async function checkIndexes() {
  const folder = path.join(root, 'prisma/migrations')
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const sql = await Promise.all(
    names.map(({ name }) => readFile(path.join(folder, name, 'migration.sql'), 'utf8')),
  )
  const named = (/** @type {RegExp} */ statement) =>
    [...sql.join('\n').matchAll(statement)].map(([, name = '']) => name)
  const dropped = new Set(named(/^DROP INDEX "(\w+)"/gm))
  const made = named(/^CREATE INDEX "(\w+)"/gm).filter((name) => !dropped.has(name))
  const explained = await readFile(path.join(root, 'docs/indexes.md'), 'utf8')
  const documented = [...explained.matchAll(/`(\w+_idx)`/g)].map(([, name = '']) => name)
  for (const name of made.filter((each) => !documented.includes(each)))
    problems.push(`docs/indexes.md: ${name} is not explained`)
  for (const name of documented.filter((each) => !made.includes(each)))
    problems.push(`docs/indexes.md: no index ${name}`)
}

/** Checks that every relative link in the project's own pages has a target. */
async function checkLinks() {
  const docs = await readdir(path.join(root, 'docs'), { recursive: true })
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ]
  for (const file of pages) {
    const text = await readFile(path.join(root, file), 'utf8').catch(() => '')
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      const target = path.join(root, path.dirname(file), link)
      const exists = await readFile(target).then(
        () => true,
        (/** @type {unknown} */ error) => /** @type {NodeJS.ErrnoException} */ (error).code === 'EISDIR',
      )
      if (!exists) problems.push(`${file}: broken link ${link}`)
    }
  }
}
