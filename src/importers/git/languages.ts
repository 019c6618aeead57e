import { extensions, fileNames } from './generated/languages.js'

/**
 * What we say of extensions apart from GitHub's table. It looks into files whose extension several languages have, where the most
 * frequent one is taken here; it takes queries, interfaces and builds for data; notebooks and drawings hold mostly output.
 */
const exceptions: Readonly<Record<string, string | null>> = {
  f: 'Fortran',
  fs: 'F#',
  h: 'C',
  hh: 'C++',
  m: 'Objective-C',
  ml: 'OCaml',
  pl: 'Perl',
  pm: 'Perl',
  r: 'R',
  rs: 'Rust',
  sc: 'Scala',
  v: 'Verilog',
  gql: 'GraphQL',
  graphql: 'GraphQL',
  gradle: 'Groovy',
  proto: 'Protocol Buffer',
  sql: 'SQL',
  eps: null,
  ipynb: null,
  ps: null,
  rtf: null,
}

const byExtension = new Map<string, string | null>([...byWord(extensions), ...Object.entries(exceptions)])
const byName = byWord(fileNames)

function byWord(table: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(table).flatMap(([language, list]) => list.split(' ').map((each) => [each, language])),
  )
}

const thirdParty =
  /(?:^|\/)(?:node_modules|bower_components|vendor|third[_-]party|dist)\/|\.min\.(?:js|css)$/i

/** The language of a file; null if it is not code. */
export function languageOf(file: string): string | null {
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase()
  const dot = name.lastIndexOf('.')
  const language = byName.get(name) ?? (dot > 0 ? byExtension.get(name.slice(dot + 1)) : undefined)
  return language ?? null
}

/** Whether a file is third-party code or build output by its name. */
export function isThirdParty(file: string): boolean {
  return thirdParty.test(file)
}
