import { X509Certificate } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runText } from '../../src/cli/services.ts'
import { until } from '../support/loop.ts'
import { machine, ros } from './support/ros.ts'

const calm = '#cloud-config\nrancher:\n  sysctl:\n    vm.swappiness: 10 # calm\n'
const broken = '#cloud-config\nrancher:\n  sysctl:\n    vm.swappiness: broken\n    kernel.sysrq: 1\n'

t.test('status of a machine that is as its document says', async (t) => {
  const { ros, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  t.same(await ros('status'), {
    code: 0,
    out: 'phase:       Ready\ngeneration:  1\nresources:   1 of 1 ready\ndocument:    in force\n',
    err: ''
  })
  const { code, out } = await ros('status --json')
  t.equal(code, 0)
  t.match(JSON.parse(out), { phase: 'Ready', counts: { resources: 1, ready: 1 }, notReady: [] })
})

t.test('status lists what waits for a reboot, until it is set back', async (t) => {
  const { ros, edit, store, stop } = await machine({ user: `${calm}runcmd: [a]\n` })
  t.teardown(stop)
  const status = async (text: string) => {
    const { generation } = store.value
    await edit(text)
    await until(() => store.value.observedGeneration > generation)
    return ros('status')
  }
  t.same(await status(`${calm}  docker: {graph: /b}\nruncmd: [b]\n`), {
    code: 0,
    out: [
      'phase:       Ready',
      'generation:  2',
      'resources:   1 of 1 ready',
      'document:    in force',
      '',
      'waiting for a reboot:',
      '  rancher.docker.graph  cloud-config.yml:5:12',
      '  runcmd                cloud-config.yml:6:1',
      ''
    ].join('\n'),
    err: ''
  })
  t.notMatch((await status(`${calm}runcmd: [a]\n`)).out, 'waiting')
})

t.test('status names what is not Ready, with its reason, and ends with 2', async (t) => {
  const { ros, store, stop } = await machine({ user: broken })
  t.teardown(stop)
  await until(() => store.value.phase === 'Degraded')
  const table = [
    'NAME                  READY  REASON       AGE  MESSAGE',
    "sysctl/vm.swappiness  False  SysctlWrite  90s  the kernel takes no 'broken' (cloud-config.yml:4:5 rancher.sysctl.vm.swappiness)"
  ]
  const head = 'phase:       Degraded\ngeneration:  1\nresources:   1 of 2 ready\ndocument:    in force\n\n'
  t.same(await ros('status'), { code: 2, out: `${head}${table.join('\n')}\n`, err: '' })
  const narrow = await ros('status', { columns: 60 })
  t.match(narrow.out, 'sysctl/vm.swappiness  False  SysctlWrite  90s  the kernel t…\n')
})

t.test('status of a refused document has the place, the line and a caret', async (t) => {
  const { ros, store, edit, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  await edit('#cloud-config\nrancher:\n  sysctl:\n    vm.swappiness: [1]\n')
  await until(() => store.value.document.complaint !== '')
  const { code, out } = await ros('status')
  t.equal(code, 2)
  t.equal(
    out,
    [
      'phase:       Ready',
      'generation:  1',
      'resources:   1 of 1 ready',
      'document:    refused (1 problem); generation 1 stays in force',
      'cloud-config.yml:4:20: rancher.sysctl.vm.swappiness: must be text, not a list',
      '      vm.swappiness: [1]',
      '                     ^',
      '  fix: write text',
      ''
    ].join('\n')
  )
})

t.test('status of a machine without a document yet ends with 1', async (t) => {
  const { ros, store, stop } = await machine()
  t.teardown(stop)
  store.next({ generation: 0, phase: 'Progressing', settled: false })
  const { code, out } = await ros('status')
  t.equal(code, 1)
  t.match(out, 'document:    none yet')
})

t.test('status --watch shows each change and the progress, until it is left', async (t) => {
  const { ros, store, progress, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  const leave = new AbortController()
  let seen = ''
  let told = ''
  const heard = (out: string, err: string) => {
    seen = out
    told = err
  }
  const watching = ros('status --watch', { signal: leave.signal, heard })
  await until(() => seen.includes('Ready') && progress.observed)
  progress.next({ key: 'image/user/web', message: 'Downloading 40 % of 3.1 MB' })
  progress.next({ key: 'image/user/web', message: 'Downloading 41 % of 3.1 MB' })
  await until(() => told !== '')
  store.next({ phase: 'Degraded' })
  await until(() => seen.includes('Degraded'))
  leave.abort()
  t.equal((await watching).code, 2)
  t.equal(told, 'image/user/web: Downloading\n', 'one line per step where there is no terminal')
  t.match(seen, /phase: +Ready[^]*\n\nphase: +Degraded/)
})

/** The socket of an agent that answers like this. */
async function answering(t: Test, answer: RequestListener): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-agent-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const socket = join(dir, 'agent.sock')
  const agent = createServer(answer)
  await new Promise<void>((resolve) => agent.listen(socket, resolve))
  t.teardown(() => agent.closeAllConnections())
  t.teardown(() => agent.close())
  return socket
}

t.test('status --watch goes on over a new start of the agent', async (t) => {
  const { ros, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  const status = JSON.parse((await ros('status --json')).out) as object
  let asked = 0
  const socket = await answering(t, ({ url }, answer) => {
    if (url?.startsWith('/v1/status') !== true) return void answer.end()
    asked += 1
    answer.write(`${JSON.stringify({ ...status, generation: asked })}\n`)
    if (asked === 1) setImmediate(() => answer.destroy())
  })
  const leave = new AbortController()
  let seen = ''
  const heard = (out: string) => (seen = out)
  const watching = ros('status --watch --json', { env: { ROS_SOCKET: socket }, signal: leave.signal, heard })
  await until(() => seen.split('\n').length === 3)
  leave.abort()
  const { code, err } = await watching
  t.equal(code, 0)
  t.same(seen.match(/"generation":\d/g), ['"generation":1', '"generation":2'])
  t.equal(err, 'ros: the agent is away; what comes next is told when it is back\n')
})

t.test('the plan, of now and of another document', async (t) => {
  const { ros, machine: values, settled, root, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  t.same(await ros('plan'), { code: 0, out: 'nothing to do\n', err: '' })
  values.set('vm.swappiness', '99')
  t.equal(
    (await ros('plan')).out,
    '~ sysctl/vm.swappiness: 99 -> 10  (cloud-config.yml:4:5 rancher.sysctl.vm.swappiness)\n\n1 to update; plan c6a6b672afe5\n'
  )
  const file = join(root, 'other.yml')
  writeFileSync(file, '#cloud-config\nrancher: {sysctl: {kernel.sysrq: 1}}\n')
  const other = await ros(['plan', '-f', file])
  t.equal(
    other.out,
    '- sysctl/vm.swappiness: no longer wanted\n~ sysctl/kernel.sysrq: 0 -> 1  (cloud-config.yml:2:20 rancher.sysctl.kernel.sysrq)\n\n1 to update, 1 to delete; plan 15f92bd550e6\n'
  )
  t.equal(JSON.parse((await ros(['plan', '--json', '-f', file])).out).actions.length, 2)
  const bad = await ros('plan -f -', { input: 'hostnam: x\n' })
  t.equal(bad.code, 1)
  t.match(
    bad.err,
    /ros: the document is not valid\ncloud-config\.yml:1:1: hostnam: unknown key, did you mean `hostname`\?\n +hostnam: x\n +\^/
  )
  const none = await ros(['plan', '-f', '/no/such/file'])
  t.match(none, { code: 1, err: /\/no\/such\/file could not be read: ENOENT/ })
})

t.test('get lists resources as kubectl does', async (t) => {
  const { ros, store, stop } = await machine({ user: broken })
  t.teardown(stop)
  await until(() => store.value.phase === 'Degraded' && store.value.observedGeneration === 1)
  const rows = [
    'NAME                  READY  REASON       AGE  MESSAGE',
    'sysctl/kernel.sysrq   True   Settled      90s  as the document says',
    "sysctl/vm.swappiness  False  SysctlWrite  90s  the kernel takes no 'broken' (cloud-config.yml:4:5 rancher.sysctl.vm.swappiness)",
    ''
  ].join('\n')
  for (const line of ['get', 'get sysctl', 'get sysctls']) t.equal((await ros(line)).out, rows, line)
  const one = await ros('get sysctl/kernel.sysrq')
  t.equal(
    one.out,
    'NAME                 READY  REASON   AGE  MESSAGE\nsysctl/kernel.sysrq  True   Settled  90s  as the document says\n'
  )
  t.equal(JSON.parse((await ros('get sysctl/kernel.sysrq --json')).out).key, 'sysctl/kernel.sysrq')
  t.equal(JSON.parse((await ros('get --json')).out).items.length, 2)
  t.match(await ros('get sysctl/none'), { code: 1, err: /asks for no sysctl\/none/ })
  t.match(await ros('get nonsense'), { code: 1, err: /there is no kind 'nonsense'; kinds: sysctl/ })
})

t.test('get says when there is nothing', async (t) => {
  const { ros, stop } = await machine()
  t.teardown(stop)
  t.equal((await ros('get')).out, 'the document asks for nothing\n')
  t.equal((await ros('get sysctl')).out, 'the document asks for no sysctl\n')
})

t.test('describe tells all about one resource', async (t) => {
  const { ros, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  const { code, out } = await ros('describe sysctl/vm.swappiness')
  t.equal(code, 0)
  t.equal(
    out.replaceAll(/\d+ ms/g, 'N ms'),
    [
      'Name:        sysctl/vm.swappiness',
      'From:        cloud-config.yml:4:5 rancher.sysctl.vm.swappiness',
      'Generation:  1',
      'Last action: update sysctl/vm.swappiness: 60 -> 10 (90s ago, N ms)',
      'Conditions:',
      '  TYPE   STATUS  REASON   AGE  MESSAGE',
      '  Ready  True    Settled  90s  as the document says',
      'Seen:',
      '  {',
      '    "value": "10",',
      '    "wrote": null,',
      '    "before": null',
      '  }',
      'Events:',
      '  AGE      TYPE    REASON   MESSAGE',
      '  90s ago  Normal  Updated  60 -> 10 (N ms)',
      ''
    ].join('\n')
  )
  t.match(JSON.parse((await ros('describe sysctl/vm.swappiness --json')).out), {
    key: 'sysctl/vm.swappiness',
    events: [{ reason: 'Updated' }]
  })
  t.match(await ros('describe sysctl'), { code: 2, err: /names no resource/ })
})

t.test('describe of what is not there says so', async (t) => {
  const { ros, store, stop } = await machine({ user: '#cloud-config\nrancher: {sysctl: {no.such: broken}}\n' })
  t.teardown(stop)
  await until(() => store.value.phase === 'Degraded')
  const { out } = await ros('describe sysctl/no.such')
  t.match(out, /\nSeen: +nothing\n/)
})

t.test('events, since one, and as they happen', async (t) => {
  const { ros, agent, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  const lines = [
    'REV    TIME                  TYPE      REASON              RESOURCE                      MESSAGE',
    '1      2026-01-01T00:00:00Z  Normal    DocumentAccepted    -                             generation 1',
    '2      2026-01-01T00:00:00Z  Normal    Updated             sysctl/vm.swappiness          60 -> 10 (N ms)',
    ''
  ]
  const plain = (text: string) => text.replaceAll(/\d+ ms/g, 'N ms')
  t.equal(plain((await ros('events')).out), lines.join('\n'))
  t.equal(plain((await ros('events --since 1')).out), [lines[0], lines[2], ''].join('\n'))
  t.same(JSON.parse((await ros('events --json --since 1')).out).rev, 2)
  const leave = new AbortController()
  let seen = ''
  const following = ros('events -f --since 2', {
    signal: leave.signal,
    heard: (out) => {
      seen = out
    }
  })
  await until(() => seen !== '')
  agent.events.add({ type: 'Warning', reason: 'Drifted', message: 'one\ntwo', key: 'sysctl/x' })
  await until(() => seen.includes('Drifted'))
  leave.abort()
  t.equal((await following).code, 0)
  t.match(seen, /^3 +\S+ +Warning +Drifted +sysctl\/x +one two$/m)
  t.match((await ros('events --since 5m')).out, /^3 /m)
  t.notMatch((await ros('events --since 2026-01-01T00:00:01Z')).out, /^\d/m, 'all is older')
  t.match(await ros('events --since 99'), { code: 1, err: /there is no event 99 yet/ })
  t.match(await ros('events --since x'), { code: 2, err: /--since is the number of an event, .*, not 'x'/ })
})

t.test('who follows events goes on behind the last one when the agent starts anew', async (t) => {
  const event = (rev: number) => ({
    rev,
    at: '2026-01-01T00:00:00.000Z',
    type: 'Normal',
    reason: `R${rev}`,
    message: 'm'
  })
  const asked: (string | undefined)[] = []
  const socket = await answering(t, ({ url }, answer) => {
    asked.push(url)
    answer.write(`${JSON.stringify(event(asked.length))}\n`)
    // The first agent dies, the second ends in order.
    if (asked.length === 1) setImmediate(() => answer.destroy())
    if (asked.length === 2) answer.end()
  })
  const leave = new AbortController()
  let seen = ''
  const heard = (out: string) => (seen = out)
  const following = ros(['events', '-f'], { env: { ROS_SOCKET: socket }, signal: leave.signal, heard })
  await until(() => seen.includes('R3'))
  leave.abort()
  const { code, err } = await following
  t.equal(code, 0)
  t.same(asked, ['/v1/events?follow=true', '/v1/events?since=1&follow=true', '/v1/events?since=2&follow=true'])
  t.equal(err, 'ros: the agent is away; what comes next is told when it is back\n'.repeat(2))
  t.same(seen.match(/R\d/g), ['R1', 'R2', 'R3'], 'each once')
})

t.test('wait for conditions ends with 0 when they hold and with 4 when the time is up', async (t) => {
  const { ros, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  const ready = 'condition=Ready,condition=Ready=sysctl/vm.swappiness'
  t.match(await ros(`wait --for=${ready} --timeout 5s`), { code: 0, out: ready.replace(',', ', ') })
  const late = await ros('wait --for=condition=Paused --timeout 0.1s')
  t.match(late, { code: 4, out: 'not in time:\n  the machine is not Paused: what is to be done is done\n' })
  t.match(await ros('wait --for=condition=Nonsense'), { code: 1, err: /there is no condition Nonsense/ })
  t.match(await ros('wait --timeout soon'), { code: 2, err: /--timeout is a time in seconds, or like 30s/ })
})

t.test('pause and resume say what they come to', async (t) => {
  const { ros, store, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  t.match(await ros('pause --for 30m new disk'), { code: 0, out: /^paused: new disk; until \d{4}-.*Z\n$/ })
  await until(() => store.value.paused !== null)
  t.match((await ros('status')).out, /^paused: {6}new disk; until /m)
  t.same(await ros('pause'), { code: 0, out: 'paused: until `ros resume`\n', err: '' })
  t.same(await ros('resume'), { code: 0, out: 'resumed\n', err: '' })
  t.same(await ros('resume'), { code: 0, out: 'it was not paused\n', err: '' })
  t.match(await ros('pause --for ever'), { code: 2, err: /--for is a time in seconds, or like 30s/ })
})

t.test('adopt shows what it writes', async (t) => {
  const { ros, machine: kernel, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  kernel.set('kernel.sysrq', '1')
  t.match(await ros('adopt sysctl/kernel.sysrq --dry-run'), {
    code: 0,
    out: /^\+ rancher\.sysctl.*kernel\.sysrq.*: 1 \(nothing was written\)\n$/
  })
  t.match(await ros('adopt sysctls/kernel.sysrq'), { code: 0, out: /^\+ rancher\.sysctl.*kernel\.sysrq.*: 1\n$/ })
  t.match(await ros('adopt sysctl/kernel.sysrq'), {
    code: 0,
    out: /^the document says of sysctl\/kernel.sysrq what is there already/
  })
  t.match(await ros('adopt sysctl'), { code: 2, err: /names no resource/ })
  t.match(await ros('adopt sysctl/no.such'), { code: 1, err: /the kernel has no parameter no.such/ })
})

t.test('the machine has conditions and events as a resource has', async (t) => {
  const { ros, store, agent, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  store.next({ paused: { reason: 'new disk', at: '2026-01-01T00:00:00.000Z', until: '2026-01-01T01:00:00.000Z' } })
  const { out } = await ros('get machine')
  t.match(out, /^TYPE +STATUS +REASON +AGE +MESSAGE\nReady +True +Settled /)
  t.match(out, /^Paused +True +ByCommand +\d+\S+ +new disk \(until 2026-01-01T01:00:00.000Z\)$/m)
  t.match((await ros('status')).out, /^paused: {6}new disk; until 2026-01-01T01:00:00Z$/m)
  agent.events.add({ type: 'Normal', reason: 'Paused', message: 'new disk', key: null })
  const told = (await ros('describe machine')).out
  t.match(
    told,
    /^Phase: {7}Ready\nGeneration: {2}1, compared with 1\nResources: {3}1 of 1 ready\nConditions:\n {2}TYPE/
  )
  t.match(told, /Events:\n[^]*DocumentAccepted[^]*Paused +new disk\n$/)
  t.notMatch(told, /Updated/, 'those of resources are theirs')
})

t.test('wait and reconcile end with 4 when the time is up', async (t) => {
  const good = await machine({ user: calm })
  t.teardown(good.stop)
  t.same(await good.ros('wait --timeout 5'), { code: 0, out: 'settled: generation 1, 1 of 1 ready\n', err: '' })
  t.same(await good.ros('reconcile --wait 5'), { code: 0, out: 'settled: generation 1, 1 of 1 ready\n', err: '' })
  t.same(await good.ros('reconcile'), { code: 0, out: 'looking at everything again\n', err: '' })
  t.equal(JSON.parse((await good.ros('wait --json')).out).settled, true)
  const bad = await machine({ user: broken })
  t.teardown(bad.stop)
  for (const line of ['wait --timeout 0.1', 'reconcile --wait 0.1']) {
    t.match(await bad.ros(line), { code: 4, out: /^not settled in time\nphase: +Degraded/ }, line)
  }
})

t.test('services are listed as RancherOS did, and shown with their containers', async (t) => {
  const { ros, stop } = await machine()
  t.teardown(stop)
  t.same(await ros('service list'), { code: 0, out: 'disabled job\nenabled  web\n', err: '' })
  t.equal((await ros('s list --all')).out, 'disabled job\nenabled  syslog\nenabled  web\n')
  t.equal(JSON.parse((await ros('service list --json')).out).items.length, 2)
  t.equal(
    (await ros('service ps')).out,
    [
      'NAME    SCOPE   STATE    CONTAINER     IMAGE      STATUS',
      'job     user    missing  -             alpine     -',
      'syslog  system  running  fedcba987654  rosd/base  Up 5 minutes',
      'web     user    running  0123456789ab  nginx      Up 5 minutes (healthy)',
      ''
    ].join('\n')
  )
  t.equal((await ros('service ps -q')).out, 'fedcba987654\n0123456789ab\n')
  t.equal(JSON.parse((await ros('service ps web --json')).out).items[0].name, 'web')
  t.match(await ros('service ps wbe'), { code: 1, err: "ros: wbe is not a valid service, did you mean 'web'?\n" })
})

t.test('a job shows its last run and its next', async (t) => {
  const [started, ended] = ['2026-11-27T03:00:00.123Z', '2026-11-27T03:00:04.000Z']
  const next = '2026-11-28T03:00:00.000Z'
  t.equal(runText(null), '')
  t.equal(runText({ last: null, next }), '  (not run yet; next 2026-11-28T03:00:00Z)')
  t.equal(
    runText({ last: { started, ended, exitCode: 3 }, next }),
    '  (ran 2026-11-27T03:00:00Z, exit code 3; next 2026-11-28T03:00:00Z)'
  )
  t.equal(
    runText({ last: { started, ended: null, exitCode: null }, next: null }),
    '  (runs since 2026-11-27T03:00:00Z; no next run)'
  )
})

t.test('logs are told by time, each line with its log, and go on over a new start of the agent', async (t) => {
  const logged = (text: string, second: number) =>
    `${JSON.stringify({ level: 30, time: `2025-12-31T23:59:0${second}.000Z`, msg: text })}\n`
  const logs = {
    'rosd.log': logged('one', 1) + logged('two', 3),
    messages: 'Dec 31 23:59:00 host daemon.err ntpd[7]: no reply\n'
  }
  const model = await machine({ logs })
  t.teardown(model.stop)
  const { ros, root } = model
  const shown = `2025-12-31T23:59:01.000Z  agent          one
2025-12-31T23:59:02.500Z  kernel         eth0: link is down
2025-12-31T23:59:03.000Z  agent          two
`
  t.equal((await ros('logs agent kernel')).out, shown)
  t.equal((await ros('logs agent --lines 1')).out, shown.split('\n').slice(2).join('\n'))
  t.equal((await ros('logs agent --since 88s')).out, '', 'the clock stands 90 s after the first of the year')
  t.equal((await ros('logs agent --since 2025-12-31T23:59:02Z')).out, shown.split('\n').slice(2).join('\n'))
  t.same(JSON.parse((await ros('logs kernel --json')).out), {
    at: '2025-12-31T23:59:02.500Z',
    source: 'kernel',
    priority: 4,
    line: 'eth0: link is down'
  })
  t.match(await ros('logs kernal'), {
    code: 1,
    err: /no log of 'kernal', did you mean 'kernel'\?.*there are: agent, boot/
  })
  t.match(await ros('logs --since noon'), { code: 2, err: /--since is a time ago like 5m/ })

  const leave = new AbortController()
  let [out, err] = ['', '']
  const heard = (nextOut: string, nextErr: string) => ([out, err] = [nextOut, nextErr])
  const following = ros('logs -f agent', { signal: leave.signal, heard })
  const said = (text: string) => until(() => out.includes(text))
  const say = (text: string, second: number) => appendFileSync(join(root, 'var/log/rosd.log'), logged(text, second))
  await said('two\n')
  say('three', 4)
  await said('three\n')
  await model.away()
  await until(() => err !== '')
  say('four', 4)
  await model.listen()
  await said('four\n')
  leave.abort()
  await following
  t.same(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').at(-1)),
    ['one', 'two', 'three', 'four'],
    'none twice, though two have the same time'
  )
})

t.test('logs of commands have the times at which these began', async (t) => {
  const at = (second: number, line: string) => `2025-12-31T23:59:0${second}.000Z ${line}\n`
  const logs = {
    'bootcmd.log': `${at(0, '+ modprobe raid1')}${at(1, '+ ls /a')}ls: /a: No such file\n`,
    'runcmd.log': `${at(2, '+ echo hi')}hi\n`,
    'network-hooks.log': `${at(1, 'pre_up:eth0 + ethtool eth0')}Settings for eth0:\n${at(3, 'post_cmds + true')}`
  }
  const model = await machine({ logs })
  t.teardown(model.stop)
  const { ros, root } = model
  t.equal(
    (await ros('logs bootcmd runcmd network-hooks')).out,
    `2025-12-31T23:59:00.000Z  bootcmd        + modprobe raid1
2025-12-31T23:59:01.000Z  bootcmd        + ls /a
2025-12-31T23:59:01.000Z  bootcmd        ls: /a: No such file
2025-12-31T23:59:01.000Z  network-hooks  pre_up:eth0 + ethtool eth0
2025-12-31T23:59:01.000Z  network-hooks  Settings for eth0:
2025-12-31T23:59:02.000Z  runcmd         + echo hi
2025-12-31T23:59:02.000Z  runcmd         hi
2025-12-31T23:59:03.000Z  network-hooks  post_cmds + true
`
  )
  t.equal((await ros('logs runcmd --lines 1')).out, '2025-12-31T23:59:02.000Z  runcmd         hi\n')
  t.equal(
    (await ros('logs network-hooks bootcmd --since 2025-12-31T23:59:01.500Z')).out,
    `2025-12-31T23:59:01.000Z  bootcmd        + ls /a
2025-12-31T23:59:01.000Z  bootcmd        ls: /a: No such file
2025-12-31T23:59:03.000Z  network-hooks  post_cmds + true
`,
    'the last command may still say something'
  )
  const old = new Date('2025-12-31T23:59:01.000Z')
  utimesSync(join(root, 'var/log/bootcmd.log'), old, old)
  t.equal((await ros('logs bootcmd --since 2025-12-31T23:59:01.500Z')).out, '', 'but it did not')
})

t.test('keys are made for a client, and for the engine', async (t) => {
  const { ros, root, stop, done } = await machine()
  t.teardown(stop)
  const dir = join(root, 'keys')
  t.match(await ros(['tls', 'gen', '-d', dir]), { code: 0, out: `${dir}: ca.pem, cert.pem, key.pem\n` })
  t.same(done, [`keys in ${dir}`], 'the agent knows where')
  t.same(
    ['', '/ca.pem', '/cert.pem', '/key.pem'].map((name) => (statSync(dir + name).mode & 0o777).toString(8)),
    ['700', '400', '400', '400']
  )
  const server = await ros('tls generate -s -H docker.example.org --hostname 192.168.1.5')
  t.match(server, { code: 0, out: 'the certificate of User Docker is new; it is kept in machine.yml\n' })
  t.match(await ros(['tls', 'generate', '-s', '-d', dir]), {
    code: 0,
    out: /: ca.pem, server-cert.pem, server-key.pem\n$/
  })
  const { subjectAltName } = new X509Certificate(readFileSync(join(dir, 'server-cert.pem')))
  t.equal(subjectAltName, 'DNS:localhost, IP Address:127.0.0.1')
  t.match(await ros('tls generate -s -H a/b'), { code: 1, err: /"a\/b" is neither a name .* nor an address/ })
  t.match(await ros(['tls', 'generate', '-d', join(dir, 'ca.pem')]), {
    code: 1,
    err: /keys could not be written to .*ca\.pem: /
  })
})

t.test('log lines stand after the name of their service', async (t) => {
  const { ros, done, stop } = await machine()
  t.teardown(stop)
  t.equal((await ros('service logs web')).out, 'web_1 | web says one\nweb_1 | web says two\n')
  t.equal((await ros('service logs --lines 1')).out, 'syslog_1 | syslog says two\nweb_1    | web says two\n')
  t.equal((await ros('service logs web --json --lines 1')).out, '{"service":"web","line":"web says two"}\n')
  const leave = new AbortController()
  let seen = ''
  const following = ros('service logs -f web syslog', {
    signal: leave.signal,
    heard: (out) => {
      seen = out
    }
  })
  await until(() => seen.split('\n').length === 5)
  done.length = 0
  leave.abort()
  t.equal((await following).code, 0)
  await until(() => done.length === 2)
  t.same(await ros('service build web --pull'), { code: 0, out: 'web: Step 1/1 : FROM base\n', err: '' })
  t.match(await ros('service build job web'), { code: 1, out: /job: failed: no such file\nweb: Step/ })
  t.match(await ros('service logs nope'), { code: 1, err: /nope is not a valid service/ })
})

t.test('services are started, stopped and restarted; a wrong name touches none', async (t) => {
  const { ros, done, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  t.same(await ros('service stop web job -t 3'), { code: 0, out: 'web stopped\njob stopped\n', err: '' })
  t.equal((await ros('service start web --wait 5')).out, 'web started\nsettled: generation 1, 1 of 1 ready\n')
  t.equal((await ros('service restart web')).out, 'web restarted\n')
  t.equal(JSON.parse((await ros('service start web --json')).out).items[0].name, 'web')
  t.same(done, ['stop web 3', 'stop job 3', 'start web', 'restart web 10', 'start web'])
  t.match(await ros('service stop web nope'), { code: 1, err: /nope is not a valid service/ })
  t.equal(done.length, 5)
  t.match(await ros('service stop syslog'), { code: 1, err: 'ros: System Docker does not answer\n' })
})

t.test('reboot, poweroff, halt and shutdown ask for what their flags say', async (t) => {
  const { ros, powered, stop } = await machine()
  t.teardown(stop)
  const cases = [
    ['reboot', 'reboot', false, 'the machine reboots\n'],
    ['reboot -f', 'reboot', true, 'the machine reboots\n'],
    ['poweroff', 'poweroff', false, 'the machine powers off\n'],
    ['halt -f', 'halt', true, 'the machine halts\n'],
    ['halt -P', 'poweroff', false, 'the machine powers off\n'],
    ['poweroff -r', 'reboot', false, 'the machine reboots\n'],
    ['shutdown now', 'poweroff', false, 'the machine powers off\n'],
    ['shutdown -h now', 'poweroff', false, 'the machine powers off\n'],
    ['shutdown -r +0', 'reboot', false, 'the machine reboots\n'],
    ['shutdown -fH', 'halt', true, 'the machine halts\n'],
    ['shutdown -hf now', 'poweroff', true, 'the machine powers off\n']
  ] as const
  for (const [line, action, force, out] of cases) {
    powered.length = 0
    t.same(await ros(line), { code: 0, out, err: '' }, line)
    t.same(powered, [{ action, force, delaySeconds: 0 }], line)
  }
  powered.length = 0
  t.match(await ros('shutdown -h +5'), { code: 2, err: /TIME is now or \+0, not '\+5'/ })
  t.match(await ros('halt'), { code: 1, err: 'ros: not like this\n' }, 'a refusal is told')
  t.same(powered, [])
  t.match((await ros('shutdown --help')).out, /-h, --power-off/)
})

t.test('a document that is refused keeps the machine up, unless forced', async (t) => {
  const { ros, powered, store, edit, settled, stop } = await machine({ user: calm })
  t.teardown(stop)
  await settled()
  await edit('#cloud-config\nhostnam: x\n')
  await until(() => store.value.document.complaint !== '')
  const refused = await ros('reboot')
  t.equal(refused.code, 1)
  t.match(
    refused.err,
    /^ros: the newest document is not valid[^]*-f \(force\)\ncloud-config\.yml:2:1: hostnam: unknown key/
  )
  t.same(powered, [])
  t.equal((await ros('reboot -f')).code, 0)
  t.equal(powered.length, 1)
})

t.test('versions', async (t) => {
  const { ros: here, stop } = await machine()
  t.teardown(stop)
  t.same(await here('os version'), { code: 0, out: 'v1.2.3\n', err: '' })
  t.match(JSON.parse((await here('os version --json')).out), { version: 'v1.2.3', image: 'rosd/os:v1.2.3' })
  t.match((await here('version')).out, /^ros {4}v\d+\.\d+\.\d+\nagent {2}v1\.2\.3\n$/)
  t.match(await ros(['version', '--socket', '/no/such']), { code: 0, out: /agent {2}not reachable/ })
  t.match((await ros(['-v'])).out, /^ros version v\d+\.\d+\.\d+ from os image rosd\/os:v\d/)
})

t.test('env prints the environment a command would have; the process wins', async (t) => {
  const user = '#cloud-config\nrancher:\n  environment: {TZ: UTC, LANG: C}\n'
  const { ros, stop } = await machine({ user })
  t.teardown(stop)
  const { out } = await ros('env --json true', { env: { TZ: 'CET' } })
  t.match(JSON.parse(out), { TZ: 'CET', LANG: 'C' })
  t.match(await ros('env no-such-program -x'), { code: 127, err: 'ros: no-such-program: command not found\n' })
})

t.test('wait-for-docker asks the engine', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rosd-docker-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const socket = join(folder, 'docker.sock')
  const early = await ros(['wait-for-docker', '--docker', socket, '-t', '0'], { now: Date.now })
  t.match(early, { code: 4, err: /does not answer on .* after 0 s/ })
  let answers = 0
  const engine = createServer((_request, answer) => {
    answers += 1
    answer.statusCode = answers < 2 ? 503 : 200
    answer.end('OK')
  })
  await new Promise<void>((resolve) => engine.listen(socket, resolve))
  t.teardown(() => engine.close())
  t.same(await ros(['wait-for-docker', '--docker', socket, '-t', '10'], { now: Date.now }), {
    code: 0,
    out: '',
    err: ''
  })
  t.equal(answers, 2)
  t.same(JSON.parse((await ros(['wait-for-docker', '--docker', socket, '--json'])).out), { ready: true, socket })
})

t.test('engines are listed as RancherOS did, switched and chosen', async (t) => {
  const { ros, done, stop } = await machine()
  t.teardown(stop)
  const list = 'enabled  docker-20.10\ncurrent  docker-26.1\ndisabled docker-28.5\nenabled  ci\n'
  t.same(await ros('engine list'), { code: 0, out: list, err: '' })
  t.same(await ros('engine list -u'), { code: 0, out: list, err: '' })
  t.equal(JSON.parse((await ros('engine list --json')).out).items[1].version, '26.1.5')
  t.same(await ros('engine switch -f docker-20.10'), {
    code: 0,
    out: 'User Docker is docker-20.10 (20.10.24)\n',
    err: ''
  })
  t.match(await ros('engine switch docker-28.5 --force --no-pull'), {
    code: 1,
    out: '',
    err: /docker-28\.5 did not come up: it ended; User Docker is docker-26\.1 as before\n/
  })
  t.match(await ros('engine switch docker-20.10'), { code: 2, err: /--force asks nothing/ })
  t.same(await ros('engine enable docker-28.5'), {
    code: 0,
    out: 'docker-28.5 is User Docker from the next boot on\n',
    err: ''
  })
  t.same(done, ['enable engine docker-28.5'])
})

t.test('engines are made beside User Docker, and taken away', async (t) => {
  const { ros, done, stop } = await machine()
  t.teardown(stop)
  t.same(await ros('engine create two'), {
    code: 0,
    out: 'docker-two is docker 26.1.5 at 172.30.0.2 in 172.30.0.0/24\n',
    err: ''
  })
  t.match(await ros('engine create two -v docker-20.10 --network 10.40.0.0/24 --fixed-ip 10.40.0.9'), { code: 0 })
  t.match(await ros('engine create ci'), { code: 1, err: /there is a service 'docker-ci' already/ })
  t.match(await ros('engine rm two'), { code: 2, err: /--force asks nothing/ })
  t.same(await ros('engine rm -f two'), { code: 0, out: 'two is gone\n', err: '' })
  t.match(await ros('engine rm -f -t 60 two'), { code: 0 })
  t.match(await ros('engine rm -f -t soon two'), { code: 2 })
  t.same(done, [
    'create engine two {} 300',
    'create engine two {"engine":"docker-20.10","network":"10.40.0.0/24","address":"10.40.0.9"} 300',
    'remove engine two 10',
    'remove engine two 60'
  ])
})
