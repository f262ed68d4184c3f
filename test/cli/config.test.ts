// The `ros config` commands against a model agent.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../support/loop.ts'
import { machine, ros } from './support/ros.ts'

const calm = '#cloud-config\nrancher:\n  sysctl:\n    vm.swappiness: 10 # calm\n'

t.test('config get prints what RancherOS printed', async (t) => {
  const user = [
    '#cloud-config',
    'hostname: web-1',
    'rancher:',
    '  debug: true',
    '  sysctl: {kernel.sysrq: 1}',
    '  network:',
    '    dns:',
    '      nameservers: [8.8.8.8, 1.1.1.1]',
    ''
  ].join('\n')
  const { ros, stop } = await machine({ user })
  t.teardown(stop)
  const cases = [
    ['hostname', 'web-1\n'],
    ['rancher.debug', 'true\n'],
    ['rancher.sysctl', 'kernel.sysrq: "1"\n\n'],
    ['rancher.sysctl.kernel.sysrq', '1\n'],
    ['rancher.network.dns.nameservers', '- 8.8.8.8\n- 1.1.1.1\n\n'],
    ['rancher.network.dns.search', '[]\n\n'],
    ['rancher.state.wait', 'false\n'],
    ['no.such.key', '\n'],
    ['rancher.password', '\n']
  ] as const
  for (const [key, out] of cases) t.same(await ros(`config get ${key}`), { code: 0, out, err: '' }, key)
  t.same(await ros('c get hostname'), { code: 0, out: 'web-1\n', err: '' })
  t.match(JSON.parse((await ros('config get hostname --json')).out), { key: 'hostname', value: 'web-1' })
})

t.test('config get --explain shows every layer that sets a key, the one that counts first', async (t) => {
  const image = 'rancher:\n  debug: false\n  sysctl: {vm.swappiness: 60, kernel.sysrq: 1}\n'
  const { ros, root, stop } = await machine({ image, user: calm, cmdline: 'quiet rancher.debug=false' })
  t.teardown(stop)
  const [own, below] = [`${root}/var/lib/rancher/conf/cloud-config.yml`, `${root}/usr/share/ros/os-config.yml`]
  const plain = async (key: string) =>
    (await ros(`config get ${key} --explain`)).out.replaceAll(root, '').replaceAll(/ {3,}/g, '  ')
  t.equal(
    await plain('rancher.debug'),
    [
      'VALUE  FROM  STANDING',
      'false  /proc/cmdline:1:7  counts',
      'false  /usr/share/ros/os-config.yml:2:3  overridden',
      ''
    ].join('\n')
  )
  t.equal(await plain('rancher.state.wait'), 'nothing sets it\n')
  const { origins } = JSON.parse((await ros('config get rancher.sysctl --explain --json')).out)
  t.match(origins, [
    { key: 'rancher.sysctl.vm.swappiness', value: '10', place: `${own}:4:5`, counts: true },
    { key: 'rancher.sysctl.vm.swappiness', value: '60', place: `${below}:3:12`, counts: false },
    { key: 'rancher.sysctl.kernel.sysrq', value: '1', place: `${below}:3:31`, counts: true }
  ])
  t.match(
    (await ros('config get rancher.sysctl --explain')).out,
    /^KEY +VALUE +FROM +STANDING\nrancher\.sysctl\.vm\.swappiness +10 +\S+ +counts\n/
  )
  await ros('config set rancher.sysctl.kernel.sysrq null')
  t.match(
    (await ros('config get rancher.sysctl --explain')).out,
    /\nrancher\.sysctl\.kernel\.sysrq +- +\S+cloud-config\.yml:5:5 +takes it away\nrancher\.sysctl\.kernel\.sysrq +1 +\S+ +overridden\n/
  )
})

