import * as linguist from 'linguist-languages'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** The table of GitHub's Linguist, which src/importers/git/languages.ts reads. */
export const languagesFile = 'src/importers/git/generated/languages.ts'

/**
 * @typedef {{ name: string, group?: string, type: string, extensions?: readonly string[], filenames?: readonly string[] }} Language
 * @typedef {{ word: string, language: string, isCode: boolean, isMain: boolean }} Claim
 */

/** @type {readonly Language[]} */
const languages = Object.values(linguist)

/** The text of the table: what GitHub counts as code, by the language that it counts a file to. */
export function languagesTable() {
  /** @param {(language: Language) => readonly string[]} wordsOf */
  const claims = (wordsOf) =>
    languages.flatMap((language) =>
      wordsOf(language).map((word, at) => ({
        word: word.toLowerCase(),
        language: language.group ?? language.name,
        isCode: language.type === 'programming' || language.type === 'markup',
        isMain: at === 0,
      })),
    )
  const extensions = claims((language) =>
    (language.extensions ?? []).filter((each) => each.lastIndexOf('.') === 0).map((each) => each.slice(1)),
  )
  const fileNames = claims((language) => language.filenames ?? [])
  return `// Written by \`npm run generate\` from linguist-languages.

/** Extensions of each language. One that several languages have is of the one whose first it is, and missing where that is open. */
export const extensions: Readonly<Record<string, string>> = ${listed(extensions)}

/** File names of each language, in small letters. */
export const fileNames: Readonly<Record<string, string>> = ${listed(fileNames)}
`
}

/** @param {Claim[]} claims */
function listed(claims) {
  const byWord = new Map(claims.map(({ word }) => [word, /** @type {Claim[]} */ ([])]))
  for (const claim of claims) byWord.get(claim.word)?.push(claim)
  const byLanguage = new Map(claims.map(({ language }) => [language, /** @type {string[]} */ ([])]))
  for (const [word, claimed] of byWord) {
    const main = claimed.filter(({ isMain }) => isMain)
    const [first, ...others] = main.length > 0 ? main : claimed
    if (first?.isCode && others.every(({ language }) => language === first.language))
      byLanguage.get(first.language)?.push(word)
  }
  const lines = [...byLanguage]
    .filter(([, words]) => words.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([language, words]) => `  ${JSON.stringify(language)}: ${JSON.stringify(words.sort().join(' '))},`)
  return ['{', ...lines, '}'].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(path.join(root, languagesFile), languagesTable())
