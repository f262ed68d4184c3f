// A gateway whole: one virtual machine with the generic kernel, five cards, and something real at the other end of each. Each step is a test
// of its own and leaves the machine as examples/edge-gateway.yml has it. A step from another file is one more line of STEPS.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { imageFolder } from '../../src/vm/image.ts'
import { type GatewayMachine, gatewayMachine, whyNoGateway } from '../support/gateway-machine.ts'
import * as steps from './gateway-steps.ts'
import { wifi } from './wifi.ts'

const STEPS: Readonly<Record<string, (t: Test, gateway: GatewayMachine) => Promise<void>>> = {
  'has the generic kernel and five cards': steps.cards,
  'joins wireless networks': wifi,
  'becomes what the document says, and tells of each thing where it comes from': steps.declared,
  'leads out, in and across': steps.across,
  'a ping flood through the bridge loses nothing while another port gets a VLAN': steps.flood,
  'what is changed by hand is put right, all of it': steps.drift,
  'a cable that is pulled and put back brings the lease again': steps.cable,
  '`ros service restart network` extends leases and drops nothing; `explain` says why': steps.restart,
  'a session through a VRF is known by it, and what touches the VRF waits': steps.vrf,
  'a reboot without the provider’s cable waits for nothing, and all is back with it': steps.reboot
}
/** What it boots with: the way in as it will be, so that ssh is not cut off under the steps. */
const BEFORE = `#cloud-config
rancher:
  network:
    interfaces:
      eth0:
        dhcp: true
        dhcp_use: {routes: false, dns: false, domain: false, ntp: false, hostname: false}
`
const why = whyNoGateway()
t.setTimeout(2_100_000)

t.test('an edge gateway of five cards', { skip: why ?? false }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-gateway-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  const config = join(dir, 'user-data.yml')
  writeFileSync(config, BEFORE)
  let began = performance.now()
  const seconds = () => ((performance.now() - began) / 1000).toFixed(0)
  await imageFolder({ kernel: 'generic', fast: true })
  t.comment(`the image was there after ${seconds()} s`)
  began = performance.now()
  const gateway = await gatewayMachine(dir, config)
  t.teardown(() => gateway.stop())
  t.comment(`ssh answered after ${seconds()} s`)
  await gateway.root('ros wait --timeout 300')
  t.comment(`ready after ${seconds()} s`)
  for (const [name, step] of Object.entries(STEPS)) await t.test(name, (t) => step(t, gateway))
})
