#!/usr/bin/env node
try {
  const { main } = await import('../dist/main.js')
  await main()
} catch (error) {
  // Nothing of ours could be loaded: neither what redacts nor what formats.
  console.error(
    `error: cto cannot start\n  ${String(error).split('\n')[0]}\n  fix: Node 20.19 or newer, and npm install`,
  )
  process.exitCode = 1
}
