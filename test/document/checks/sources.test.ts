import t from 'tap'
import { complaints } from './support.ts'

const web = (rest: string) => `rancher:\n  services:\n    web: {${rest}}\n`

t.test('what a service is built from, its files and networks', (t) => {
  const cases: readonly (readonly [string, string, RegExp | ''])[] = [
    ['all of it', web('build: /opt/app, dockerfile: a/Dockerfile, env_file: /etc/app.env, networks: [backend]'), ''],
    ['a folder of nobody knows where', web('build: ./app'), /build: `\.\/app` is no absolute path\n/],
    ['a Dockerfile for nothing', web('image: a, dockerfile: x'), /warning: .*dockerfile: nothing is built here/],
    [
      'one outside',
      web('build: /opt/app, dockerfile: ../x'),
      /dockerfile: `\.\.\/x` is not in the folder that is built/
    ],
    ['a relative file', web('image: a, env_file: [/a, b.env]'), /env_file\[1\]: `b\.env` is no absolute path/],
    ['two minds', web('image: a, net: host, networks: [b]'), /networks: cannot be set beside `net`/],
    [
      'an address that is none',
      web('image: a, networks: {b: {ipv4_address: 10.0.0.300}}'),
      /networks\.b\.ipv4_address: `10\.0\.0\.300` is no address of IPv4/
    ]
  ]
  for (const [what, text, said] of cases) {
    if (said === '') t.equal(complaints(text), '', what)
    else t.match(complaints(text), said, what)
  }
  t.end()
})
