// Passes that find nothing to do: how long they take, and how that grows.
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestMachine } from '../support/machine.ts'
import type { EngineRoom } from '../support/engine-room.ts'
import { median, type Table } from './figures.ts'
import { documentOf, interfaces, names, parameters, services } from './reconcile-documents.ts'

const TIMES = 40
const LINKS = 50
const SIZES = [100, 300, 1000]
/** Milliseconds between two passes; what one sets off is over. */
const PAUSE = 100

interface Passes {
  readonly resources: number
  /** By the agent's own clock. */
  readonly took: readonly number[]
  /** From the request on its socket to the answer. */
  readonly answered: readonly number[]
  /** Milliseconds of processor time for each. */
  readonly processor: number
}

/** Lays LINKS links of two ends each pair, and measures passes over documents that name them. */
export async function passes(
  { machine }: TestMachine,
  room: EngineRoom,
  say: (line: string) => void
): Promise<Table[]> {
  const links = names('d', LINKS)
  const pairs = links.flatMap((name, i) => (i % 2 === 0 ? [`link add ${name} type veth peer name d${i + 1}`] : []))
  const { code, stderr } = await machine.nsenter(['/usr/bin/ip', '-batch', '-'], { stdin: `${pairs.join('\n')}\n` })
  if (code !== 0) throw new Error(`the links could not be made: ${stderr}`)
  /** What the agent counted of its passes. */
  const clock = async () => {
    const text = await room.text('/metrics')
    const of = (part: string) => Number(new RegExp(`^rosd_pass_duration_seconds_${part} (.+)$`, 'm').exec(text)?.[1])
    return { count: of('count'), seconds: of('sum') }
  }
  const measured = async (document: string): Promise<Passes> => {
    await room.save(document)
    await sleep(1_000)
    await room.settled()
    // What runs once is slower: Node.js has not compiled it yet.
    for (let i = 0; i < 5; i++) await room.pass()
    const [took, answered] = [[] as number[], [] as number[]]
    let processor = 0
    for (let i = 0; i < TIMES; i++) {
      const then = await clock()
      const before = room.processor()
      answered.push(await room.pass())
      await sleep(PAUSE)
      processor += room.processor() - before
      const now = await clock()
      // A rumour of the kernel may have had one of its own.
      if (now.count === then.count + 1) took.push((now.seconds - then.seconds) * 1000)
    }
    const { counts } = await room.agent<{ counts: { resources: number } }>('GET', '/v1/status')
    return { resources: counts.resources, took, answered, processor: processor / TIMES }
  }
  say('20 containers, 50 links, 100 parameters')
  const asked = await measured(
    documentOf({ network: interfaces(links), sysctl: parameters(links, 100), services: services(names('s', 20)) })
  )
  const sizes: Passes[] = []
  for (const size of SIZES) {
    say(`${size} resources`)
    // Files are the kind of which there can be a thousand on any machine.
    sizes.push(await measured(`${documentOf({ services: services(names('s', 2)) })}${files(size - FIXED)}`))
  }
  const [small, , large] = sizes
  const each = ({ took, resources }: Passes) => median(took) / resources
  const growth = small === undefined || large === undefined ? Number.NaN : each(large) / each(small)
  return [
    {
      title: `A pass that finds nothing to do, of ${TIMES}`,
      rows: [
        ['', 'resources', 'median', 'least', 'answered', 'processor'],
        row('20 containers, 50 links with an address each, 100 parameters', asked),
        ...sizes.map((one) => row(`a document of about ${one.resources}`, one))
      ],
      note: `By the agent’s own clock; answered: from the request on its socket to the answer; processor: of all threads. One of the largest document’s resources costs ${growth.toFixed(2)} times what one of the smallest document’s does; 1 is linear.`
    }
  ]
}

/** Resources that every machine has. */
const FIXED = 60

function files(count: number): string {
  const entries = Array.from({ length: count }, (_, i) => `  - {path: /run/bench/${i}, content: '${i}'}`)
  return ['write_files:', ...entries, ''].join('\n')
}

function row(what: string, { resources, took, answered, processor }: Passes): string[] {
  const ms = (value: number) => `${value.toFixed(1)} ms`
  return [what, String(resources), ms(median(took)), ms(Math.min(...took)), ms(median(answered)), ms(processor)]
}
