import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { binary, shell, useHome } from './binary.js'

// The nightly jobs of docs/ci.md, as they are written there.

const page = readFileSync('docs/ci.md', 'utf8')
const block = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page)?.[1] ?? ''
const home = useHome()

beforeAll(async () => {
  expect((await binary(home, ['demo'])).exitCode).toBe(0)
})

function folderOf(name: string): string {
  const folder = path.join(home, name)
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'gates.json'), block('json'))
  return folder
}

test('on GitHub: each step after the installation, and those that always run after a tripped gate', async () => {
  const folder = folderOf('checkout')
  const summary = path.join(folder, 'summary.md')
  const steps = [...block('yaml').matchAll(/^ {6}(?:- |  )run: (.*)$/gm)].map(([, line = '']) => line)
  const [install, url, ...rest] = steps
  expect(install).toBe('./install-cto.sh')
  expect(url).toContain('GITHUB_ENV')
  const codes: number[] = []
  for (const line of rest) {
    const { exitCode } = await shell(home, `set -e; cd '${folder}'; ${line}`, {
      GITHUB_STEP_SUMMARY: summary,
    })
    codes.push(exitCode)
  }
  expect(codes).toEqual([0, 0, 8, 0])
  expect(readFileSync(path.join(folder, 'report.html'), 'utf8')).toContain('</html>')
  expect(readFileSync(path.join(folder, 'gates.xml'), 'utf8')).toMatch(/<testsuites? [^]*<failure /)
  expect(readFileSync(summary, 'utf8')).toMatch(/^\|.*\|\n\|[ :|-]+\|\n/m)
})

test('by cron: the script writes the report and the metrics, prints only the gates, and exits with their code', async () => {
  const folder = folderOf('figures')
  const { exitCode, stdout, stderr } = await shell(
    home,
    block('sh').replace('cd /srv/figures', `cd '${folder}'`),
  )
  expect([exitCode, stderr]).toEqual([8, ''])
  expect(stdout).toMatch(/^passed +sla\.breached max 10 [^]*^tripped +sla\.compliance min 80% /m)
  expect(existsSync(path.join(folder, 'report.html'))).toBe(true)
  expect(readFileSync(path.join(folder, 'kpis.prom'), 'utf8')).toMatch(/# EOF\n$/)
})
