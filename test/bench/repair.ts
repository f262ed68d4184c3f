import { dirname, join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { MachineOptions } from '../../src/vm/options.ts'
import { testMachine } from '../support/machine.ts'
import { type Bench, median, milliseconds, type Table } from './figures.ts'
import { benchImage } from './image.ts'
import { inside } from './inside.ts'

const TIMES = 20
/** Milliseconds: the engine waits longer and longer for a container that has not run ten seconds since it was restarted. */
const PERIOD = 12_000

interface Repair {
  readonly died: number
  readonly running: number
}

interface Measured {
  readonly edits: readonly number[]
  readonly service: readonly Repair[]
  readonly twin: readonly Repair[]
}

export const repair: Bench = {
  name: 'repair',
  about: 'from a saved document and from a killed container to what should be',
  root: true,
  async measure(say) {
    const image = await benchImage(say)
    const dir = mkdtempSync(join(tmpdir(), 'rosd-bench-'))
    try {
      say('a machine of namespaces')
      const spaces = await measured({ kind: 'namespaces', image: image.root, disks: [join(dir, 'state')] })
      say('a virtual machine')
      const emulated = await measured({
        kind: 'qemu',
        image: dirname(image.vmlinuz),
        disks: [join(dir, 'disk:4G')],
        memory: 512,
        unsafe: true
      })
      return [table('In namespaces', spaces), table('Emulated (QEMU without KVM, 1 processor, 512 MB)', emulated)]
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

async function measured(options: MachineOptions): Promise<Measured> {
  const machine = await testMachine({ sshTimeout: 600, ...options }, 6)
  try {
    await machine.root('ros wait --timeout 300')
    // What runs once is slower: Node.js has not compiled it yet.
    await inside(machine, 'edits', [3, 500])
    const edits = await inside<number[]>(machine, 'edits', [TIMES, 700])
    await machine.root('ros wait --timeout 60')
    return { edits, ...(await inside<Pick<Measured, 'service' | 'twin'>>(machine, 'kills', [TIMES, PERIOD])) }
  } finally {
    await machine.machine.stop()
  }
}

function table(title: string, { edits, service, twin }: Measured): Table {
  const rows = [
    row('document saved -> parameter changed', edits),
    row(
      'service killed -> the engine says it died',
      service.map(({ died }) => died)
    ),
    row(
      'service killed -> it runs again',
      service.map(({ running }) => running)
    ),
    row(
      'for comparison: the same container, process killed, restarted by the engine itself',
      twin.map(({ running }) => running)
    )
  ]
  const ratio = median(service.map(({ running }) => running)) / median(twin.map(({ running }) => running))
  return {
    title,
    rows: [[`of ${TIMES}`, 'median', 'worst'], ...rows],
    note: `A killed service is back in ${ratio.toFixed(2)} times the engine's own time.`
  }
}

function row(what: string, took: readonly number[]): string[] {
  return [what, milliseconds(median(took)), milliseconds(Math.max(...took))]
}
