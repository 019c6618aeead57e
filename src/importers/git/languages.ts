/** Languages by what their files are called, with the names that GitHub gives them. Data and prose are not code. */
const extensions: Readonly<Record<string, string>> = {
  Ada: 'adb ads',
  Assembly: 'asm s',
  Astro: 'astro',
  C: 'c h',
  'C#': 'cs',
  'C++': 'cc cpp cxx hh hpp hxx',
  Clojure: 'clj cljc cljs',
  CoffeeScript: 'coffee',
  CSS: 'css',
  Cuda: 'cu cuh',
  Dart: 'dart',
  Elixir: 'ex exs',
  Elm: 'elm',
  Erlang: 'erl hrl',
  'F#': 'fs fsx',
  Fortran: 'f f90 f95 f03',
  Go: 'go',
  GraphQL: 'graphql gql',
  Groovy: 'groovy gradle',
  Haskell: 'hs',
  HCL: 'tf hcl',
  HTML: 'html htm',
  Java: 'java',
  JavaScript: 'js cjs mjs jsx',
  Julia: 'jl',
  Kotlin: 'kt kts',
  Less: 'less',
  Lua: 'lua',
  Nix: 'nix',
  'Objective-C': 'm',
  'Objective-C++': 'mm',
  OCaml: 'ml mli',
  Pascal: 'pas pp',
  Perl: 'pl pm',
  PHP: 'php',
  PowerShell: 'ps1 psm1',
  'Protocol Buffer': 'proto',
  Python: 'py pyi',
  R: 'r',
  Ruby: 'rb rake',
  Rust: 'rs',
  Sass: 'sass',
  Scala: 'scala sc',
  SCSS: 'scss',
  Shell: 'sh bash zsh fish',
  Solidity: 'sol',
  SQL: 'sql',
  Svelte: 'svelte',
  Swift: 'swift',
  TypeScript: 'ts cts mts tsx',
  Verilog: 'v sv',
  VHDL: 'vhd vhdl',
  'Visual Basic .NET': 'vb',
  Vue: 'vue',
  WebAssembly: 'wat wast',
  Zig: 'zig',
}

const fileNames: Readonly<Record<string, string>> = {
  dockerfile: 'Dockerfile',
  makefile: 'Makefile',
  'cmakelists.txt': 'CMake',
  rakefile: 'Ruby',
  gemfile: 'Ruby',
  jenkinsfile: 'Groovy',
}

const byExtension = new Map(
  Object.entries(extensions).flatMap(([language, list]) => list.split(' ').map((each) => [each, language])),
)
const byName = new Map(Object.entries(fileNames))

/** Other people's code and what a build made of ours. */
const notOurs = /(?:^|\/)(?:node_modules|bower_components|vendor|third[_-]party|dist)\/|\.min\.(?:js|css)$/i

/** The language of a file; null for what is no code of the project's own. */
export function languageOf(file: string): string | null {
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase()
  const dot = name.lastIndexOf('.')
  const language = byName.get(name) ?? (dot > 0 ? byExtension.get(name.slice(dot + 1)) : undefined)
  return language === undefined || notOurs.test(file) ? null : language
}
