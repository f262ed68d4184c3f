// How long what somebody undid stays undone, and what a command costs.
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestMachine } from '../support/machine.ts'
import type { EngineRoom } from '../support/engine-room.ts'
import { median, milliseconds, type Table } from './figures.ts'
import { beside } from './inside.ts'
import { documentOf, interfaces, names, REF, services } from './reconcile-documents.ts'

const TIMES = 100
/** Each is undone every twentieth time: the agent takes what is undone again at once for a fight, and rests. */
const THINGS = 20
const COMMANDS = 20

/** Needs links d0 to d19. */
export async function repairs(machine: TestMachine, room: EngineRoom): Promise<Table> {
  const mounts = names('/mnt/m', THINGS).map((path) => `  - [tmpfs, ${path}, tmpfs, size=1m]`)
  const document = documentOf({
    network: interfaces(names('d', THINGS)),
    services: services(names('s', THINGS))
  })
  await room.save([document, 'mounts:', ...mounts, ''].join('\n'))
  await sleep(1_000)
  await room.settled()
  // Then everything counts as lasting.
  await sleep(10_000)
  const took = await beside<Readonly<Record<'bare' | 'container' | 'address' | 'mount', readonly number[]>>>(
    machine,
    'repairs',
    [TIMES, THINGS, REF]
  )
  await room.settled()
  return {
    title: `What somebody undid is right again, of ${TIMES}`,
    rows: [
      ['', 'median', '99 of 100 within'],
      row('container killed', took.container),
      row('for comparison: one that is started through the engine’s API when it says that it died', took.bare),
      row('address deleted', took.address),
      row('mount remounted read-only', took.mount)
    ],
    note: `A killed container is back in ${(median(took.container) / median(took.bare)).toFixed(2)} times what the engine itself takes to clean up and start it.`
  }
}

export async function commands(machine: TestMachine): Promise<Table> {
  const { node, ros } = await beside<{ node: readonly number[]; ros: readonly number[] }>(machine, 'commands', [
    COMMANDS
  ])
  return {
    title: `A command, medians of ${COMMANDS}`,
    rows: [
      ['', 'time', 'ratio'],
      ['node -e 0', milliseconds(median(node)), ''],
      ['ros config get', milliseconds(median(ros)), (median(ros) / median(node)).toFixed(2)]
    ]
  }
}

function row(what: string, took: readonly number[]): string[] {
  const within = took.toSorted((a, b) => a - b)[Math.ceil(took.length * 0.99) - 1] ?? Number.NaN
  return [what, milliseconds(median(took)), milliseconds(within)]
}
