import { severityOfScore, type FindingSeverity } from '../../domain/delivery/risk.js'
import { elementsOf, fieldsOf, textOf, timeOf, wholeOf, type Finding, type ToolRun } from './finding.js'

/**
 * The fields of a result that are kept until the end of the run. Its rule may follow later in the file, so severity and message
 * are settled then.
 */
interface Result extends Omit<Finding, 'severity'> {
  /** `security-severity`. */
  score: number | null
  level: string | null
  ruleIndex: number | null
  /** The extension whose rule it is: its number, or its name or guid; null: the tool itself. */
  extension: number | string | null
  messageId: string | null
}

interface Rule {
  score: number | null
  level: string | null
  messages: ReadonlyMap<string, string>
  description: string | null
}

interface Component {
  name: string | null
  guid: string | null
  rules: readonly Rule[]
  byId: ReadonlyMap<string, Rule>
}

/** One run of a SARIF 2.1.0 file, built up from its parts in any order. */
export class SarifRun {
  /** False for a run without `results`, which reviewed nothing: a file of rules alone. */
  hasResults = false
  private readonly results: Result[] = []
  private components: readonly [Component, ...Component[]] = [componentOf({})]
  private sha: string | null = null
  private endedAt: Date | null = null

  /** `part` is `tool`, `results` for each of them, `versionControlProvenance` or `invocations`. */
  add(part: string, value: unknown): void {
    switch (part) {
      case 'results': {
        const result = resultOf(value)
        if (result) this.results.push(result)
        return
      }
      case 'tool': {
        const { driver, extensions } = fieldsOf(value)
        this.components = [componentOf(driver), ...elementsOf(extensions).map(componentOf)]
        return
      }
      case 'versionControlProvenance':
        this.sha = textOf(fieldsOf(elementsOf(value)[0])['revisionId'])
        return
      case 'invocations':
        this.endedAt = timeOf(fieldsOf(elementsOf(value).at(-1))['endTimeUtc'])
    }
  }

  toolRun(): ToolRun {
    const { sha, endedAt, results, components } = this
    return { tool: components[0].name ?? 'SARIF', sha, endedAt, findings: findingsOf(results, components) }
  }
}

function* findingsOf(
  results: readonly Result[],
  components: readonly [Component, ...Component[]],
): Generator<Finding> {
  for (const { score, level, ruleIndex, extension, messageId, ...finding } of results) {
    const rule = ruleOf({ rule: finding.rule, ruleIndex, extension }, components)
    const message = finding.message ?? rule?.messages.get(messageId ?? '') ?? rule?.description ?? null
    const known = score ?? rule?.score ?? null
    yield {
      ...finding,
      message,
      severity: known === null ? severityOfLevel(level ?? rule?.level ?? null) : severityOfScore(known),
    }
  }
}

/** By index, else by id, in the component that the result names; an id also in any extension. */
function ruleOf(
  { rule: id, ruleIndex, extension }: Pick<Result, 'rule' | 'ruleIndex' | 'extension'>,
  [driver, ...extensions]: readonly [Component, ...Component[]],
): Rule | undefined {
  const named =
    extension === null
      ? driver
      : typeof extension === 'number'
        ? extensions[extension]
        : extensions.find(({ name, guid }) => guid === extension || name === extension)
  const byIndex = ruleIndex === null ? undefined : named?.rules[ruleIndex]
  if (byIndex || id === null) return byIndex
  // `CA1000/1` is a variant of the rule `CA1000`.
  const parent = id.replace(/\/[^/]*$/, '')
  const places = [...(named ? [named] : []), driver, ...extensions]
  return [id, parent].flatMap((each) => places.map(({ byId }) => byId.get(each))).find((rule) => rule)
}

/** Null where it is no finding: a result that is not a failure. */
function resultOf(value: unknown): Result | null {
  const result = fieldsOf(value)
  const { kind = 'fail', level, message, ruleId, ruleIndex, properties, suppressions, baselineState } = result
  if (kind !== 'fail') return null
  const rule = fieldsOf(result['rule'])
  const component = fieldsOf(rule['toolComponent'])
  const { text, id: messageId } = fieldsOf(message)
  const { artifactLocation, region } = fieldsOf(
    fieldsOf(elementsOf(result['locations'])[0])['physicalLocation'],
  )
  return {
    state: isSuppressed(suppressions) ? 'suppressed' : isKnown(baselineState) ? 'known' : 'open',
    score: scoreOf(properties),
    level: textOf(level),
    rule: textOf(ruleId) ?? textOf(rule['id']),
    ruleIndex: wholeOf(ruleIndex) ?? wholeOf(rule['index']),
    extension: wholeOf(component['index']) ?? textOf(component['guid']) ?? textOf(component['name']),
    message: textOf(text),
    messageId: textOf(messageId),
    path: textOf(fieldsOf(artifactLocation)['uri']),
    line: wholeOf(fieldsOf(region)['startLine']),
  }
}

/** Without a status a suppression is accepted; one that is rejected or under review leaves the result open. */
function isSuppressed(value: unknown): boolean {
  const suppressions = elementsOf(value)
  return (
    suppressions.length > 0 &&
    suppressions.map(fieldsOf).every(({ status, state }) => (status ?? state ?? 'accepted') === 'accepted')
  )
}

function isKnown(baselineState: unknown): boolean {
  return ['unchanged', 'existing', 'absent'].includes(String(baselineState))
}

function componentOf(value: unknown): Component {
  const { name, guid, rules } = fieldsOf(value)
  const read = elementsOf(rules).map((each) => ({ id: textOf(fieldsOf(each)['id']), rule: toRule(each) }))
  return {
    name: textOf(name),
    guid: textOf(guid),
    rules: read.map(({ rule }) => rule),
    byId: new Map(read.flatMap(({ id, rule }) => (id === null ? [] : [[id, rule] as const]))),
  }
}

function toRule(value: unknown): Rule {
  const { properties, defaultConfiguration, messageStrings, shortDescription } = fieldsOf(value)
  const messages = Object.entries(fieldsOf(messageStrings)).flatMap(([id, message]) => {
    const text = textOf(fieldsOf(message)['text'])
    return text === null ? [] : [[id, text] as const]
  })
  return {
    score: scoreOf(properties),
    level: textOf(fieldsOf(defaultConfiguration)['level']),
    messages: new Map(messages),
    description: textOf(fieldsOf(shortDescription)['text']),
  }
}

/** `security-severity`, a CVSS score as text or number; null where it is absent or no number. */
function scoreOf(properties: unknown): number | null {
  const value = fieldsOf(properties)['security-severity']
  if (typeof value !== 'number' && typeof value !== 'string') return null
  const score = value === '' ? NaN : Number(value)
  return Number.isFinite(score) ? score : null
}

/** A result without a level is a warning. */
function severityOfLevel(level: string | null): FindingSeverity {
  switch (level) {
    case 'error':
      return 'high'
    case 'note':
      return 'low'
    case 'none':
      return 'info'
    default:
      return 'medium'
  }
}
