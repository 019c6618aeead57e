import { CtoError } from '../../errors.js'
import { trackerFileOf } from './tracker-files.js'

const knownKinds: readonly { magic: string; kind: string; hint: string }[] = [
  {
    magic: 'PK\x03\x04',
    kind: 'an Excel workbook or a ZIP archive',
    hint: 'save the sheet as CSV (UTF-8), or unpack it',
  },
  { magic: '\xd0\xcf\x11\xe0', kind: 'an old Excel workbook', hint: 'save the sheet as CSV (UTF-8)' },
  { magic: '%PDF', kind: 'a PDF document', hint: 'export CSV instead' },
  { magic: 'SQLite format 3', kind: 'an SQLite database', hint: 'export the table as CSV' },
  { magic: '\x89PNG', kind: 'a picture', hint: 'export CSV instead' },
  { magic: '\xff\xd8\xff', kind: 'a picture', hint: 'export CSV instead' },
  { magic: '\x7fELF', kind: 'a program', hint: 'name the CSV file' },
  { magic: '\x1f\x8b', kind: 'compressed with gzip', hint: 'decompress it first' },
  { magic: 'BZh', kind: 'compressed with bzip2', hint: 'decompress it first, or use gzip' },
  { magic: '\xfd7zXZ', kind: 'compressed with xz', hint: 'decompress it first, or use gzip' },
  { magic: '\x28\xb5\x2f\xfd', kind: 'compressed with zstd', hint: 'decompress it first, or use gzip' },
]

/** JSON that other commands read. */
const otherFacts: readonly { begins: RegExp; kind: string; hint: string }[] = [
  {
    // SARIF, alerts of GitHub, GitLab's code quality, rdjson, issues of SonarQube.
    begins:
      /^[[{][^]*(?:"\$schema"\s*:\s*"[^"]*sarif|"runs"\s*:\s*\[|\/code-scanning\/alerts\b|"check_name"\s*:|"diagnostics"\s*:\s*\[|"effortTotal"\s*:)/i,
    kind: 'a report of a review tool',
    hint: 'cto reviews ingest FILE --repo OWNER/NAME',
  },
  {
    begins: /^[[{][^]*"(?:sessionId|resourceLogs|session)"\s*:/,
    kind: 'a record of sessions',
    hint: 'cto sessions ingest FILE',
  },
  {
    begins: /^[[{][^]*"(?:x-github-event|x-gitlab-event|payload|pusher)"\s*:/i,
    kind: 'a file of events',
    hint: 'cto events ingest FILE',
  },
]

const anyJson = { begins: /^(?:\[\s*)?\{\s*"[^"\n]*"\s*:/, kind: 'JSON', hint: 'export CSV instead' }

/** Text formats that are neither tables nor JSON, by their beginning. */
const knownTexts: readonly { begins: RegExp; kind: string; hint: string }[] = [
  { begins: /^<(?:!doctype|html|head|body|table)\b/i, kind: 'a web page', hint: 'export CSV instead' },
  { begins: /^<\?xml\b/i, kind: 'XML', hint: 'export CSV instead' },
  {
    begins:
      /^(?:--[^\n]*\n\s*|\/\*[^*]*\*\/;?\s*)*(?:insert into \S+ (?:values|\()|create table \S+ \(|set \w+ ?=|begin;)/i,
    kind: 'SQL',
    hint: 'export the table as CSV',
  },
]

/** Above this share of control characters a file is binary. A single NUL rejects only its row. */
const mostControls = 0.02

/** What a file is that is clearly neither a table nor JSON, in words; null for any other. */
export function kindOf(head: Buffer): string | null {
  const known = knownKind(head, knownTexts)
  if (known !== undefined) return known.kind
  return isBinary(head) ? 'a binary file' : null
}

function knownKind(head: Buffer, texts: typeof knownTexts): { kind: string; hint: string } | undefined {
  const start = head.toString('latin1', 0, 16)
  const text = textOf(head.subarray(0, 1024))
  return (
    knownKinds.find(({ magic }) => start.startsWith(magic)) ?? texts.find(({ begins }) => begins.test(text))
  )
}

function textOf(head: Buffer): string {
  return head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
}

/** Throws BAD_FILE, with the detected format, for a file that is clearly not a table. `wide`: the text is UTF-16. */
export function refuseOtherKinds(head: Buffer, name: string, wide: boolean): void {
  const known =
    knownKind(head, otherFacts) ?? trackerFileOf(textOf(head)) ?? knownKind(head, [anyJson, ...knownTexts])
  if (known !== undefined) {
    throw new CtoError('BAD_FILE', `"${name}" is ${known.kind}, not CSV`, { hint: known.hint })
  }
  if (wide) return
  const half = zerosInOneHalf(head)
  if (half !== null) {
    throw new CtoError('BAD_FILE', `"${name}" looks like UTF-16 without a byte order mark`, {
      hint: `--encoding ${half}`,
    })
  }
  if (isBinary(head)) {
    throw new CtoError('BAD_FILE', `"${name}" is a binary file, not CSV`, {
      hint: 'export it as CSV (UTF-8)',
    })
  }
}

function isBinary(head: Buffer): boolean {
  let controls = 0
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls += 1
  return controls > head.length * mostControls
}

function zerosInOneHalf(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const pairs = Math.floor(head.length / 2)
  let even = 0
  let odd = 0
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) even += 1
    if (head[at + 1] === 0) odd += 1
  }
  if (odd > pairs * 0.4 && even < pairs * 0.05) return 'utf-16le'
  if (even > pairs * 0.4 && odd < pairs * 0.05) return 'utf-16be'
  return null
}
