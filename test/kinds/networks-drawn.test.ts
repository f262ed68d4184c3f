// Networks drawn at random, with links that stand on each other in every way the schema lets through: none hangs or breaks the planner.
import fc from 'fast-check'
import t from 'tap'
import { buildDocument } from '../../src/document/build.ts'
import { layer } from '../document/support.ts'
import { network } from '../support/drawn-network.ts'
import { transition } from '../support/mirror.ts'
import { NETWORK_KEYS, says } from '../support/network-keys.ts'

const RUNS = Number(process.env['NETWORK_RUNS'] ?? 400)
/** Milliseconds of processor time that a pair may take. */
const LONGEST = 1000
/** Keys that no accepted document has: what comes in goes out by no link. */
const REFUSED: ReadonlySet<string> = new Set(['/firewall.input.rules.out'])

function text(drawn: object): string {
  return JSON.stringify({ rancher: { network: drawn } })
}

/** What the checks let through; the others never reach the planner. */
function accepted(document: string): boolean {
  return buildDocument([layer('user', `#cloud-config\n${document}\n`)]).ok
}

t.test('any network that is accepted is planned, stays, and gives way to any other', async (t) => {
  let planned = 0
  fc.assert(
    fc.property(network, network, (first, second) => {
      const [before, after] = [text(first), text(second)]
      if (!accepted(before) || !accepted(after)) return
      planned += 1
      const began = process.cpuUsage()
      // What contradicts itself (two gateways of one metric) is told each time, and never done.
      const left = transition({ before, after: before }).filter(
        ({ to }) => to === null || !('broken' in to) || to.broken === null
      )
      if (left.length > 0) throw new Error(`once applied it is not as wanted: ${left.map(({ id }) => id).join(', ')}`)
      const actions = transition({ before, after })
      const ids = new Set(actions.map(({ id }) => id))
      if (ids.size !== actions.length) throw new Error('an action stands in the plan twice')
      const { user, system } = process.cpuUsage(began)
      if ((user + system) / 1000 > LONGEST) throw new Error(`it took ${user + system} µs`)
    }),
    { numRuns: RUNS }
  )
  t.ok(planned > RUNS / 20, `${planned} pairs of ${RUNS} were accepted and planned`)
})

t.test('every key of the network is drawn in documents that are accepted', async (t) => {
  const seen = new Set<string>()
  for (const drawn of fc.sample(network, { numRuns: 3_000, seed: 1 })) {
    const fresh = [...NETWORK_KEYS].filter((key) => !seen.has(key) && says(drawn, key))
    if (fresh.length > 0 && accepted(text(drawn))) for (const key of fresh) seen.add(key)
  }
  t.same(
    [...NETWORK_KEYS].filter((key) => !seen.has(key) && !REFUSED.has(key)),
    []
  )
})
