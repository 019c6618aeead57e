import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll } from 'vitest'

/** A disk of its own at `folder` while the tests of a block run, of a size that can be changed. Without root there is none. */
export function useSmallDisk(folder: string, size: string) {
  const mount = (newSize: string, ...flags: string[]) => {
    const options = [...flags, `size=${newSize}`].join(',')
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' })
  }
  let isMounted = false
  // In a hook: of a block whose tests are all left out no hook runs, and what is mounted outside would stay.
  beforeAll(() => {
    mkdirSync(folder)
    isMounted = succeeds(() => {
      mount(size)
    })
  })
  afterAll(() => {
    // Lazily: after a timeout a command may still have a file open.
    if (isMounted) execFileSync('umount', ['--lazy', folder])
  })
  return {
    isMounted: () => isMounted,
    resize(newSize: string) {
      mount(newSize, 'remount')
    },
  }
}

function succeeds(run: () => void): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}
