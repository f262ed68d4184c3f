import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestMachine, testMachine } from '../support/machine.ts'
import { benchImage } from './image.ts'

/** Runs `work` on a machine of namespaces that has just been started, and takes the machine away. */
export async function withMachine<T>(
  say: (line: string) => void,
  work: (machine: TestMachine) => Promise<T>
): Promise<T> {
  const image = await benchImage(say)
  const dir = mkdtempSync(join(tmpdir(), 'rosd-bench-'))
  try {
    const machine = await testMachine({ kind: 'namespaces', image: image.root, disks: [join(dir, 'state')] }, 6)
    try {
      return await work(machine)
    } finally {
      await machine.machine.stop()
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
