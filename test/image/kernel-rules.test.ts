import t from 'tap'
import { keptModules, loadOrder, parseDependencies, parseKernelRules } from '../../src/image/kernel-rules.ts'
import { refusedOptions } from '../../src/image/kernel-source.ts'

const all = parseDependencies(`kernel/fs/xfs/xfs.ko.xz: kernel/lib/crc32.ko.xz
kernel/lib/crc32.ko.xz:
kernel/drivers/net/mlx5/mlx5_core.ko.xz: kernel/net/tls/tls.ko.xz kernel/drivers/ptp/ptp.ko.xz
kernel/net/tls/tls.ko.xz:
kernel/drivers/ptp/ptp.ko.xz:
kernel/drivers/block/virtio_blk.ko.xz: kernel/drivers/virtio/virtio.ko.xz kernel/drivers/virtio/virtio_ring.ko.xz
kernel/drivers/virtio/virtio.ko.xz: kernel/drivers/virtio/virtio_ring.ko.xz
kernel/drivers/virtio/virtio_ring.ko.xz:
alias pci:v00001AF4d*sv*sd*bc*sc*i* virtio_pci
`)

const rules = (drop: string[], keep: string[] = []) => ({
  package: 'linux-image-amd64',
  source: '',
  dropEverywhere: [],
  drop,
  keep,
  initrd: []
})

t.test('lines that are not dependencies are passed over', async (t) => {
  t.equal(all.size, 8)
})

t.test('a dropped folder goes, a dependency of what is kept stays', async (t) => {
  const kept = keptModules(all, rules(['fs', 'net', 'drivers/ptp', 'drivers/virtio']))
  t.notOk(kept.includes('kernel/fs/xfs/xfs.ko.xz'))
  t.ok(kept.includes('kernel/net/tls/tls.ko.xz'), 'mlx5_core needs it')
  t.ok(kept.includes('kernel/drivers/ptp/ptp.ko.xz'), 'mlx5_core needs it')
})

t.test('exceptions and globs hold', async (t) => {
  const kept = keptModules(all, rules(['drivers', 'lib/crc*'], ['drivers/ptp/ptp']))
  t.same(
    kept.filter((path) => path.includes('drivers')),
    ['kernel/drivers/ptp/ptp.ko.xz']
  )
  t.ok(kept.includes('kernel/lib/crc32.ko.xz'), 'xfs needs it')
})

t.test('a pattern that matches no module is refused', async (t) => {
  t.throws(() => keptModules(all, rules(['drivers/scsi'])), { message: /no module matches drivers\/scsi/ })
  t.throws(() => keptModules(all, rules([], ['fs/xf'])), { message: /no module matches fs\/xf/ })
})

t.test('modules are loaded after what they need, each once', async (t) => {
  t.same(loadOrder(all, new Set(), ['virtio_blk', 'virtio-ring', 'xfs']), [
    'kernel/drivers/virtio/virtio_ring.ko.xz',
    'kernel/drivers/virtio/virtio.ko.xz',
    'kernel/drivers/block/virtio_blk.ko.xz',
    'kernel/lib/crc32.ko.xz',
    'kernel/fs/xfs/xfs.ko.xz'
  ])
})

t.test('a module built into the kernel needs no loading, an unknown one is refused', async (t) => {
  t.same(loadOrder(all, new Set(['nvme']), ['nvme']), [])
  t.throws(() => loadOrder(all, new Set(['nvme']), ['nvmee']), {
    message: /no module nvmee, neither kept nor built in/
  })
})

t.test('a kernel names either a package or a source', async (t) => {
  t.throws(() => parseKernelRules('kernels: { cloud: { initrd: [loop] } }', 'cloud'), {
    message: /kernels.cloud: name either a package or a source/
  })
})

t.test("options that the kernel's source silently dropped are named", async (t) => {
  const wanted = '# a comment\nCONFIG_A=y\nCONFIG_B=y\nCONFIG_NAME="-rosd"\nCONFIG_OFF=n\nCONFIG_ON=n\n'
  const got = 'CONFIG_A=y\nCONFIG_NAME="-rosd"\n# CONFIG_OFF is not set\nCONFIG_ON=y\n'
  t.same(refusedOptions(wanted, got), ['CONFIG_B=y', 'CONFIG_ON=n'])
})
