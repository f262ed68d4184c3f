import t from 'tap'
import { ports } from '../../src/compose/ports.ts'

t.test('ports', async (t) => {
  for (const [text, expected] of [
    ['80', ['80/tcp @ :']],
    [8080, ['8080/tcp @ :']],
    ['8080:80', ['80/tcp @ :8080']],
    ['53:53/udp', ['53/udp @ :53']],
    ['127.0.0.1:8080:80', ['80/tcp @ 127.0.0.1:8080']],
    ['127.0.0.1::80', ['80/tcp @ 127.0.0.1:']],
    ['[::1]:8080:80', ['80/tcp @ ::1:8080']],
    ['9000-9001:80-81', ['80/tcp @ :9000', '81/tcp @ :9001']],
    ['9000-9010:80', ['80/tcp @ :9000-9010']],
    ['53:53/UDP', ['53/udp @ :53']]
  ] as const) {
    t.same(
      ports(text).map((port) => `${port.container} @ ${port.hostIp}:${port.hostPort}`),
      expected,
      String(text)
    )
  }
  for (const wrong of [
    'http',
    '80:http',
    '70000',
    '1-3:1-2',
    '5-4',
    '80/icmp',
    '80/tcp/udp',
    'eth0:80:80',
    '300.0.0.1:80:80'
  ])
    t.throws(() => ports(wrong), /port/)
})
