import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cannot } from './machine.ts'

function why(): string | false {
  if (cannot !== false) return cannot
  try {
    execFileSync('losetup', ['-f'], { stdio: 'ignore' })
    return existsSync('/dev/loop-control') ? false : 'no loop devices: /dev/loop-control is missing'
  } catch {
    return 'no loop devices: losetup -f finds none'
  }
}

/** Why a test that needs a block device cannot run here; false when it can. */
export const noLoop: string | false = why()

/** A block device over a file, until the test ends. */
export function loopDevice(t: { teardown: (act: () => void) => void }, image: string): string {
  const device = execFileSync('losetup', ['-f', '--show', image], { encoding: 'utf8' }).trim()
  t.teardown(() => void execFileSync('losetup', ['-d', device]))
  return device
}
