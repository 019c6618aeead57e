import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

test.each([
  ['bugs comment BUG-1001 seen', 'note'],
  ['bugs view BUG-1001', 'show'],
  ['bugs ls', 'list'],
  ['bugs resolve BUG-1001', 'ship or close'],
  ['bugs done BUG-1001', 'ship or close'],
  ['bugs hold BUG-1001', 'defer'],
  ['bugs pause BUG-1001', 'defer'],
  ['bugs wait BUG-1001', 'defer'],
  ['bugs resume BUG-1001', 'reopen or start'],
  ['bugs unhold BUG-1001', 'reopen or start'],
  ['workspaces pause acme.com', 'suspend'],
  ['workspaces unpause acme.com', 'resume'],
  ['sessions pause', 'stop'],
  ['sessions resume', 'start'],
  ['notify snooze late', 'silence'],
  ['orgs invite acme ada', 'add'],
  ['users rm ada', 'delete'],
  ['metrics compare 2026-08 2026-09', 'diff'],
])('cto %s is answered with the verb of cto: %s', async (line, verb) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`did you mean ${verb}?\n`)])
})

test.each([
  ['bugs list --all', '--status all'],
  ['bugs start --all', "--where 'status=open'"],
  ['users list --all', '--limit 0'],
  ['bugs list --since 7d', '--created, --updated or --resolved'],
  ['report --from 2026-01-01', '--since'],
  ['metrics team --month 2026-01', '--between'],
  ['bugs list --between 2026-01..2026-02', '--created, --updated or --resolved'],
  ['bugs stats --since 7d', '--created, --updated or --resolved'],
  ['metrics engineering --from 2026-01-01', '--since'],
  ['metrics engineering --date 2026-08-31', '--as-of'],
  ['metrics kpis --date 2026-08-31', '--as-of'],
  ['report --date 2026-08-31', '--as-of'],
  ['bugs list --in-progress', '--status in_progress'],
  ['bugs list --Critical', '--severity critical'],
  ['bugs list --csv', '--format csv'],
  ['bugs list -n 5', '--limit'],
  ['bugs close BUG-1 -m done', '--note'],
  ['projects list --columns name', '--fields'],
  ['bugs list --severty low', '--severity'],
  ['metrics developer --user raj', '--author'],
  ['metrics sessions --author raj', '--user'],
  ['sessions stats --since 7d', '--started'],
  ['events list --since 7d', '--occurred'],
  ['commits list --from 2026-01-01', '--committed'],
  ['audit list --since 7d', '--created'],
  ['prs list --status open', '--state'],
  ['metrics flow --group-by week', '--by'],
])('cto %s is answered with the flag of cto: %s', async (line, flag) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`  did you mean ${flag}?\n`)])
})

test.each([
  'kpis --since 7d',
  'kpis --between 2026-01..2026-02',
  'aging --month 2026-01',
  'portfolio --from 7d',
])('a period is no moment: cto metrics %s', async (line) => {
  const { exitCode, stderr } = await cto(db, 'metrics', ...line.split(' '))
  const [verb, flag] = line.split(' ')
  expect([exitCode, stderr]).toEqual([
    2,
    `error: unknown option '${flag}'\n` +
      '  it prints figures of one moment, which --as-of chooses; cto metrics engineering takes a period\n' +
      `  fix: cto metrics ${verb} --as-of WHEN\n`,
  ])
})

test.each(['--format=csv bugs list', '--tz=UTC --format ids bugs list', '-f csv --locale=de bugs list'])(
  'flags of every command stand before it: cto %s',
  async (line) => {
    expect(await cto(db, ...line.split(' '))).toMatchObject({ exitCode: 0, stderr: '' })
  },
)

test.each([
  ['workspaces use acme.com', 'cto config set workspace acme.com'],
  ['workspace use acme.com', 'cto config set workspace acme.com'],
  ['workspaces select', 'cto config set workspace NAME'],
  ['profile switch prod', 'cto config set profile prod'],
])('cto %s names the setting: %s', async (line, fix) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`  fix: ${fix}\n`)])
})

test.each([
  ['version', 'cto --version'],
  ['whoami', 'cto status'],
  ['bugs undo BUG-1', 'cto bugs history BUG'],
  ['metrics dora', 'cto metrics delivery'],
  ['users invite ada@example.com', 'cto users create --email EMAIL --name NAME'],
  ['import /tmp/exports/bugs.csv', 'cto import csv /tmp/exports/bugs.csv --type bugs'],
  ['import bugs.csv', 'cto import csv bugs.csv --type bugs'],
  ['import jira bugs.csv.gz', 'cto import csv bugs.csv.gz --type bugs --from jira'],
  ['import nonsense', 'cto import --help'],
])('cto %s is answered with what it probably means: %s', async (line, fix) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`  fix: ${fix}\n`)])
})

