import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MachineOptions } from '../../src/vm/options.ts'
import { type TestMachine, testMachine } from '../support/machine.ts'
import { type Bench, mebibytes, seconds, type Table } from './figures.ts'
import { benchImage } from './image.ts'
import { grouped, type Group, machineMemory, processes, sum } from './processes.ts'

/** Lines of the boot log (src/agent/milestones.ts and src/main.ts) and what they are called here. */
const moments = [
  ['agent starts', /rosd \S+ starts/],
  ['first reconcile', /first reconcile/],
  ['System Docker is up', /System Docker is up/],
  ['console is up', /console is up/],
  ['User Docker is up', /User Docker is up/],
  ['all services are ready', /all services are ready/]
] as const
const LAST = moments[5][1]
/** Milliseconds without anything to do before memory is read. */
const IDLE = 20_000
const EMULATED = { kind: 'qemu', memory: 512, cpus: 1, unsafe: true } as const

/** Seconds since the kernel started, one for each of `moments`; with namespaces since the agent started. */
type Boot = readonly number[]

export const boot: Bench = {
  name: 'boot',
  about: 'kernel start to services ready, and the memory in use then',
  root: true,
  async measure(say) {
    const image = await benchImage(say)
    const dir = mkdtempSync(join(tmpdir(), 'rosd-bench-'))
    try {
      const emulated = { ...EMULATED, image: dirname(image.vmlinuz), disks: [join(dir, 'disk:4G')] }
      say('a virtual machine with an empty disk')
      const first = await start(emulated)
      say('idle for a while')
      await sleep(IDLE)
      const memory = await machineMemory(first.machine)
      const inside = grouped(await processes(first.machine))
      const off = await powerOff(first.machine)
      say('the same once more, with the disk as it was left')
      const second = await start(emulated)
      await powerOff(second.machine)
      say('a machine of namespaces')
      const spaces = { kind: 'namespaces', image: image.root, disks: [join(dir, 'state')] } as const
      const third = await start(spaces)
      await powerOff(third.machine)
      const fourth = await start(spaces)
      await powerOff(fourth.machine)
      return [
        timesTable([first.boot, second.boot, since(third.boot), since(fourth.boot)], off),
        memoryTable(memory, inside)
      ]
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

/** Starts a machine, waits until everything in it is ready. */
async function start(options: MachineOptions): Promise<{ readonly machine: TestMachine; readonly boot: Boot }> {
  const machine = await testMachine({ sshTimeout: 600, ...options }, 4)
  await machine.machine.logged(LAST, 600)
  return { machine, boot: stamps(machine.machine.log()) }
}

/** The stamps of a boot log, one for each of `moments`. Throws for one that is missing. */
export function stamps(log: string): Boot {
  return moments.map(([what, pattern]) => {
    const line = log.split('\n').find((text) => pattern.test(text))
    const stamp = /\[ *(\d+\.\d+)\]/.exec(line ?? '')?.[1]
    if (stamp === undefined) throw new Error(`the boot log does not say when ${what}`)
    return Number(stamp)
  })
}

/** Namespaces have no kernel to start: their clock counts from the agent's start. */
function since(boot: Boot): Boot {
  const [zero = 0] = boot
  return boot.map((time) => time - zero)
}

/** Seconds from the word to the end of the machine. */
async function powerOff({ machine, tried }: TestMachine): Promise<number> {
  const began = performance.now()
  await tried('poweroff').catch(() => {}) // the connection may end before the answer
  await machine.exited
  return (performance.now() - began) / 1000
}

function timesTable(boots: readonly Boot[], off: number): Table {
  return {
    title: 'Seconds after the start of the kernel (namespaces: of the agent)',
    rows: [
      ['', 'emulated, empty disk', 'emulated, second boot', 'namespaces, empty', 'namespaces, second boot'],
      ...moments.map(([what], at) => [what, ...boots.map((times) => seconds(times[at] ?? Number.NaN))]),
      ['from power-off to the end', seconds(off), '', '', '']
    ],
    note: 'Emulated: QEMU without KVM, 1 processor, 512 MB. The first boot makes the file system, loads the service images and makes all containers.'
  }
}

function memoryTable(memory: { total: number; used: number }, inside: readonly Group[]): Table {
  const rows = inside.map(({ name, processes: list }) => [
    name,
    String(list.length),
    ...(['rss', 'anonymous', 'share'] as const).map((what) => mebibytes(sum(list, what)))
  ])
  return {
    title: `Memory of the idle emulated machine: ${mebibytes(memory.used)} of ${mebibytes(memory.total)} in use`,
    rows: [['processes', 'number', 'resident', 'anonymous', 'proportional'], ...rows],
    note: 'In use is MemTotal - MemAvailable. Resident counts shared pages in full for each process, proportional divides them.'
  }
}
