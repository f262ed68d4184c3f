// The agent is killed at every call that changes the machine: before it, after it, and in the middle of writing a file. The next
// one has to bring the machine to where an undisturbed one brings it, to the new document or back to the old one.
import t from 'tap'
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

/** What still fails, but for commands that were cut off: they never run twice. */
function troubleOf({ trouble }: Life): readonly string[] {
  return trouble.filter((line) => !/^command\/.*the agent ended while the commands ran/.test(line))
}

for (const { name, from, to } of SWITCHES.filter((s, i) => (process.env['ONLY'] ?? '01234').includes(String(i)))) {
  t.test(name, async (t) => {
    const start = newWorld()
    if (from !== null) await live(hostOf(start), from, null)
    const undisturbed = copyOf(start)
    const whole = await live(hostOf(undisturbed), to, null)
    t.same(whole.trouble, [], 'undisturbed it settles')
    const old = from ?? {}
    const before = copyOf(start)
    await live(hostOf(before), old, null)
    const targets = [
      { document: to, expected: snapshotOf(undisturbed) },
      { document: old, expected: snapshotOf(before) }
    ] as const
    let points = 0
    const wrong: string[] = []
    for (const when of ['before', 'middle', 'after'] as const) {
      for (let call = 1; ; call += Number(process.env['STEP'] ?? 1)) {
        const dead = await killed(start, to, { call, when })
        if (dead === null) break
        points += 1
        for (const { document, expected } of targets) {
          const world = copyOf(dead)
          const life = await live(hostOf(world), document, null)
          const seen = snapshotOf(world)
          const differences = [...new Set([...Object.keys(seen), ...Object.keys(expected)])]
            .filter((line) => seen[line] !== expected[line])
            .map((line) => `${line}: ${expected[line]} -> ${seen[line]}`)
          const all = [...troubleOf(life), ...differences]
          if (all.length > 0) wrong.push(`${when} ${call} ${document === to ? 'on' : 'back'}: ${all.join('\n    ')}`)
        }
      }
    }
    t.comment(`${name}: ${points} points`)
    if (process.env['DUMP'])
      (await import('node:fs')).appendFileSync(process.env['DUMP'], wrong.map((w) => name + ' ' + w + '\n').join(''))
    t.same(wrong.slice(0, 5), [])
    t.equal(points, 3 * whole.calls.length)
  })
}
