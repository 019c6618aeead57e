import { CtoError } from '../../errors.js'
import { jsonChunks } from '../json-file.js'
import { botOf, commentFinding, discussionOf } from './comments.js'
import { alertFinding, codeQualityFinding, diagnosticFinding, sonarFinding } from './other-formats.js'
import { fieldsOf, textOf, wholeOf, type Finding, type ToolRun } from './finding.js'
import { jsonValues, readable, type JsonPath, type JsonValue } from './json-values.js'
import { SarifRun } from './sarif.js'

/** What a file of findings can be. */
export type ReviewFormat = 'sarif' | 'rdjson' | 'gitlab' | 'sonar' | 'github' | 'comments'

export interface ReviewFile {
  format: ReviewFormat
  /** One per tool. */
  runs: readonly ToolRun[]
  /** Issues that the source has and the file lacks: it is one page of several. */
  missing: number
}

/**
 * Reads a file of findings of any size; its format follows from its structure.
 *
 * @throws CtoError BAD_FILE where it is no JSON, cut off, of no known format, SARIF of another version, or without any run
 */
export async function readReview(chunks: AsyncIterable<Uint8Array>, name: string): Promise<ReviewFile> {
  const file = new FileReader(name)
  const json = jsonChunks(chunks, { name, hint: readable })
  for await (const value of jsonValues(json, { name, wanted })) file.add(value)
  return file.end()
}

/** Which values are read, for all formats at once: the first of them shows which it is. */
function wanted(path: JsonPath): 'value' | 'begin' | null {
  const [, first, second, third] = path
  switch (path.length) {
    case 1:
      return 'begin'
    case 2:
      if (typeof first === 'number' || partsOfDocument.includes(String(first))) return 'value'
      return lists.includes(String(first)) ? 'begin' : null
    case 3:
      if (first === 'runs') return 'begin'
      return lists.includes(String(first)) && typeof second === 'number' ? 'value' : null
    case 4:
      if (first !== 'runs') return null
      return third === 'results' ? 'begin' : partsOfRun.includes(String(third)) ? 'value' : null
    case 5:
      return first === 'runs' && third === 'results' ? 'value' : null
    default:
      return null
  }
}

const lists = ['runs', 'diagnostics', 'issues']
const partsOfRun = ['tool', 'versionControlProvenance', 'invocations']
const partsOfDocument = ['version', 'source', 'severity', 'message', 'location', 'code', 'paging']

/** A file being read: what its parts add up to. */
class FileReader {
  private format: ReviewFormat | null = null
  /** Plain fields of the document that is read, and its diagnostics, whose severity may follow them. */
  private document: DocumentParts = { at: 0, fields: {}, diagnostics: [] }
  private readonly runs = new Map<string, SarifRun>()
  private readonly tools = new Map<string, { sha: string | null; findings: Finding[] }>()
  private issues = 0
  private total = 0
  /** Of comments: the pull request that they discuss. */
  private discussion: string | null = null

  private readonly name: string

  constructor(name: string) {
    this.name = name
  }

  add({ path, begins, value }: JsonValue): void {
    const [at, first, run, part] = path
    if (this.document.at !== at) {
      this.endDocument()
      this.document = { at, fields: {}, diagnostics: [] }
    }
    if (first === undefined) {
      // A report of GitLab without issues is an empty array; elements show whether it is another.
      if (begins === 'array') this.format ??= 'gitlab'
    } else if (typeof first === 'number') this.addElement(value)
    else if (first === 'runs') this.addToRun({ run: `${String(at)}.${String(run)}`, part, begins, value })
    else if (!lists.includes(first)) this.document.fields[first] = value
    else if (first === 'diagnostics') this.addDiagnostic(value, begins !== null)
    else this.addIssue(value, begins !== null)
  }

  end(): ReviewFile {
    this.endDocument()
    const { format, tools } = this
    if (format === null) throw this.refusal('is no file of findings that cto reads')
    const missing = Math.max(0, this.total - this.issues)
    if (format === 'sarif') return { format, runs: this.sarifRuns(), missing }
    if (tools.size === 0) {
      if (format === 'comments') throw this.refusal('has no comment by a bot', 'people review by themselves')
      this.toolNamed(usualTools[format])
    }
    return { format, missing, runs: [...tools].map(([tool, run]) => ({ tool, ...run, endedAt: null })) }
  }