t.test('config diff shows what is saved and not in force, and why', async (t) => {
  const { ros, edit, store, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  t.same(await ros('config diff'), { code: 0, out: 'what is saved is in force\n', err: '' })
  await edit('#cloud-config\nhostnam: x\n')
  await until(() => store.value.document.complaint !== '')
  t.same(await ros('config diff'), {
    code: 1,
    out: [
      'what is saved is refused; generation 1 stays in force',
      'cloud-config.yml:2:1: hostnam: unknown key, did you mean `hostname`?',
      '  hostnam: x',
      '  ^',
      '  expected: one of hostname, ssh_authorized_keys, write_files, mounts, runcmd, bootcmd, rancher',
      '  fix: rename it to `hostname`',
      ''
    ].join('\n'),
    err: ''
  })
  t.match(JSON.parse((await ros('config diff --json')).out), { valid: false, changes: [], plan: null, pending: [] })
})

t.test('config diff shows what will be done with a file that was not read yet', async (t) => {
  const { ros, root, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  writeFileSync(join(root, 'var/lib/rancher/conf/cloud-config.yml'), calm.replace('10', '20'))
  t.equal(
    (await ros('config diff')).out,
    [
      '~ rancher.sysctl.vm.swappiness: 10 -> 20',
      '',
      '~ sysctl/vm.swappiness: 10 -> 20  (cloud-config.yml:4:5 rancher.sysctl.vm.swappiness)',
      '',
      '1 to update; plan b1e6b022bc79',
      ''
    ].join('\n')
  )
})

t.test('config set changes one value, says what changed, and the machine follows', async (t) => {
  const { ros, machine: values, userText, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  const set = await ros('config set rancher.sysctl.vm.swappiness 20 --wait 5')
  t.same(set, {
    code: 0,
    out: '~ rancher.sysctl.vm.swappiness: 10 -> 20\nsettled: generation 2, 1 of 1 ready\n',
    err: ''
  })
  t.equal(values.get('vm.swappiness'), '20')
  t.equal(await userText(), calm.replace('10', '20'))
  t.same(await ros('config set rancher.sysctl.vm.swappiness 20'), { code: 0, out: 'nothing changes\n', err: '' })
  t.equal(
    (await ros(['config', 'set', 'rancher.environment', '{A: b c, D: "{"}'])).out,
    '+ rancher.environment: {"A":"b c","D":"{"}\n'
  )
  t.match(JSON.parse((await ros('config set hostname web --json')).out), {
    changes: [{ op: 'add', path: 'hostname', to: 'web' }]
  })
  const before = await userText()
  const bad = await ros('config set rancher.debug perhaps')
  t.equal(bad.code, 1)
  t.match(
    bad.err,
    /^ros: rancher\.debug is not set: must be true or false, not `perhaps`\ncloud-config\.yml:\d+:\d+: rancher\.debug: /
  )
  t.equal(await userText(), before)
})

t.test('config set says what a change needs, and what overrides it', async (t) => {
  const { ros, stop } = await machine({ user: calm, cmdline: 'quiet rancher.debug=true' })
  t.teardown(stop)
  const set = (key: string, value: string) => ros(['config', 'set', key, value])
  t.equal(
    (await set('rancher.docker.log_driver', 'local')).out,
    '+ rancher.docker.log_driver: local  (restarts docker)\n'
  )
  t.equal((await set('rancher.docker.graph', '/b')).out, '+ rancher.docker.graph: /b  (waits for a reboot)\n')
  t.equal(
    (await set('rancher.registry_auths.hub.password', 's3cret')).out,
    '+ rancher.registry_auths: {"hub":{"password":"(secret)"}}\n'
  )
  t.same(await set('rancher.debug', 'false'), {
    code: 0,
    out: 'nothing changes\n',
    err: [
      'kernel command line:1:7: warning: rancher.debug: is overridden here: true counts, not what cloud-config.yml says',
      '  quiet rancher.debug=true',
      '        ^',
      '  fix: take the argument off the kernel command line and reboot; the value is kept until then',
      ''
    ].join('\n')
  })
  const json = await ros('config set --json rancher.debug false')
  t.match(JSON.parse(json.out), { warnings: [{ code: 'ROS_DOC_OVERRIDDEN', key: 'rancher.debug' }] })
})

t.test('config set of a key that is none says which may be meant', async (t) => {
  const { ros, userText, stop } = await machine({ user: calm })
  t.teardown(stop)
  const { code, err } = await ros('config set rancher.debgu true')
  t.equal(code, 1)
  t.match(err, /^ros: rancher\.debgu is not set: unknown key, did you mean `debug`\?\ncloud-config\.yml:5:3: /)
  const below = await ros('config set rancher.netwrk.dns.search a')
  t.match(below.err, /^ros: rancher\.netwrk is not set: unknown key, did you mean `network`\?\n/)
  t.equal(await userText(), calm)
  for (const line of ['config set', 'config set hostname']) t.equal((await ros(line)).code, 2, line)
})

t.test('config unset takes a key out and says what shows through', async (t) => {
  const image = 'rancher:\n  shutdown_timeout: 30\n'
  const { ros, root, userText, stop } = await machine({ image, user: `${calm}  shutdown_timeout: 90\n` })
  t.teardown(stop)
  t.same(await ros('config unset rancher.shutdown_timeout'), {
    code: 0,
    out: `~ rancher.shutdown_timeout: 90 -> 30\nrancher.shutdown_timeout is now 30, by ${root}/usr/share/ros/os-config.yml:2:3\n`,
    err: ''
  })
  t.same(await ros('config unset rancher.sysctl.vm.swappiness --json'), {
    code: 0,
    out: `${JSON.stringify(
      {
        hash: '88c95955b024402aa9572b663f7eeb134f01343bb92af27b50e97e72b22c565f',
        changes: [{ op: 'remove', path: 'rancher.sysctl', applies: 'live', from: { 'vm.swappiness': '10' } }],
        warnings: [],
        beneath: null,
        trial: null
      },
      null,
      2
    )}\n`,
    err: ''
  })
  t.equal(await userText(), '#cloud-config\n')
  t.same(await ros('config unset rancher.shutdown_timeout'), {
    code: 1,
    out: '',
    err: `ros: cloud-config.yml does not set rancher.shutdown_timeout; it comes from ${root}/usr/share/ros/os-config.yml:2:3. To take it away: ros config set rancher.shutdown_timeout null\n`
  })
  t.equal((await ros('config set rancher.shutdown_timeout null')).out, '- rancher.shutdown_timeout: was 30\n')
  t.equal((await ros('config unset')).code, 2)
})

t.test('config set of a value the kernel refuses ends with 4 after its wait', async (t) => {
  const { ros, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  const { code, out } = await ros('config set rancher.sysctl.vm.swappiness broken --wait 0.3')
  t.equal(code, 4)
  t.match(out, /^~ rancher\.sysctl\.vm\.swappiness: 10 -> broken\nnot settled in time\nphase: +Degraded/)
})

t.test('config merge merges a file or standard input, and warns', async (t) => {
  const { ros, userText, root, stop } = await machine({ user: calm })
  t.teardown(stop)
  const file = join(root, 'more.yml')
  writeFileSync(file, 'rancher:\n  sysctl:\n    kernel.sysrq: 1\n')
  t.equal((await ros(['config', 'merge', '-i', file])).out, '+ rancher.sysctl.kernel.sysrq: 1\n')
  t.match(await userText(), '10 # calm')
  const input = 'rancher:\n  resize_device: /dev/sda\n'
  const warned = await ros('config merge', { input })
  t.equal(warned.code, 0)
  t.equal(warned.out, '+ rancher.resize_device: /dev/sda\n')
  t.match(
    warned.err,
    /^cloud-config\.yml:\d+:\d+: warning: rancher\.resize_device: is valid, and nothing acts on it yet/
  )
  const windows = await ros('config merge', { input: 'rancher:\r\n  sysctl:\r\n    kernel.sysrq: 0\r\n' })
  t.match(windows, { code: 0, out: '~ rancher.sysctl.kernel.sysrq: 1 -> 0\n', err: /^input: warning: .*Windows/ })
  t.notMatch(await userText(), '\r')
  const bad = await ros('config merge', { input: 'a: [' })
  t.match(bad, { code: 1, err: /nothing was written\ninput:1:/ })
})

t.test('config export prints the document, without the agent where a file is named', async (t) => {
  const image = 'rancher:\n  debug: true\n'
  const user =
    '#cloud-config\nhostname: web-1\nrancher:\n  registry_auths:\n    hub: {username: me, password: s3cret}\n'
  const { ros: here, root, stop } = await machine({ image, user })
  t.teardown(stop)
  const plain = '#cloud-config\nrancher:\n  registry_auths:\n    hub:\n      username: me\nhostname: web-1\n'
  t.same(await here('config export'), { code: 0, out: plain, err: '' })
  t.match((await here('config export -p')).out, 's3cret')
  t.match((await here('config export -f')).out, 'debug: true')
  t.same(JSON.parse((await here('config export --json')).out), { text: plain })
  const file = join(root, 'out.yml')
  t.same(await here(['config', 'export', '-o', file]), { code: 0, out: '', err: '' })
  t.equal(readFileSync(file, 'utf8'), plain)
  t.equal(statSync(file).mode & 0o777, 0o400)
  t.match(await here(['config', 'export', '-o', '/no/such/folder/x']), { code: 1, err: /could not be written/ })
  const alone = await ros(['config', 'export', '-i', '-', '--socket', '/no/such/socket'], { input: user })
  t.match(alone.out, /^#cloud-config\n[^]*hostname: web-1/)
  t.notMatch(alone.out, 's3cret')
  t.match(await ros(['config', 'export', '-i', '-'], { input: 'a: [' }), {
    code: 1,
    err: /standard input is not valid\nstandard input:1:/
  })
})

t.test('config validate takes addresses for known, and tells what a text makes wrong elsewhere', async (t) => {
  const filled = 'rancher: {network: {interfaces: {eth0: {address: $private_ipv4/24, gateway_ipv6: $public_ipv6}}}}\n'
  t.match(await ros(['config', 'validate'], { input: `#cloud-config\n${filled}` }), { code: 0, err: '' })
  const without = '#cloud-config\nrancher: {services: {all-volumes: null}}\n'
  t.match(await ros(['config', 'validate'], { input: without }), {
    code: 1,
    err: /os-config\.yml:.*rancher\.services\.console\.volumes_from.*no service `all-volumes`/
  })
})

t.test('config validate needs no agent, prints every problem and ends with 1', async (t) => {
  const good = await ros(['config', 'validate'], { input: '#cloud-config\nhostname: web-1\n' })
  t.same(good, { code: 0, out: '', err: '' })
  const bad = await ros(['config', 'validate'], {
    input: '#cloud-config\nhostnam: web-1\nrancher:\n  debug: perhaps\n'
  })
  t.equal(bad.code, 1)
  t.match(
    bad.err,
    /^standard input:2:1: hostnam: unknown key, did you mean `hostname`\?\n {2}hostnam: web-1\n {2}\^\n[^]*standard input:4:10: rancher\.debug: [^\n]*\n {4}debug: perhaps\n {11}\^/
  )
  const warned = await ros(['config', 'validate'], { input: 'hostname: web-1\n' })
  t.match(warned, { code: 0, err: /warning: the first line is not/ })
  const json = await ros(['config', 'validate', '--json'], { input: 'hostnam: a\n' })
  t.match(JSON.parse(json.out), { valid: false, problems: [{ line: 1 }, { line: 1 }] })
  t.equal(json.code, 1)
  t.match(await ros(['config', 'validate', '-i', '/no/such']), { code: 1, err: /could not be read/ })
})
