// A gateway whole: one virtual machine with the generic kernel, five cards, and something real at the other end of each. A step is a test
// in turn; one of another file takes the machine: `await t.test(name, (t) => steps(t, gateway))`. Each leaves the machine as examples/edge-gateway.yml has it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { gatewayMachine, whyNoGateway } from '../support/gateway-machine.ts'
import { wifi } from './wifi.ts'

const EXAMPLE = new URL('../../examples/edge-gateway.yml', import.meta.url).pathname
const why = whyNoGateway()
t.setTimeout(1_500_000)

t.test('an edge gateway of five cards', { skip: why ?? false }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-gateway-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  const began = performance.now()
  const gateway = await gatewayMachine(dir, EXAMPLE)
  const seconds = () => ((performance.now() - began) / 1000).toFixed(0)
  t.teardown(() => gateway.stop())
  const { root } = gateway
  t.comment(`ssh answered after ${seconds()} s`)
  await root('ros wait --timeout 300')
  t.comment(`ready after ${seconds()} s`)

  await t.test('has the generic kernel and five cards', async (t) => {
    t.match(await root('uname -r'), /^\d+\.\d+\.\d+\S*-amd64\n$/)
    t.notMatch(await root('uname -r'), /cloud/)
    t.equal((await root('ls -d /sys/class/net/eth*/device')).split('\n').length, 6, 'five, and an end of line')
  })

  await t.test('joins wireless networks', (t) => wifi(t, gateway))
})
