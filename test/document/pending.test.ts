import t from 'tap'
import { leavesOf, pending, withModules } from '../../src/document/pending.ts'
import { built, layer, user } from './support.ts'

const image = layer('image', 'rancher: {modules: [overlay, nbd nbds_max=4], docker: {graph: /a}}\n')

/** What waits when the user's document was `before` at boot and is `after` now. */
function waits(before: string, after: string, ...more: readonly ReturnType<typeof layer>[]): readonly string[] {
  const leaves = leavesOf(built(image, user(before), ...more).data)
  return pending(leaves, built(image, user(after), ...more)).map(
    ({ key, applies, place }) => `${applies} ${key} ${place}`
  )
}

t.test('keys that count from the next boot on wait when they differ from what it began with', async (t) => {
  const cases = [
    ['nothing changed', 'runcmd: [a]\n', 'runcmd: [a]\n', []],
    ['added', '', 'runcmd: [a]\n', ['reboot runcmd cloud-config.yml:2:1']],
    ['one command of several', 'bootcmd: [a, b]\n', 'bootcmd: [a, c]\n', ['reboot bootcmd cloud-config.yml:2:1']],
    ['taken out', 'runcmd: [a]\n', '', ['reboot runcmd cloud-config.yml:1:1']],
    [
      'what an engine stands on, all else of it not',
      'rancher: {docker: {debug: true}}\n',
      'rancher: {docker: {graph: /b, debug: false}}\n',
      ['reboot rancher.docker.graph cloud-config.yml:2:20']
    ],
    ['live keys', '', 'hostname: a\nrancher: {sysctl: {vm.swappiness: 1}, services: {web: {image: a}}}\n', []],
    ['keys that nothing acts on', '', 'rancher: {resize_device: /dev/sda, rm_usr: true}\n', []],
    [
      'a module is loaded at once, one that is loaded keeps its parameters',
      '',
      'rancher: {modules: [overlay, nbd nbds_max=8, wireguard a=1]}\n',
      ['reboot rancher.modules[1] cloud-config.yml:2:30']
    ],
    ['a module taken out: whether it was loaded is not known', '', 'rancher: {modules: [nbd nbds_max=4]}\n', []],
    ['in another order', '', 'rancher: {modules: [nbd nbds_max=4, overlay]}\n', []]
  ] as const
  for (const [name, before, after, wanted] of cases) t.same(waits(before, after), wanted, name)
})

t.test('a module that came since the boot keeps its parameters, too', async (t) => {
  const leaves = leavesOf(built(image).data)
  const more = built(image, user('rancher: {modules: [overlay, nbd nbds_max=4, wireguard a=1]}\n'))
  const loaded = withModules(leaves, more.data)
  t.same(pending(loaded, more), [])
  t.equal(withModules(loaded, more.data), loaded, 'none came')
  const other = built(image, user('rancher: {modules: [overlay, nbd nbds_max=4, wireguard a=2]}\n'))
  t.match(pending(loaded, other), [{ key: 'rancher.modules[2]' }])
})

t.test('no value is kept of what is compared', async (t) => {
  const leaves = leavesOf(
    built(image, user('runcmd: [login --token hunter2]\n'), layer('cmdline', 'rancher.password=hunter2')).data
  )
  t.same(Object.keys(leaves), ['rancher.docker.graph', 'runcmd', 'module overlay', 'module nbd'])
  for (const hash of Object.values(leaves)) t.match(hash, /^[0-9a-f]{64}$/)
  t.notMatch(Object.keys(leaves).join(' '), 'password')
})
