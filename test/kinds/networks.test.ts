import { readdirSync } from 'node:fs'
import t from 'tap'
import { networkCases } from '../support/network-cases.ts'
import { cabledMachine, whyNoNamespace } from '../support/network-machine.ts'
import { namespaceHere } from '../support/network-place.ts'
import { playNetworkCases } from '../support/network-play.ts'

const skip = (await whyNoNamespace()) ?? false
// Some two hundred passes; in time on a machine that is busy, too.
t.setTimeout(240_000)

t.test('declared networks come, stay and go without a trace', { skip }, async (t) => {
  const net = await cabledMachine(t, undefined, await namespaceHere())
  for (const card of ['eth0', 'eth1']) await net.ip(`link set ${card} up`)
  const folder = new URL('networks/', import.meta.url)
  for (const file of readdirSync(folder)) await playNetworkCases(t, net, networkCases(new URL(file, folder)))
})
