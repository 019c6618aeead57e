import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { languagesFile, languagesTable } from '../../scripts/languages.js'
import { isThirdParty, languageOf } from '../../src/importers/git/languages.js'

test('the table is that of linguist-languages: npm run generate writes it', () => {
  expect(readFileSync(languagesFile, 'utf8')).toBe(languagesTable())
})

test.each([
  ['src/main.rs', 'Rust'],
  ['include/list.h', 'C'],
  ['web/App.TSX', 'TypeScript'],
  ['bin/setup.fish', 'Shell'],
  ['model/solver.f90', 'Fortran'],
  ['db/schema.sql', 'SQL'],
  ['page.html.erb', 'HTML'],
  ['Dockerfile', 'Dockerfile'],
  ['sub/Gemfile', 'Ruby'],
  ['CMakeLists.txt', 'CMake'],
  ['build.gradle.kts', 'Kotlin'],
])('%s is %s', (file, language) => {
  expect(languageOf(file)).toBe(language)
})

test.each([
  'README.md',
  'package-lock.json',
  'notes.txt',
  'logo.svg',
  'figure.eps',
  'notes.rtf',
  'study.ipynb',
  'LICENSE',
  '.rs',
])('%s is no code', (file) => {
  expect(languageOf(file)).toBeNull()
})

test.each(['vendor/lib.go', 'web/dist/app.js', 'app.min.css'])('%s is no code of the project', (file) => {
  expect(isThirdParty(file)).toBe(true)
})
