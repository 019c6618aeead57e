import { xmlText } from './xml.js'

export interface TestCase {
  name: string
  /** What CI shows of a case that failed; null where it passed. */
  failure: string | null
}

/** JUnit's XML, as GitLab, Jenkins and GitHub's actions read it: a test case each, a failure with its reason. */
export function junit(suite: string, cases: readonly TestCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== null).length
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0"`
  const bodies = cases.map(({ name, failure }) => {
    const head = `    <testcase classname="${xmlText(suite)}" name="${xmlText(name)}"`
    return failure === null
      ? `${head}/>`
      : `${head}>\n      <failure message="${xmlText(failure)}">${xmlText(failure)}</failure>\n    </testcase>`
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${xmlText(suite)}" ${counts}>`,
    ...bodies,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}
