import t from 'tap'
import { origins } from '../../src/document/origins.ts'
import { parsePath } from '../../src/document/path.ts'
import { layer, user } from './support.ts'

const layers = [
  layer('image', 'rancher:\n  sysctl:\n    vm.swappiness: 60\n  modules: [overlay]\n  services: {web: {image: a}}\n'),
  layer('conf', '#cloud-config\nrancher: {sysctl: {vm.swappiness: 30}, services: {web: null}}\n'),
  user('rancher:\n  sysctl:\n    vm.swappiness: 10\n'),
  layer('metadata', 'hostname: cloud\n'),
  layer('cmdline', 'quiet rancher.sysctl.vm.swappiness=5 cc.hostname=line')
]

const shown = (key: string) =>
  origins(layers, parsePath(key)).map(
    ({ layer, line, column, value, taken }) => `${layer}:${line}:${column} ${taken ? 'taken' : JSON.stringify(value)}`
  )

t.test('everything that is said of a key, the winner first', async (t) => {
  const cases = [
    [
      'rancher.sysctl.vm.swappiness',
      [
        'kernel command line:1:7 "5"',
        'cloud-config.yml:4:5 "10"',
        'cloud-config.d/10.yml:2:20 "30"',
        'os-config.yml:3:5 "60"'
      ]
    ],
    ['rancher.modules', ['os-config.yml:4:3 ["overlay"]']],
    ['rancher.services.web.image', ['cloud-config.d/10.yml:2:51 taken', 'os-config.yml:5:20 "a"']],
    ['hostname', ['kernel command line:1:38 "line"', 'metadata:1:1 "cloud"']],
    ['rancher.debug', []],
    ['no.such.key', []]
  ] as const
  for (const [key, expected] of cases) t.same(shown(key), expected, key)
})
