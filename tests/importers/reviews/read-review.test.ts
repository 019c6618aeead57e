import { createReadStream, readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countFindings } from '../../../src/domain/delivery/risk.js'
import type { Finding } from '../../../src/importers/reviews/finding.js'
import { readReview } from '../../../src/importers/reviews/read-review.js'

const samples = '../shared/data/reviews'

async function readFile(name: string) {
  return readReview(createReadStream(`${samples}/${name}`), name)
}

async function readText(text: string | object, pieces = 7) {
  const whole = Buffer.from(typeof text === 'string' ? text : JSON.stringify(text))
  function* chunks() {
    for (let at = 0; at < whole.length; at += pieces) yield whole.subarray(at, at + pieces)
  }
  return readReview(Readable.from(chunks()), 'findings.json')
}

const sarif = (...runs: object[]) => ({ version: '2.1.0', runs })
const run = (results: object[], driver: object = { name: 'Tool' }, more: object = {}) => ({
  tool: { driver },
  results,
  ...more,
})

async function onlyFindings(document: string | object): Promise<Finding[]> {
  const { runs } = await readText(document)
  return runs.flatMap(({ findings }) => [...findings])
}

async function severitiesOf(...results: object[]): Promise<string[]> {
  const rules = [
    { id: 'scored', properties: { 'security-severity': '9.1' }, defaultConfiguration: { level: 'note' } },
    { id: 'noted', defaultConfiguration: { level: 'note' } },
  ]
  const extensions = [
    { name: 'pack', guid: 'g', rules: [{ id: 'far', defaultConfiguration: { level: 'error' } }] },
  ]
  const found = await onlyFindings(sarif({ tool: { driver: { name: 'Tool', rules }, extensions }, results }))
  return found.map(({ severity }) => severity)
}

test.each([
  [
    'codeQL-output.sarif',
    'CodeQL',
    { critical: 0, high: 11, medium: 4, low: 57, suppressed: 0, riskScore: 69 },
  ],
  [
    'suppression_test.sarif',
    'CodeScanner',
    { critical: 0, high: 0, medium: 2, low: 0, suppressed: 3, riskScore: 23 },
  ],
  ['cxf-3.4.6.sarif', 'Grype', { critical: 1, high: 11, medium: 4, low: 6, suppressed: 0, riskScore: 80 }],
  [
    'flawfinder.sarif',
    'Flawfinder',
    { critical: 0, high: 2, medium: 1, low: 50, suppressed: 0, riskScore: 53 },
  ],
  [
    'appendix_k.sarif',
    'CodeScanner',
    { critical: 0, high: 0, medium: 0, low: 0, suppressed: 1, riskScore: 0 },
  ],
  [
    'sonarqube-issues.json',
    'SonarQube',
    { critical: 0, high: 1, medium: 2, low: 2, suppressed: 0, riskScore: 50 },
  ],
  [
    'github-code-scanning-alerts.json',
    'CodeQL',
    { critical: 0, high: 2, medium: 0, low: 0, suppressed: 0, riskScore: 53 },
  ],
  [
    'reviewdog.rdjson',
    'reviewdog',
    { critical: 0, high: 3, medium: 11, low: 1, suppressed: 0, riskScore: 56 },
  ],
])('%s has the findings that its manifest states', async (name, tool, expected) => {
  const { runs } = await readFile(name)
  expect(runs.map((each) => each.tool)).toEqual([tool])
  expect(countFindings(runs.flatMap(({ findings }) => [...findings]))).toMatchObject(expected)
})

test('every sample is read alike in pieces of any size', async () => {
  for (const name of readdirSync(samples)) {
    const whole = await readReview(createReadStream(`${samples}/${name}`), name)
    const pieces = await readReview(createReadStream(`${samples}/${name}`, { highWaterMark: 997 }), name)
    expect(pieces.runs.map(({ findings }) => [...findings])).toEqual(
      whole.runs.map(({ findings }) => [...findings]),
    )
  }
})

test('the severity of a result is its own score, its rule’s score, its level, its rule’s level, warning', async () => {
  expect(
    await severitiesOf(
      { ruleId: 'scored', properties: { 'security-severity': 3 } },
      { ruleId: 'scored', level: 'error' },
      { ruleIndex: 1, level: 'error' },
      { ruleIndex: 1 },
      { ruleId: 'noted/1' },
      { ruleId: 'unknown' },
      { rule: { id: 'noted' } },
      { rule: { index: 0, toolComponent: { index: 0 } } },
      { rule: { index: 0, toolComponent: { name: 'pack' } } },
      { ruleId: 'far' },
      { level: 'none' },
      { properties: { 'security-severity': '0.0' }, level: 'error' },
      { properties: { 'security-severity': 'n/a' }, level: 'error' },
    ),
  ).toEqual([
    'low',
    'critical',
    'high',
    'low',
    'low',
    'medium',
    'low',
    'high',
    'high',
    'high',
    'info',
    'info',
    'high',
  ])
})