test.each(['backup', 'doctor', 'health', 'init', 'migrate', 'prune', 'query', 'restore', 'seed'])(
  'cto %s is answered with the verb of cto db',
  async (verb) => {
    const { exitCode, stderr } = await cto(db, verb)
    const answer = `  did you mean cto db ${verb}?\n  fix: cto db ${verb} --help\n`
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(answer)])
    expect(await cto(db, 'db', verb, '--help')).toMatchObject({ exitCode: 0 })
  },
)

test.each([
  ['bugs --mine', 'bugs list, also search, next, stats', 'bugs list --mine'],
  ['metrics kpis --gates g.json', 'metrics check', 'metrics check --gates FILE'],
  ['bugs list --web', 'bugs show', 'bugs show BUG --web'],
])('cto %s is answered with the commands that have the flag', async (line, commands, fix) => {
  const { exitCode, stdout, stderr } = await cto(db, ...line.split(' '))
  const [, wrong = ''] = / (-\S+)/.exec(line) ?? []
  expect([exitCode, stdout, stderr]).toEqual([
    2,
    '',
    `error: unknown option '${wrong}'\n  it is a flag of cto ${commands}\n  fix: cto ${fix}\n`,
  ])
})

test.each([
  'metrics daily --project cto -L 5',
  'metrics developer -L 5',
  'metrics portfolio -L 5',
  'bugs show BUG-1 --limit 3',
  'bugs stats --by project,severity',
])('a flag of every list or of several verbs sends to no other verb: cto %s', async (line) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  const verb = line.split(' ').slice(0, 2).join(' ')
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`\n  fix: cto ${verb} --help\n`)])
  expect(stderr).not.toContain('it is a flag of')
})

test.each([
  ['deployments record --repo acme/shop', 'deployments record REPOSITORY'],
  ['bugs show --bug 1001', 'bugs show BUG'],
  ['import csv --type bugs --file bugs.csv', 'import csv FILES'],
  ['metrics diff --since 7d', 'metrics diff BEFORE'],
  ['metrics diff 2026-08 --to 2026-09', 'metrics diff AFTER'],
])('cto %s is answered with the argument: %s', async (line, fix) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`, without a flag\n  fix: cto ${fix}\n`)])
})

test.each([
  [['bugs', 'create', 'Checkout times out'], '--title', "bugs create --title 'Checkout times out'"],
  [['bugs', 'create', 'Checkout', 'times', 'out'], '--title', "bugs create --title 'Checkout times out'"],
  [['bugs', 'create', '-s', 'low', 'Slow'], '--title', 'bugs create --title TEXT'],
  [['projects', 'create', 'web'], '--name', 'projects create --name web'],
  [['users', 'create', 'Ada'], '--name', 'users create --name Ada'],
  [['users', 'create', 'ada@example.com'], '--email', 'users create --email ada@example.com'],
])('cto %j is answered with the flag %s', async (line, flag, fix) => {
  const { exitCode, stdout, stderr } = await cto(db, ...line)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^error: too many arguments for 'create'/)
  expect(stderr.split('\n').slice(1)).toEqual([`  did you mean ${flag}?`, `  fix: cto ${fix}`, ''])
})

test('of a verb whose arguments are no name, too many lead to its help', async () => {
  const { exitCode, stderr } = await cto(db, 'metrics', 'kpis', 'web')
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringMatching(/ got 1\n {2}fix: cto metrics kpis --help\n$/),
  ])
})

test('cto export is answered with the list that exports every field', async () => {
  const { exitCode, stderr } = await cto(db, 'export')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('fix: cto bugs list --status all --limit 0 --fields all -f csv -o bugs.csv\n')
  expect(stderr).toContain('import csv reads it again\n')
})

test.each([
  ['import undo', 'cto import undo needs IMPORT\n  its id, or a prefix of it', 'cto import history'],
  ['bugs show', 'cto bugs show needs BUG', 'cto bugs list'],
])('cto %s without its argument names what lists it', async (line, message, fix) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`error: ${message}`)])
  expect(stderr).toContain(`  fix: ${fix}\n`)
})

test('bugs with commas between them are asked for with spaces', async () => {
  const { exitCode, stderr } = await cto(db, 'bugs', 'show', 'BUG-1001,BUG-1002')
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining('separated by spaces')])
})

test('a flag that is missing is named with the values it takes', async () => {
  expect(await cto(db, 'import', 'csv', 'x.csv')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: cto import csv needs --type\n  bugs | projects | users | metrics\n  fix: cto import csv --help\n',
  })
})

test.each([
  ['bugs list --json bugNumber,title -L 5', 'cto bugs list --json --fields bugNumber,title -L 5'],
  ['projects show web --json name', 'cto projects show web --json --fields name'],
])('fields after --json, as in cto %s, are given to --fields', async (line, fix) => {
  const { exitCode, stderr } = await cto(db, ...line.split(' '))
  expect(exitCode).toBe(2)
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE', hint: fix } })
})
