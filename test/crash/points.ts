// Kills the agent at every call that changes a machine in memory, and tells what came of it as a line of JSON for each switch. A process
// of its own: what tap hangs on every promise would take three quarters of the time.
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { FIRST, SECOND } from './documents.ts'
import { type Life, live } from './life.ts'
import type { Death } from './mortal.ts'
import { snapshotOf } from './snapshot.ts'
import { copyOf, hostOf, newWorld, type World } from './world.ts'

interface Switch {
  readonly name: string
  /** null: the machine has just booted. */
  readonly from: CloudConfig | null
  readonly to: CloudConfig
}

/** What came of one switch. */
export interface Told {
  readonly name: string
  /** What waited or failed though nobody was killed. */
  readonly trouble: readonly string[]
  readonly calls: number
  readonly verbs: readonly string[]
  readonly points: number
  /** Points that no agent came to. */
  readonly missed: number
  readonly wrong: readonly string[]
}

const SWITCHES: readonly Switch[] = [
  { name: 'the first document of a boot', from: null, to: FIRST },
  { name: 'another document', from: FIRST, to: SECOND },
  { name: 'back to the first one', from: SECOND, to: FIRST },
  { name: 'an empty document', from: FIRST, to: {} }
]

/** Kills the agent at one point of a switch; null: it came to its end before. */
async function killed(start: World, to: CloudConfig, death: Death): Promise<World | null> {
  const world = copyOf(start)
  const { state } = await live(hostOf(world), to, death)
  return state === null ? world : null
}

/** Lets the next agent go on from there; what does not fit then. */
async function strayed(
  world: World,
  document: CloudConfig,
  expected: Readonly<Record<string, string>>
): Promise<readonly string[]> {
  const life = await live(hostOf(world), document, null)
  const found = snapshotOf(world)
  const differences = [...new Set([...Object.keys(found), ...Object.keys(expected)])]
    .filter((line) => found[line] !== expected[line])
    .map((line) => `${line}: ${expected[line]} -> ${found[line]}`)
  return [...troubleOf(life), ...repeated(world), ...differences]
}

/** Commands that ran twice. */
function repeated({ files }: World): readonly string[] {
  return [...files].flatMap(([path, { bytes }]) => {
    const lines = path.startsWith('/var/log/') ? bytes.toString().trim().split('\n') : []
    return lines.filter((line, index) => lines.indexOf(line) !== index).map((line) => `${path}: ran twice: ${line}`)
  })
}

/** What still fails, but for commands that were cut off: they never run twice. */
function troubleOf({ trouble }: Life): readonly string[] {
  return trouble.filter((line) => !/^command\/.*the agent ended while the commands ran/.test(line))
}

for (const { name, from, to } of SWITCHES) {
  const start = newWorld()
  if (from !== null) await live(hostOf(start), from, null)
  const undisturbed = copyOf(start)
  const whole = await live(hostOf(undisturbed), to, null)
  const old = from ?? {}
  const before = copyOf(start)
  await live(hostOf(before), old, null)
  const targets = [
    { document: to, expected: snapshotOf(undisturbed) },
    { document: old, expected: snapshotOf(before) }
  ] as const
  let points = 0
  let missed = 0
  const wrong: string[] = []
  for (const [index, call] of whole.calls.entries()) {
    // Where nothing is half done, the middle is no other point than before.
    const halves = /^files\.write(Atomic|InPlace) (?!\/proc\/)/.test(call) ? (['middle'] as const) : []
    for (const when of ['before', ...halves, 'after'] as const) {
      const dead = await killed(start, to, { call: index + 1, when })
      if (dead === null) {
        missed += 1
        continue
      }
      points += 1
      // After one call is before the next, but for what else is under way.
      for (const { document, expected } of when === 'after' ? targets.slice(0, 1) : targets) {
        const trouble = await strayed(copyOf(dead), document, expected)
        if (trouble.length > 0)
          wrong.push(`${when} ${index + 1} (${call}), ${document === to ? 'on' : 'back'}: ${trouble.join('\n    ')}`)
      }
    }
  }
  const { trouble, calls, verbs } = whole
  const told: Told = { name, trouble, calls: calls.length, verbs, points, missed, wrong }
  process.stdout.write(`${JSON.stringify(told)}\n`)
}
