import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

/** The name `cto` in the npm registry is not ours: an installation by name runs another program. */
const byName =
  /\b(?:npx|npm (?:install|i|exec|x)|pnpm (?:add|dlx)|yarn (?:add|dlx)|bunx)(?: +-[-\w]+)* +cto(?:@\S+)?(?=\s|[`'"]|$)/

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}

test('no page, hint or script installs or runs cto by its name in a registry', () => {
  const files = ['README.md', 'CONTRIBUTING.md', ...['docs', 'man', '.ci', 'src'].flatMap(filesIn)]
  expect(files.filter((file) => byName.test(readFileSync(file, 'utf8')))).toEqual([])
  for (const line of ['npm install -g cto@latest', 'npm install --global cto', 'npx cto demo'])
    expect(line).toMatch(byName)
  expect('npm install -g ./cto-0.1.0.tgz').not.toMatch(byName)
})
