import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MachineOptions } from '../../src/vm/options.ts'
import { type TestMachine, testMachine } from '../support/machine.ts'
import { type Bench, mebibytes } from './figures.ts'
import { benchImage } from './image.ts'
import { inside } from './inside.ts'

/** Milliseconds with nothing to do before each look. */
const IDLE = 15_000
const EDITS = 100

interface Resident {
  readonly when: string
  /** kB. */
  readonly rss: number
  readonly anonymous: number
  readonly peak: number
}

export const memory: Bench = {
  name: 'memory',
  about: 'what the agent holds idle, and after the document was edited',
  root: true,
  async measure(say) {
    const image = await benchImage(say)
    const dir = mkdtempSync(join(tmpdir(), 'rosd-bench-'))
    try {
      say('a machine of namespaces')
      const spaces = await measured({ kind: 'namespaces', image: image.root, disks: [join(dir, 'state')] }, say)
      say('a virtual machine')
      const emulated = await measured(
        {
          kind: 'qemu',
          image: dirname(image.vmlinuz),
          disks: [join(dir, 'disk:4G')],
          memory: 512,
          unsafe: true
        },
        say
      )
      return [
        { title: 'The agent in namespaces', rows: rows(spaces) },
        { title: 'The agent in an emulated machine of 512 MB', rows: rows(emulated) }
      ]
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

async function measured(options: MachineOptions, say: (line: string) => void): Promise<readonly Resident[]> {
  const machine = await testMachine({ sshTimeout: 600, ...options }, 6)
  const looks: Resident[] = []
  const look = async (when: string) => {
    say(when)
    await machine.root('ros wait --timeout 300')
    await sleep(IDLE)
    looks.push({ when, ...(await resident(machine)) })
  }
  try {
    await look('idle, all services ready')
    await inside(machine, 'edits', [EDITS, 100])
    await look(`after ${EDITS} edits of the file`)
    // Each starts a Node.js of its own, which takes seconds where it is emulated.
    if (options.kind === 'qemu') return looks
    for (let i = 0; i < EDITS; i++) {
      await machine.root(`ros config set --wait 60 rancher.sysctl.net.ipv4.ip_default_ttl ${90 + (i % 2)}`)
    }
    await look(`after ${EDITS} more by ros config set`)
    return looks
  } finally {
    await machine.machine.stop()
  }
}

async function resident({ root }: TestMachine): Promise<Omit<Resident, 'when'>> {
  const text = await root('cat /proc/1/status')
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1])
  return { rss: of('VmRSS'), anonymous: of('RssAnon'), peak: of('VmHWM') }
}

function rows(looks: readonly Resident[]): readonly (readonly string[])[] {
  return [
    ['', 'resident', 'of it anonymous', 'most so far'],
    ...looks.map(({ when, rss, anonymous, peak }) => [when, ...[rss, anonymous, peak].map(mebibytes)])
  ]
}
