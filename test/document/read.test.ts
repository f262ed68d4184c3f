import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { buildDocument } from '../../src/document/build.ts'
import { documentPaths } from '../../src/document/layers.ts'
import { readLayers } from '../../src/document/read.ts'

const conf = {
  'cloud-config.yml': 'user',
  'machine.yml': 'machine',
  'cloud-config.d': { '20.yml': 'b', '10.yml': 'a', 'no-extension': 'c', '.hidden': 'x', folder: { 'd.yml': 'x' } }
}

t.test('all layers are read, low to high', async (t) => {
  const root = t.testdir({
    usr: { share: { ros: { 'os-config.yml': 'image', oem: { 'oem-config.yml': 'oem' } } } },
    run: { ros: { leases: { 'eth1.yml': 'lease 1', 'eth0.yml': 'lease 0', '.eth0.yml.tmp': 'x' } } },
    var: { lib: { rancher: { conf } } }
  })
  const layers = await readLayers(documentPaths(root), 'quiet cc.hostname=a -- rancher.debug=true\n')
  t.strictSame(
    layers.map(({ kind, name, text }) => `${kind} ${name}: ${text}`),
    [
      'image os-config.yml: image',
      'oem oem-config.yml: oem',
      'lease leases/eth0.yml: lease 0',
      'lease leases/eth1.yml: lease 1',
      'machine machine.yml: machine',
      'conf cloud-config.d/10.yml: a',
      'conf cloud-config.d/20.yml: b',
      'conf cloud-config.d/no-extension: c',
      'user cloud-config.yml: user',
      'cmdline kernel command line: quiet cc.hostname=a ',
      'arguments init arguments:  rancher.debug=true'
    ]
  )
  t.equal(layers[0]?.file, join(root, '/usr/share/ros/os-config.yml'))
})

t.test('what is not there is no layer', async (t) => {
  const layers = await readLayers(documentPaths(t.testdir({})), '')
  t.strictSame(
    layers.map(({ kind }) => kind),
    ['cmdline']
  )
})

t.test('what is there and cannot be read refuses the document', async (t) => {
  const root = t.testdir({ var: { lib: { rancher: { conf: { 'cloud-config.d': {} } } } } })
  const folder = join(root, 'var/lib/rancher/conf')
  mkdirSync(join(folder, 'cloud-config.yml'))
  symlinkSync('loop', join(folder, 'cloud-config.d', 'loop'))
  const built = buildDocument(await readLayers(documentPaths(root), ''))
  t.match(built, {
    ok: false,
    problems: [
      { code: 'ROS_DOC_UNREADABLE', file: 'cloud-config.d/loop', message: 'cannot be read: ELOOP' },
      { code: 'ROS_DOC_UNREADABLE', file: 'cloud-config.yml', message: 'cannot be read: EISDIR' }
    ]
  })
})

t.test('bytes that are no UTF-8 refuse the document', async (t) => {
  const root = t.testdir({ var: { lib: { rancher: { conf: {} } } } })
  writeFileSync(join(root, 'var/lib/rancher/conf/cloud-config.yml'), Buffer.from('hostname: caf\xe9\n', 'latin1'))
  t.match(buildDocument(await readLayers(documentPaths(root), '')), {
    ok: false,
    problems: [{ code: 'ROS_DOC_BINARY', file: 'cloud-config.yml' }]
  })
})
