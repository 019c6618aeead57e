import { headerKey } from '../spelling.js'

interface OtherFacts {
  what: string
  /** Their tables have a header of each; tables of bugs have not. */
  headers: readonly RegExp[]
  /** A header that no table of bugs has, even one with titles; absent: none is known. */
  sure?: RegExp
  /** The commands that take them, with what those need. */
  hint: string
}

const pullRequestsHint = 'cto import github OWNER/NAME --delivery, or their webhooks: cto events ingest FILE'
const deploymentsHint =
  'for each: cto deployments record REPOSITORY --sha SHA --environment NAME --service NAME --status STATUS --at TIME --external-id ID'

/** Tables of what collectors store as they get it: the fields are in cells of JSON, and no command reads those. */
const rawAnswers: OtherFacts = {
  what: 'raw answers of GitHub, which cannot be read',
  headers: [/^params$/, /^data$/, /^input$/],
  hint:
    'fetch the repository: cto import github OWNER/NAME --delivery, or cto repos sync OWNER/NAME; ' +
    'or deliveries of webhooks as lines of JSON: cto events ingest FILE',
}

/** Facts of repositories, which tools export beside bugs; the first that fits is named. */
const otherFacts: readonly OtherFacts[] = [
  {
    what: 'incidents of deployments',
    headers: [/^incident/, /^deployment/],
    hint: 'import the incidents, with their titles, as bugs, then for each: cto deployments fail DEPLOYMENT --bug BUG',
  },
  rawAnswers,
  {
    what: 'pull requests',
    headers: [
      /^(?:pr|pullrequest)(?:id|key|number)$|^merge(?:d(?:at|date|by)|commitsha)$|^(?:base|head)ref$/,
    ],
    sure: /^pullrequestkey$|^mergecommitsha$|^(?:base|head)ref$/,
    hint: pullRequestsHint,
  },
  {
    what: 'deployments',
    headers: [/^(?:cicd)?deployments?id$|^cicdscopeid$|^deploy(?:ment|ed)?(?:at|date|time|status)$/],
    sure: /^cicd(?:scope|deployment)id$/,
    hint: deploymentsHint,
  },
  {
    what: 'deployments',
    headers: [/^environment$/, /^(?:commit)?sha$|^ref$|^service$|^finished(?:at|date)$/],
    hint: deploymentsHint,
  },
  {
    what: 'commits',
    headers: [/^(?:commit)?sha$|^(?:authored|committed)(?:at|date)$/],
    hint: 'cto import git FOLDER --commits, with a clone',
  },
]

type Found = Pick<OtherFacts, 'what' | 'hint'>

/** What a table seems to hold that has no column for the title of a bug; null for any other. */
export function otherFactsIn(columns: readonly string[]): Found | null {
  const has = presenceIn(columns)
  return otherFacts.find(({ headers }) => headers.every(has)) ?? null
}

/** What a table holds beyond doubt, whose names could be taken for titles; null for any other. */
export function surelyOtherFacts(columns: readonly string[]): Found | null {
  const has = presenceIn(columns)
  return otherFacts.find(({ sure }) => sure !== undefined && has(sure)) ?? null
}

/** Whether a table holds raw answers of GitHub, and what to do instead; null for any other. */
export function rawAnswersIn(columns: readonly string[]): Found | null {
  return rawAnswers.headers.every(presenceIn(columns)) ? rawAnswers : null
}

function presenceIn(columns: readonly string[]): (header: RegExp) => boolean {
  const keys = columns.map(headerKey)
  return (header) => keys.some((key) => header.test(key))
}
