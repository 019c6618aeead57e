import { readdirSync } from 'node:fs'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { databaseToken } from './eslint/database-token.js'

/**
 * The folders that each folder of src may import, one way. Imports that are not listed are rejected.
 */
/** @type {Record<string, string[]>} */
const mayImport = {
  domain: [],
  shapes: ['domain'],
  output: ['domain', 'shapes'],
  files: ['domain'],
  // Only what reads and lays out the stored answers.
  start: ['files', 'cli'],
  settings: ['files', 'domain', 'output'],
  engine: ['domain', 'files', 'shapes'],
  data: ['engine', 'domain', 'shapes'],
  importers: ['files', 'data', 'engine', 'domain', 'shapes'],
  admin: ['files', 'data', 'engine', 'domain', 'shapes'],
  notify: ['domain'],
  samples: ['data', 'engine', 'domain', 'shapes'],
  views: ['context', 'data', 'engine', 'domain', 'output', 'settings', 'shapes'],
  flags: ['context', 'files', 'data', 'engine', 'domain', 'output', 'settings', 'shapes'],
  context: ['data', 'engine', 'domain', 'output', 'settings', 'shapes'],
  commands: [
    'context',
    'files',
    'flags',
    'views',
    'importers',
    'admin',
    'notify',
    'samples',
    'data',
    'engine',
    'domain',
    'output',
    'settings',
    'shapes',
  ],
  library: ['process', 'admin', 'data', 'engine', 'domain', 'settings', 'shapes'],
  // Only types of the Host, whose parts it builds.
  process: ['cli', 'engine'],
  cli: ['commands', 'context', 'files', 'flags', 'data', 'engine', 'domain', 'output', 'settings', 'shapes'],
}

const folders = Object.keys(mayImport)
/** The path of a module of src: a folder, or a file beside them. @param {string} name */
const placeOf = (name) => (name === 'context' ? './src/context.ts' : `./src/${name}`)
const nouns = readdirSync('./src/commands', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/**
 * The folders of src/importers. A source (a file, GitHub, a clone) may import the four that it uses; all may import the
 * files beside the folders.
 */
/** @type {Record<string, string[]>} */
const importerFolders = {
  csv: [],
  validate: [],
  map: ['validate'],
  load: ['validate'],
  file: ['csv', 'map', 'validate', 'load'],
  github: ['validate', 'load', 'delivery'],
  git: ['load', 'delivery'],
  delivery: ['csv', 'load'],
  reviews: [],
  sessions: ['csv', 'file', 'validate', 'load'],
}

const zones = [
  ...Object.entries(mayImport).map(([folder, allowed]) => ({
    target: placeOf(folder),
    from: [
      './src/main.ts',
      ...folders
        .filter((f) => f !== folder && !allowed.includes(f) && !(f === 'engine' && folder === 'settings'))
        .map(placeOf),
    ],
    message: `src/${folder} may import only: ${[...allowed, 'errors'].join(', ')}.`,
  })),
  {
    target: './src/settings',
    from: './src/engine',
    except: ['./settings.ts'],
    message: 'Of the engine, src/settings may import only engine/settings.ts, the types of its result.',
  },
  ...nouns.map((noun) => ({
    target: `./src/commands/${noun}`,
    from: nouns.filter((n) => n !== noun).map((n) => `./src/commands/${n}`),
    message: "No command imports another noun's folder; move shared code down.",
  })),
  ...Object.entries(importerFolders).map(([room, allowed]) => ({
    target: `./src/importers/${room}`,
    from: Object.keys(importerFolders)
      .filter((other) => other !== room && !allowed.includes(other))
      .map((other) => `./src/importers/${other}`),
    message: `src/importers/${room} may import of the other folders only: ${allowed.join(', ') || 'none'}.`,
  })),
  { target: './src/errors.ts', from: './src', except: ['./errors.ts'], message: 'errors imports nothing.' },
]

const databaseDrivers = {
  group: [
    '@prisma/*',
    '@prisma/*/**',
    'pg',
    'pg-*',
    '@electric-sql/*',
    '@electric-sql/*/**',
    '**/engine/generated/**',
  ],
  message: 'Only src/engine and src/data touch Prisma, pg or PGlite.',
}
const commander = {
  group: ['commander'],
  message: 'Only src/cli, src/commands and src/flags touch commander.',
}
const processModule = {
  group: ['process', 'node:process', 'console', 'node:console'],
  message: 'Only src/main.ts and src/process touch the process.',
}
const schemas = {
  group: ['typebox', 'typebox/**', '**/shapes/**'],
  allowTypeImports: true,
  message: 'Import only types of a shape: loading TypeBox would slow every start.',
}
const prismaClient = {
  group: ['**/generated/client.js'],
  allowTypeImports: true,
  message: 'Write SQL with engine/sql.js: loading the client would slow every start.',
}

const clock = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The clock is ctx.now().' },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'The clock is ctx.now().',
  },
]

export default defineConfig(
  { ignores: ['bin/**', 'dist/**', 'coverage/**', 'src/**/generated/**'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX, cto: { rules: { 'database-token': databaseToken } } },
    settings: {
      // Do not parse bundled and minified packages.
      'import-x/ignore': ['node_modules'],
      'import-x/resolver-next': [createNodeResolver({ extensionAlias: { '.js': ['.ts', '.js'] } })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A property destructured to exclude it from the rest is intended.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, args: 'none' }],
      // An empty method or callback is sometimes the whole contract.
      '@typescript-eslint/no-empty-function': 'off',
      // `type` and `interface` differ where index signatures matter; the author chooses.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // Our objects are records of functions that do not use `this`.
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'console'],
      'no-restricted-imports': ['error', { patterns: [databaseDrivers, commander, processModule] }],
      'no-restricted-syntax': ['error', ...clock],
      'cto/database-token': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    // Without the description of the commands, which is their JSON Schema, and what opens a database.
    ignores: ['src/shapes/**', 'src/cli/describe.ts', 'src/engine/client.ts', 'src/engine/database.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [schemas, prismaClient] }] },
  },
  {
    files: ['src/engine/**/*.ts', 'src/data/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [commander, processModule] }],
      'cto/database-token': 'off',
    },
  },
  {
    files: ['src/cli/**/*.ts', 'src/commands/**/*.ts', 'src/flags/**/*.ts', 'src/context.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [databaseDrivers, processModule] }] },
  },
  {
    // The entrances: of the command line, and of the library.
    files: ['src/main.ts', 'src/library/index.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-syntax': 'off',
      'no-restricted-imports': ['error', { patterns: [databaseDrivers, commander] }],
    },
  },
  {
    files: ['src/process/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'console'],
      'no-restricted-imports': ['error', { patterns: [databaseDrivers, commander] }],
    },
  },
  {
    // Scripts use tools without types, or with loose ones.
    files: ['scripts/**/*.js', 'eslint/**/*.js'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['*.config.ts', '*.config.js', 'tests/**/*.ts'], rules: { 'import-x/no-default-export': 'off' } },
)
