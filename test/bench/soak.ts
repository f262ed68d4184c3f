// What the agent holds after much work: a thousand documents, ten thousand passes.
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestMachine } from '../support/machine.ts'
import { writeTestImage } from '../support/test-image.ts'
import { type EngineRoom, engineRoom } from '../support/engine-room.ts'
import { type Bench, mebibytes, median, type Table } from './figures.ts'
import { inside } from './inside.ts'
import { documentOf, names, REF, services } from './reconcile-documents.ts'
import { withMachine } from './with-machine.ts'

const SERVICES = 20
const DOCUMENTS = 1_000
const PASSES = 10_000
const PARTS = 10
/** Milliseconds with nothing to do before each look. */
const IDLE = 15_000

/** One look in between. */
interface Held {
  readonly after: number
  /** kB. */
  readonly resident: number
  readonly descriptors: number
}

export const soak: Bench = {
  name: 'soak',
  about: 'what the agent holds with 20 services, after 1,000 documents and after 10,000 passes',
  root: true,
  measure: (say) => withMachine(say, (machine) => soaking(machine, say))
}

export async function soaking(machine: TestMachine, say: (line: string) => void): Promise<readonly Table[]> {
  const room = engineRoom(machine)
  writeTestImage(room.at('/var/lib/rancher/preload/docker/bench.tar'), REF)
  await room.save(documentOf({ services: services(names('s', SERVICES)) }))
  await sleep(1_000)
  await room.settled()
  await sleep(IDLE)
  const idle = held(room, 0)
  say(`${PASSES} passes`)
  const passed = await series(room, PASSES, (count) => soaked(room, count))
  say(`${DOCUMENTS} documents`)
  const edited = await series(room, DOCUMENTS, async (count) => void (await inside(machine, 'edits', [count, 0])))
  return [table(`${PASSES} passes`, [idle, ...passed]), table(`${DOCUMENTS} documents`, [idle, ...edited])]
}

/** Passes one after another, each over everything. */
async function soaked(room: EngineRoom, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await room.pass()
}

function held(room: EngineRoom, after: number): Held {
  return { after, resident: room.resident(), descriptors: room.descriptors() }
}

async function series(
  room: EngineRoom,
  count: number,
  work: (count: number) => Promise<void>
): Promise<readonly Held[]> {
  const looks: Held[] = []
  for (let part = 1; part <= PARTS; part++) {
    await work(count / PARTS)
    await room.settled()
    looks.push(held(room, (count / PARTS) * part))
  }
  return looks
}

function table(title: string, looks: readonly Held[]): Table {
  const later = looks.slice(Math.floor(looks.length / 2)).map(({ resident }) => resident)
  const half = Math.ceil(later.length / 2)
  const growth = median(later.slice(half)) - median(later.slice(0, half))
  return {
    title,
    rows: [
      ['after', 'resident', 'descriptors'],
      ...looks.map(({ after, resident, descriptors }) => [String(after), mebibytes(resident), String(descriptors)])
    ],
    note: `From the third to the last quarter of it: ${mebibytes(growth)} more.`
  }
}
