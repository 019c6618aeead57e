#!/usr/bin/env -S node --
// Without the -- Node would read --env-file itself, and NODE_OPTIONS in that file would run code before cto.
try {
  const { main } = await import('../dist/main.js')
  await main()
} catch (error) {
  // The modules that redact and format errors could not be loaded.
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isOld = major < 20 || (major === 20 && minor < 19)
  const fix = isOld
    ? `use Node 20.19 or newer; this is ${process.version}`
    : 'run it again in case cto was being installed meanwhile; otherwise run npm install again'
  console.error(`error: cto cannot start\n  ${String(error).split('\n')[0]}\n  fix: ${fix}`)
  process.exitCode = 1
}