test('rules that follow the results count', async () => {
  const results = [{ ruleId: 'a' }]
  const tool = { driver: { name: 'Late', rules: [{ id: 'a', defaultConfiguration: { level: 'error' } }] } }
  const { runs } = await readText({ runs: [{ results, tool }], version: '2.1.0' })
  expect(runs.map((each) => [each.tool, ...[...each.findings].map(({ severity }) => severity)])).toEqual([
    ['Late', 'high'],
  ])
})

test('results that pass are no findings, accepted suppressions and old results are not open', async () => {
  const found = await onlyFindings(
    sarif(
      run([
        { kind: 'pass' },
        { kind: 'informational' },
        { suppressions: [{ kind: 'inSource' }] },
        { suppressions: [{ kind: 'external', status: 'rejected' }] },
        {
          suppressions: [
            { kind: 'external', status: 'accepted' },
            { kind: 'external', status: 'underReview' },
          ],
        },
        { baselineState: 'unchanged' },
        { baselineState: 'new' },
        { baselineState: 'absent' },
      ]),
    ),
  )
  expect(found.map(({ state }) => state)).toEqual(['suppressed', 'open', 'open', 'known', 'open', 'known'])
})

test('a result names its place, its message and its rule; texts are cut and hold no NUL', async () => {
  const place = { physicalLocation: { artifactLocation: { uri: 'src/a.ts' }, region: { startLine: 7 } } }
  const rules = [{ id: 'r', messageStrings: { late: { text: 'from the rule' } } }]
  const results = [
    { ruleId: 'r', message: { text: `a\u0000${'😀'.repeat(300)}` }, locations: [place] },
    { ruleId: 'r', message: { id: 'late' } },
  ]
  const [first, second] = await onlyFindings(sarif(run(results, { name: 'Tool', rules })))
  expect(first).toMatchObject({ rule: 'r', path: 'src/a.ts', line: 7 })
  expect(first?.message).toMatch(/^a\ufffd😀+…$/u)
  expect(first?.message?.length).toBeLessThanOrEqual(500)
  expect(second).toMatchObject({ message: 'from the rule', path: null, line: null })
})

test('a run has its tool, commit and end', async () => {
  const more = {
    versionControlProvenance: [{ revisionId: 'abc' }],
    invocations: [{ endTimeUtc: '2026-02-01T10:00:00Z' }],
  }
  const { runs } = await readText(sarif(run([], { name: 'One' }, more), run([{}], { name: 'Two' })))
  expect(runs).toMatchObject([
    { tool: 'One', sha: 'abc', endedAt: new Date('2026-02-01T10:00:00Z') },
    { tool: 'Two', sha: null, endedAt: null },
  ])
})

test('rdjsonl is one diagnostic a line; the severity of an rdjson document is a default', async () => {
  const lines = [
    { message: 'one', location: { path: 'a' }, severity: 'ERROR', source: { name: 'lint' } },
    { message: 'two', location: { path: 'b', range: { start: { line: 3 } } }, source: { name: 'lint' } },
  ]
  const { format, runs } = await readText(lines.map((line) => JSON.stringify(line)).join('\n'))
  expect({ format, tools: runs.map(({ tool }) => tool) }).toEqual({ format: 'rdjson', tools: ['lint'] })
  expect(runs.flatMap(({ findings }) => [...findings].map(({ severity, line }) => [severity, line]))).toEqual(
    [
      ['high', null],
      ['medium', 3],
    ],
  )
  const document = { diagnostics: [{ message: 'a', location: { path: 'a' } }], severity: 'INFO' }
  expect(await onlyFindings(document)).toMatchObject([{ severity: 'low' }])
})

test('a report of GitLab without issues is an empty array', async () => {
  expect(await readText('[]')).toMatchObject({
    format: 'gitlab',
    runs: [{ tool: 'code-quality', findings: [] }],
  })
  const severities = ['info', 'minor', 'major', 'critical', 'blocker']
  const issues = severities.map((severity) => ({ description: 'x', check_name: 'r', severity, location: {} }))
  const found = await onlyFindings(issues)
  expect(found.map(({ severity }) => severity)).toEqual(['info', 'low', 'medium', 'high', 'critical'])
})

