// The services of the repository on a real engine, each started from its image by its definition, without a network. What
// needs hardware, a hypervisor or another kernel is shown to start and to say what it misses.
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { top } from '../../src/image/paths.ts'
import { type BuiltImage, buildRepository } from '../../src/image/repository.ts'
import { noDockerd } from '../support/dockerd.ts'
import { until } from '../support/loop.ts'
import { privileged } from '../support/privileged.ts'
import { type ServiceMachine, type Services, serviceMachine } from '../support/services.ts'

t.setTimeout(600_000) // with downloads, on a machine that may be doing other things

type Service = Services[string]

interface Case {
  /** What is other than in the definition. */
  readonly change?: Service
  /** Commands in the container, and what each answers. */
  readonly asked?: readonly (readonly [readonly string[], RegExp])[]
  /** Files of the machine. */
  readonly files?: readonly string[]
  /** Lines of the machine's syslog, behind their time. */
  readonly log?: readonly string[]
  readonly says?: RegExp
  /** It ends by itself, with this status. */
  readonly ends?: number
}

const cases: Readonly<Record<string, Case>> = {
  avahi: { says: /Server startup complete/ },
  // -x: the clock of whoever runs the tests is left alone
  chrony: {
    change: { command: ['chronyd', '-d', '-u', 'root', '-x'] },
    files: ['var/lib/rancher/chrony-conf/README'],
    asked: [
      [['ls', '/etc/chrony/conf.d'], /^README\s*$/],
      [['grep', '-c', 'BEGIN CERTIFICATE', '/etc/ssl/certs/ca-certificates.crt'], /^[1-9]\d+\s*$/]
    ],
    says: /chronyd version.*\+NTS/
  },
  fail2ban: {
    log: Array.from(
      { length: 6 },
      (_, i) => ` rosd auth.info sshd-session[7${i}]: Failed password for root from 192.0.2.7 port 40112 ssh2`
    ),
    asked: [
      [['fail2ban-client', 'status', 'sshd'], /Banned IP list:\s+192\.0\.2\.7/],
      [['nft', 'list', 'ruleset'], /elements = \{ 192\.0\.2\.7 \}/]
    ]
  },
  'kernel-headers': { ends: 0, says: /\/target\/usr\/src\/linux-headers-[\d.]+/ },
  'nfs-client': { asked: [[['rpcinfo', '-p', '127.0.0.1'], /status/]] },
  'nfs-server': {
    change: {
      command: ['sh', '-c', 'exec 2>&1; nfs-server || echo ended with $?; EXPORTS="/srv *(ro)" exec nfs-server']
    },
    ends: 1,
    says: /nothing is exported; say EXPORTS[^]*ended with 64[^]*this kernel serves no NFS; say modules: \[nfsd\]/
  },
  'node-exporter': {
    asked: [[['wget', '-q', '-O', '-', 'http://127.0.0.1:9100/metrics'], /^node_memory_MemTotal_bytes \d/m]]
  },
  'open-iscsi': { says: /iscsid/ },
  'open-vm-tools': { ends: 0, says: /must be run inside a virtual machine on a VMware hypervisor/ },
  'qemu-guest-agent': { says: /org\.qemu\.guest_agent\.0/ },
  restic: {
    change: {
      command: ['sh', '-c', 'backup && exec restic ls latest'],
      environment: ['RESTIC_REPOSITORY=/root/.cache/restic/repository', 'RESTIC_PASSWORD=correct-horse']
    },
    files: ['home/someone/letter'],
    ends: 0,
    says: /snapshot [0-9a-f]+ saved[^]*\/data\/home\/someone\/letter/
  },
  // its log is the machine's syslog, which is not there
  smartmontools: { change: { command: ['smartd', '--debug', '--quit=never'] }, says: /was parsed, found DEVICESCAN/ },
  'wireguard-tools': {
    asked: [
      [['wg', '--version'], /wireguard-tools v1/],
      // as wg-quick finds them: first where it is itself
      [
        ['bash', '-c', 'PATH=/usr/bin:$PATH; sysctl -q net.ipv4.conf.all.src_valid_mark=1 2>&1 || echo ended with $?'],
        /say rancher: \{sysctl: \{net\.ipv4\.conf\.all\.src_valid_mark: 1\}\}\s+ended with 1/
      ],
      [
        ['sh', '-c', 'echo nameserver 192.0.2.1 | resolvconf -a tun -m 0 -x 2>&1; resolvconf -d tun'],
        /DNS= of the file is left out/
      ]
    ],
    says: /no \*\.conf in \/etc\/wireguard/
  }
}

