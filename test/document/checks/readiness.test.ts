import t from 'tap'
import { complaints } from './support.ts'

const two = (web: string, db = '') =>
  `rancher:\n  services:\n    web: {image: nginx, ${web}}\n    db: {image: postgres${db}}\n`

t.test('states that are none, and states that nothing reaches', (t) => {
  const cases: readonly (readonly [string, string, RegExp | ''])[] = [
    ['a state', two('labels: {io.rancher.os.after: "db[ready], db[completed]"}'), ''],
    ['conditions', two('depends_on: {db: {condition: service_healthy, restart: true}}'), ''],
    [
      'a slip',
      two('labels: {io.rancher.os.after: "db[redy]"}'),
      /^cloud-config\.yml:4:.*labels.*: `\[redy\]` is no state\n[^]*expected: \[started\], \[ready\], \[healthy\], \[completed\]/
    ],
    [
      'health that is turned off',
      two('depends_on: {db: {condition: service_healthy}}', ', healthcheck: {disable: true}'),
      /depends_on\.db\.condition: `db` never gets healthy: its health check is turned off/
    ],
    [
      'the same by a label of the other',
      two('labels: {a: b}', ', healthcheck: {disable: true}, labels: {io.rancher.os.before: "web[healthy]"}'),
      /services\.db\.labels.*: `db` never gets healthy/
    ],
    [
      'an end that is none',
      two('depends_on: {db: {condition: service_completed_successfully}}', ', restart: always'),
      /warning: .*`db` never stays at its end: it is started again \(`restart: always`\)/
    ],
    [
      'a gate on what is not there',
      two('labels: {io.rancher.os.after: "cache[ready]"}'),
      /^cloud-config\.yml:4:\d+: rancher\.services\.web\.labels.*: there is no service `cache`/
    ]
  ]
  for (const [what, text, said] of cases) {
    if (said === '') t.equal(complaints(text), '', what)
    else t.match(complaints(text), said, what)
  }
  t.end()
})
