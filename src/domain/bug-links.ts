import { CtoError } from '../errors.js'

/** A page about a bug. */
export interface BugLink {
  url: string
  title: string | null
}

/** What a change does to the links of a bug. */
export interface LinkChange {
  /** A page that is linked already gets the title. */
  addLink?: BugLink | undefined
  /** The URL of the link that goes. */
  removeLink?: string | undefined
}

/**
 * The links after the change, as JSON; the same text if nothing is different.
 *
 * @throws CtoError NOT_FOUND for a link to remove that is not there
 */
export function changeLinks(json: string, { addLink, removeLink }: LinkChange): string {
  const links = JSON.parse(json) as BugLink[]
  const kept = removeLink === undefined ? links : without(links, removeLink)
  const after = addLink === undefined ? kept : withLink(kept, addLink)
  return after === links ? json : JSON.stringify(after)
}

function withLink(links: BugLink[], { url, title }: BugLink): BugLink[] {
  const known = links.find((link) => link.url === url)
  if (known === undefined) return [...links, { url, title }]
  if (title === null || known.title === title) return links
  return links.map((link) => (link === known ? { url, title } : link))
}

function without(links: BugLink[], url: string): BugLink[] {
  const after = links.filter((link) => link.url !== url)
  if (after.length < links.length) return after
  throw new CtoError('NOT_FOUND', `there is no link to ${url}`, { hint: 'cto bugs show BUG' })
}
