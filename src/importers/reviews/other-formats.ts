import type { FindingSeverity } from '../../domain/delivery/risk.js'
import { elementsOf, fieldsOf, textOf, wholeOf, type Finding } from './finding.js'

/** A diagnostic of reviewdog's rdjson or rdjsonl; `byDefault` is the severity of the whole document. */
export function diagnosticFinding(value: unknown, byDefault: unknown): Finding {
  const { message, severity, code, location } = fieldsOf(value)
  const { path, range } = fieldsOf(location)
  const given = typeof severity === 'string' ? severity : byDefault
  return {
    severity: diagnosticSeverities[String(given)] ?? 'medium',
    state: 'open',
    rule: textOf(fieldsOf(code)['value']),
    message: textOf(message),
    path: textOf(path),
    line: wholeOf(fieldsOf(fieldsOf(range)['start'])['line']),
  }
}

/** INFO as reviewdog's own SARIF has it: a note. */
const diagnosticSeverities: Partial<Record<string, FindingSeverity>> = {
  ERROR: 'high',
  WARNING: 'medium',
  INFO: 'low',
}

/** An issue of GitLab's code quality report. */
export function codeQualityFinding(value: unknown): Finding {
  const { check_name: rule, description, severity, location } = fieldsOf(value)
  const { path, lines, positions } = fieldsOf(location)
  return {
    severity: scaleSeverities[String(severity).toUpperCase()] ?? 'medium',
    state: 'open',
    rule: textOf(rule),
    message: textOf(description),
    path: textOf(path),
    line: wholeOf(fieldsOf(lines)['begin']) ?? wholeOf(fieldsOf(fieldsOf(positions)['begin'])['line']),
  }
}

/** The five words of SonarQube, which GitLab uses in lower case. */
const scaleSeverities: Partial<Record<string, FindingSeverity>> = {
  BLOCKER: 'critical',
  CRITICAL: 'high',
  MAJOR: 'medium',
  MINOR: 'low',
  INFO: 'info',
}

/** The words of SonarQube's `impacts`, which replace `severity` there, the worst first. */
const impactSeverities: readonly (readonly [word: string, severity: FindingSeverity])[] = [
  ['BLOCKER', 'critical'],
  ['HIGH', 'high'],
  ['MEDIUM', 'medium'],
  ['LOW', 'low'],
  ['INFO', 'info'],
]

/** An issue of SonarQube's api/issues/search. */
export function sonarFinding(value: unknown): Finding {
  const issue = fieldsOf(value)
  const { rule, message, component, project, line, severity } = issue
  const impacts = elementsOf(issue['impacts']).map((impact) => fieldsOf(impact)['severity'])
  const worst = impactSeverities.find(([word]) => impacts.includes(word))?.[1]
  const place = textOf(component)
  const prefix = `${textOf(project) ?? ''}:`
  return {
    severity: scaleSeverities[String(severity)] ?? worst ?? 'medium',
    state: sonarState(issue),
    rule: textOf(rule),
    message: textOf(message),
    path: place?.startsWith(prefix) ? place.slice(prefix.length) : place,
    line: wholeOf(line),
  }
}

/** `issueStatus` replaces status and resolution in newer versions. */
function sonarState({
  status,
  resolution,
  issueStatus,
}: Readonly<Record<string, unknown>>): Finding['state'] {
  const words = [resolution, issueStatus].map(String)
  if (words.some((word) => ['FALSE-POSITIVE', 'WONTFIX', 'FALSE_POSITIVE', 'ACCEPTED'].includes(word)))
    return 'suppressed'
  const isDone = ['RESOLVED', 'CLOSED'].includes(String(status)) || words.includes('FIXED')
  return isDone ? 'known' : 'open'
}

/** An alert of GitHub: of code scanning, or of Dependabot. */
export function alertFinding(value: unknown): Finding {
  const { state, rule, most_recent_instance, security_advisory, dependency } = fieldsOf(value)
  const { id, severity, security_severity_level, description } = fieldsOf(rule)
  const { message, location } = fieldsOf(most_recent_instance)
  const { path, start_line } = fieldsOf(location)
  const advisory = fieldsOf(security_advisory)
  const word = security_severity_level ?? advisory['severity'] ?? severity
  return {
    severity: alertSeverities[String(word)] ?? 'medium',
    state: state === 'open' ? 'open' : state === 'dismissed' ? 'suppressed' : 'known',
    rule: textOf(id) ?? textOf(advisory['ghsa_id']),
    message: textOf(fieldsOf(message)['text']) ?? textOf(description) ?? textOf(advisory['summary']),
    path: textOf(path) ?? textOf(fieldsOf(dependency)['manifest_path']),
    line: wholeOf(start_line),
  }
}

const alertSeverities: Partial<Record<string, FindingSeverity>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  error: 'high',
  warning: 'medium',
  note: 'low',
  none: 'info',
}