  /** Of an array: an alert or a comment of GitHub, or an issue of GitLab. */
  private addElement(value: unknown): void {
    const discussion = discussionOf(value)
    if (discussion !== null) {
      this.addComment(value, discussion)
      return
    }
    const { rule, tool, most_recent_instance, security_advisory, description, severity } = fieldsOf(value)
    if (security_advisory !== undefined || most_recent_instance !== undefined || rule !== undefined) {
      this.format = 'github'
      const usual = security_advisory === undefined ? usualTools.github : 'Dependabot'
      const sha = textOf(fieldsOf(most_recent_instance)['commit_sha'])
      this.toolNamed(textOf(fieldsOf(tool)['name']) ?? usual, sha).push(alertFinding(value))
    } else if (typeof description === 'string' && severity !== undefined) {
      this.toolNamed(usualTools.gitlab).push(codeQualityFinding(value))
    } else {
      throw this.refusal('is an array, but not of issues of GitLab, or of alerts or comments of GitHub')
    }
  }

  private addComment(value: unknown, discussion: string): void {
    this.format = 'comments'
    this.discussion ??= discussion
    if (this.discussion !== discussion)
      throw this.refusal(
        'has comments of several pull requests',
        'gh api --paginate repos/OWNER/NAME/pulls/N/comments has those of one',
      )
    const bot = botOf(value)
    if (bot !== null) this.toolNamed(bot).push(commentFinding(value))
  }

  private addToRun({ run, part, begins, value }: PartOfRun): void {
    this.format = 'sarif'
    if (part === undefined) return
    const found = this.runs.get(run) ?? new SarifRun()
    this.runs.set(run, found)
    if (begins === null) found.add(String(part), value)
    else found.hasResults = true
  }

  private addDiagnostic(value: unknown, isBegin: boolean): void {
    this.format ??= 'rdjson'
    if (!isBegin) this.document.diagnostics.push(value)
  }

  private addIssue(value: unknown, isBegin: boolean): void {
    this.format ??= 'sonar'
    if (isBegin) return
    this.issues++
    this.toolNamed(usualTools.sonar).push(sonarFinding(value))
  }

  private endDocument(): void {
    const { fields, diagnostics } = this.document
    const isSarif = this.format === 'sarif'
    if (isSarif && !/^2\.1\.0\b/.test(textOf(fields['version']) ?? ''))
      throw this.refusal(
        `is SARIF ${textOf(fields['version']) ?? 'without a version'}`,
        'cto reads SARIF 2.1.0',
      )
    this.total += wholeOf(fieldsOf(fields['paging'])['total']) ?? 0
    // A line of rdjsonl is a diagnostic.
    const isLine = this.format !== 'sarif' && 'message' in fields && 'location' in fields
    if (isLine) this.format ??= 'rdjson'
    if (this.format !== 'rdjson') return
    const findings = this.toolNamed(textOf(fieldsOf(fields['source'])['name']) ?? usualTools.rdjson)
    for (const each of isLine ? [fields] : diagnostics)
      findings.push(diagnosticFinding(each, fields['severity']))
  }

  private sarifRuns(): ToolRun[] {
    const runs = [...this.runs.values()].filter(({ hasResults }) => hasResults).map((run) => run.toolRun())
    if (runs.length > 0) return runs
    throw this.refusal('has no run with results', 'nothing was reviewed: check how the tool was started')
  }

  private toolNamed(tool: string, sha: string | null = null): Finding[] {
    const known = this.tools.get(tool) ?? { sha, findings: [] }
    this.tools.set(tool, known)
    return known.findings
  }

  private refusal(what: string, hint = readable): CtoError {
    return new CtoError('BAD_FILE', `"${this.name}" ${what}`, { hint })
  }
}

interface DocumentParts {
  at: unknown
  fields: Record<string, unknown>
  diagnostics: unknown[]
}

interface PartOfRun extends Omit<JsonValue, 'path'> {
  run: string
  part: string | number | undefined
}

/** The tool where the file does not name one. */
const usualTools = {
  rdjson: 'reviewdog',
  gitlab: 'code-quality',
  sonar: 'SonarQube',
  github: 'code-scanning',
}
