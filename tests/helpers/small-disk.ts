import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { afterAll } from 'vitest'

/** A disk of its own at `folder`, of a size that can be changed. Where nothing may be mounted there is none. */
export function useSmallDisk(folder: string, size: string) {
  const mount = (newSize: string, ...flags: string[]) => {
    const options = [...flags, `size=${newSize}`].join(',')
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' })
  }
  mkdirSync(folder)
  const isThere = succeeds(() => {
    mount(size)
  })
  afterAll(() => {
    if (isThere) execFileSync('umount', [folder])
  })
  return {
    isThere,
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