t.test('each service starts as it is defined', { skip: noDockerd() ?? false }, async (t) => {
  const to = join(top, '.cache/repository')
  const built = await buildRepository({ to, names: Object.keys(cases) })
  t.strictSame([...built.keys()].toSorted(), Object.keys(cases).toSorted())
  const machine = await serviceMachine()
  t.teardown(() => machine.destroy())
  for (const [name, image] of built) {
    await t.test(name, async (t) => play(t, machine, join(to, image.archive), definition(machine, to, name, image)))
  }
})

/** With its folders below the engine's own, and the rights that this machine can give. */
function definition({ engine }: ServiceMachine, to: string, name: string, { tag }: BuiltImage): Service {
  const path = join(to, `${name.charAt(0)}/${name}.yml`)
  const { [name]: service = {} } = parse(readFileSync(path, 'utf8')) as Services // validated by repository.test.ts
  const { privileged: all, ...rest } = service
  return {
    ...rest,
    ...(all === true ? privileged() : {}),
    image: tag,
    net: 'none',
    restart: 'no',
    stop_signal: 'SIGKILL',
    volumes: (service.volumes ?? []).map((volume) =>
      volume.replace(/^\/(home|opt|var\/(lib|log)|srv|lib\/modules)/, `${engine.dir}$&`).replace(',rslave', '')
    ),
    ...cases[name]?.change
  }
}

async function play(t: Test, machine: ServiceMachine, archive: string, service: Service): Promise<void> {
  const { ends, says, asked = [], files = [], log = [] } = cases[t.name] ?? {}
  const signal = AbortSignal.timeout(180_000)
  await machine.docker.load(archive, () => {}, signal)
  for (const path of files) {
    mkdirSync(dirname(join(machine.engine.dir, path)), { recursive: true })
    writeFileSync(join(machine.engine.dir, path), path)
  }
  const folder = join(machine.engine.dir, 'var/log')
  mkdirSync(folder, { recursive: true })
  const stamp = new Date().toUTCString().replace(/^\w+, (\d+) (\w+) \d+ (\S+) .*/, '$2 $1 $3') // Nov 27 04:16:56
  writeFileSync(join(folder, 'messages'), log.map((line) => `${stamp}${line}\n`).join(''))
  await machine.settle({ [t.name]: service })
  const said = async () => text(await machine.docker.logs(t.name, { follow: false, tail: 200 }))
  const ask = async (argv: readonly string[]) =>
    machine.docker.exec(t.name, argv).catch(async (error: unknown) => {
      throw new Error(`${String(error)}: ${await said()}`)
    })
  if (ends !== undefined) {
    await machine.docker.start(t.name) // a job is only made, and one that has ended ends again
    t.equal(await machine.docker.wait(t.name, signal), ends, await said())
  }
  const [, ...health] = [service.healthcheck?.test ?? []].flat().map(String)
  if (ends === undefined && health.length > 0) {
    const argv = health.length === 1 ? ['sh', '-c', ...health] : health
    await until(async () => (await ask(argv)).code === 0, 180_000, argv.join(' '))
  }
  if (says !== undefined) {
    const heard = async () => says.test(await said())
    await until(heard, 60_000, String(says)).catch(async (error: unknown) =>
      t.fail(String(error), { said: await said() })
    )
  }
  for (const [argv, answer] of asked) {
    let output = ''
    const answered = async () => {
      output = (await ask(argv)).output
      return answer.test(output)
    }
    await until(answered, 60_000).catch(() => t.match(output, answer, argv.join(' ')))
  }
  t.same(await machine.settle({}), [`delete container/system/${t.name}`])
}