test('alerts that are dismissed are suppressed, fixed ones are gone, and each tool has its own review', async () => {
  const alert = (state: string, tool: string) => ({
    state,
    tool: { name: tool },
    rule: { severity: 'error' },
  })
  const { runs } = await readText([alert('open', 'A'), alert('dismissed', 'A'), alert('fixed', 'B')])
  expect(runs.map(({ tool, findings }) => [tool, [...findings].map(({ state }) => state)])).toEqual([
    ['A', ['open', 'suppressed']],
    ['B', ['known']],
  ])
})

test('issues of SonarQube can be resolved, and of newer versions have impacts', async () => {
  const found = await onlyFindings({
    issues: [
      { severity: 'BLOCKER', status: 'OPEN', component: 'key:src/a.ts', project: 'key' },
      { severity: 'MAJOR', status: 'RESOLVED', resolution: 'FALSE-POSITIVE' },
      { severity: 'MAJOR', status: 'CLOSED', resolution: 'FIXED' },
      { impacts: [{ severity: 'LOW' }, { severity: 'HIGH' }], issueStatus: 'ACCEPTED' },
    ],
  })
  expect(found.map(({ severity, state }) => [severity, state])).toEqual([
    ['critical', 'open'],
    ['medium', 'suppressed'],
    ['medium', 'known'],
    ['high', 'suppressed'],
  ])
  expect(found[0]?.path).toBe('src/a.ts')
})

test('a page of several says how many issues it lacks', async () => {
  expect(await readText({ paging: { total: 42 }, issues: [{ severity: 'INFO' }] })).toMatchObject({
    missing: 41,
  })
})

test.each([
  ['no runs', sarif(), 'has no run with results'],
  ['a run that has rules alone', sarif({ tool: { driver: { name: 'T' } } }), 'has no run with results'],
  ['another version', { version: '2.0.0', runs: [run([])] }, 'is SARIF 2.0.0'],
  ['something else', { hello: 'world' }, 'is no file of findings that cto reads'],
  ['an array of something else', [{ secret: 'x', secret_type: 'y' }], 'is an array, but not of issues'],
  ['nothing', '', 'is empty'],
  ['a truncated file', JSON.stringify(sarif(run([{ ruleId: 'a' }]))).slice(0, -9), 'is cut off'],
  ['a truncated text', '{"runs":[{"results":[{"ruleId":"a', 'is cut off'],
  ['a text', 'hello', 'is not a JSON file'],
  ['a wrong escape', '{"a":"\\x"}', 'is not JSON'],
  ['a wrong escape in a finding', '{"diagnostics":[{"message":"\\ud800"}]}', 'is not JSON'],
  ['a missing comma', '{"a":1 "b":2}', 'is not JSON'],
  ['a comma too many', '[{},]', 'is'],
  ['brackets that do not match', '{"a":[1}', 'is not JSON'],
  ['an invalid number', '{"a":01}', 'is not JSON'],
  ['endless nesting', '['.repeat(1000), 'is not JSON'],
])('%s is a clear answer', async (_what, document, message) => {
  await expect(readText(document)).rejects.toMatchObject({ code: 'BAD_FILE' })
  await expect(readText(document)).rejects.toThrow(message)
})

test('any JSON that JSON.parse reads is read, and any prefix of it is cut off', async () => {
  const document = fc.json({ maxDepth: 4 }).filter((text) => text.startsWith('{') || text.startsWith('['))
  await fc.assert(
    fc.asyncProperty(document, fc.integer({ min: 1, max: 9 }), fc.nat(), async (text, pieces, cut) => {
      const asSarif = `{"x":${text},"version":"2.1.0","runs":[{"results":[]}]}`
      expect((await readText(asSarif, pieces)).format).toBe('sarif')
      const part = asSarif.slice(0, 1 + (cut % (asSarif.length - 1)))
      await expect(readText(part, pieces)).rejects.toMatchObject({ code: 'BAD_FILE' })
    }),
    { numRuns: 100 },
  )
})

test('100 MB are read in little memory', { timeout: 120_000 }, async () => {
  const result = JSON.stringify({
    ruleId: 'r',
    message: { text: 'x'.repeat(500) },
    locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a.ts' } } }],
    codeFlows: [{ text: 'y'.repeat(9000) }],
  })
  const piece = Buffer.from(Array<string>(100).fill(result).join(','))
  function* chunks() {
    yield Buffer.from('{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Big"}},"results":[')
    for (let i = 0; i < 105; i++) {
      if (i > 0) yield Buffer.from(',')
      yield piece
    }
    yield Buffer.from(']}]}')
  }
  const before = process.memoryUsage().rss
  const { runs } = await readReview(Readable.from(chunks()), 'big.sarif')
  expect(countFindings(runs.flatMap(({ findings }) => [...findings]))).toMatchObject({ medium: 10_500 })
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20)
})
