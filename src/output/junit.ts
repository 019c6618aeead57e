import { markup } from './markup.js'
import { visibleStrings } from './visible.js'

export interface TestCase {
  name: string
  /** What CI shows of a case that failed; null where it passed. */
  failure: string | null
}

/** JUnit's XML, as GitLab, Jenkins and GitHub's actions read it: a test case each, a failure with its reason. */
export function junit(suiteName: string, testCases: readonly TestCase[]): string {
  // XML cannot hold control characters, escaped or not.
  const { suite, cases } = visibleStrings({ suite: suiteName, cases: testCases })
  const failures = cases.filter(({ failure }) => failure !== null).length
  const counts = markup`tests="${cases.length}" failures="${failures}" errors="0" skipped="0"`
  const bodies = cases.map(({ name, failure }) => {
    const attributes = markup`classname="${suite}" name="${name}"`
    return failure === null
      ? markup`    <testcase ${attributes}/>\n`
      : markup`    <testcase ${attributes}>\n      <failure message="${failure}">${failure}</failure>\n    </testcase>\n`
  })
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite name="${suite}" ${counts}>
${bodies}  </testsuite>
</testsuites>
`.toString()
}
