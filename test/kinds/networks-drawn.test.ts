// Networks drawn at random, with links that stand on each other in every way the schema lets through: none hangs or breaks the planner.
import fc from 'fast-check'
import t from 'tap'
import { buildDocument } from '../../src/document/build.ts'
import { layer } from '../document/support.ts'
import { transition } from '../support/mirror.ts'

const RUNS = Number(process.env['NETWORK_RUNS'] ?? 400)
const NAMES = ['eth0', 'eth1', 'a', 'b', 'c', 'eth0.5']

const name = fc.constantFrom(...NAMES)
/** What makes a link, or makes it belong to another; or nothing of that. */
const kind = fc.oneof(
  fc.constant({}),
  fc.constant({ bridge: 'true' }),
  name.map((bridge) => ({ bridge })),
  name.map((bond) => ({ bond })),
  fc.integer({ min: 0, max: 6 }).map((mode) => ({ bond_opts: { mode } })),
  fc.record({ id: fc.integer({ min: 1, max: 9 }), link: name }).map((vlan) => ({ vlan })),
  name.map((link) => ({ macvlan: { link } })),
  name.map((link) => ({ vxlan: { id: 7, link } })),
  name.map((peer) => ({ veth: { peer } })),
  fc.constant({ dummy: true }),
  name.map((vrf) => ({ vrf })),
  fc.constant({ vrf_table: 10 })
)
const more = fc.record(
  {
    vlans: fc.constantFrom('5', '5,6:a', '7:b'),
    mtu: fc.constantFrom(1400, 1500),
    address: fc.constantFrom('10.0.0.1/24', 'fd00::1/64'),
    up: fc.boolean(),
    forwarding: fc.boolean()
  },
  { requiredKeys: [] }
)
const entry = fc
  .tuple(kind, fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, more))
  .map(([one, other]) => ({ ...one, ...other }))
const network = fc.dictionary(fc.oneof(name, fc.constantFrom('eth*', 'mac=02:*')), entry, { maxKeys: 4 })

function text(interfaces: object): string {
  return JSON.stringify({ rancher: { network: { interfaces } } })
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
      const left = transition({ before, after: before })
      if (left.length > 0) throw new Error(`once applied it is not as wanted: ${left.map(({ id }) => id).join(', ')}`)
      const actions = transition({ before, after })
      const ids = new Set(actions.map(({ id }) => id))
      if (ids.size !== actions.length) throw new Error('an action stands in the plan twice')
    }),
    { numRuns: RUNS }
  )
  t.ok(planned > RUNS / 20, `${planned} pairs of ${RUNS} were accepted and planned`)
})
