#!/usr/bin/env -S node --
// Without the -- Node would read --env-file itself, and NODE_OPTIONS in that file would run code before cto.
'use strict'
const path = require('node:path')

void run()

async function run() {
  try {
    const folder = path.join(__dirname, '../dist')
    const { start } = require(path.join(folder, 'start.cjs'))
    await start({
      argv: process.argv.slice(2),
      env: process.env,
      runtime: `${process.version}-${process.arch}`,
      pid: process.pid,
      uid: process.getuid?.(),
      folder,
      streams: process,
      require,
      import: (/** @type {string} */ specifier) => import(specifier),
    })
  } catch (error) {
    // The modules that redact and format errors could not be loaded.
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    const isOld = major < 20 || (major === 20 && minor < 19)
    const fix = isOld
      ? `use Node 20.19 or newer; this is ${process.version}`
      : 'run it again in case cto was being installed meanwhile; otherwise run npm install again'
    console.error(`error: cto cannot start\n  ${String(error).split('\n')[0]}\n  fix: ${fix}`)
    process.exitCode = 1
  }
}
