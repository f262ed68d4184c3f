// Ways to syslog servers that are not there, on loopback.
import { getEventListeners } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import t from 'tap'
import { openLink } from '../../src/logs/syslog-link.ts'

t.test('a try leaves nothing behind, whether it failed or not', async (t) => {
  const { signal } = new AbortController()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // of TCP
  const to = { name: 'central', host: '127.0.0.1', port, ca: null, format: 'rfc5424', sources: null } as const
  const link = await openLink({ ...to, protocol: 'tcp' }, signal)
  t.same(getEventListeners(signal, 'abort'), [])
  link.close()
  await new Promise((resolve) => server.close(resolve))
  for (const protocol of ['tcp', 'tls'] as const) {
    await t.rejects(openLink({ ...to, protocol }, signal), /ECONNREFUSED/)
    t.same(getEventListeners(signal, 'abort'), [], protocol)
  }
})
