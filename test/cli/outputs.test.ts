// What every command prints, whole. The cases lie in outputs.yml; after a change `OUTPUTS=write node test/cli/outputs.test.ts` writes
// there what is printed now, and the difference is for a person to read.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { parse, stringify } from 'yaml'
import type { NetworkView } from '../../src/api/network.ts'
import { commands } from '../../src/cli/table.ts'
import { VERSION } from '../../src/cli/version.ts'
import { until } from '../support/loop.ts'
import { machine } from './support/ros.ts'

interface Case {
  /** ROOT is where the machine lies. */
  readonly line: string
  /** What is run before it. */
  readonly before?: readonly string[]
  /** 0 where there is none. */
  readonly code?: number
  readonly out: string
  readonly err?: string
}

/** Commands that are compared elsewhere: they become another program, or open one. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  env: 'process.test.ts',
  'config edit': 'edit.test.ts'
}

const FILES = {
  'srv/here/index.yml': 'services: [mail]\n',
  'srv/here/m/mail.yml': 'mail: {image: "mail:1"}\n',
  'new.yml': '#cloud-config\nhostname: node2\nrancher: {sysctl: {vm.swappiness: 20}}\n'
}
const USER = `#cloud-config
hostname: node1 # ours
rancher:
  repositories: {here: {url: /srv/here}}
  services: {cache: {image: redis:7}}
  sysctl:
    vm.swappiness: 10
    kernel.sysrq: 1
`
const NETWORK: Omit<NetworkView, 'path'> = {
  links: [
    {
      name: 'eth0',
      kind: '',
      driver: 'virtio_net',
      pci: '',
      up: true,
      carrier: true,
      mtu: 1500,
      mac: '52:54:00:00:00:01',
      master: '',
      on: '',
      speed: 1000,
      from: null
    }
  ],
  addresses: [{ dev: 'eth0', cidr: '10.0.0.2/24', origin: 'DHCP', state: 'usable' }],
  routes: [{ to: 'default', family: 4, via: '10.0.0.1', dev: 'eth0', metric: 204, table: 254, origin: 'DHCP' }],
  rules: [],
  dns: { nameservers: [{ address: '10.0.0.1', from: 'DHCP on eth0' }], search: [], options: [] },
  leases: [],
  wifi: [],
  notReady: []
}

const path = new URL('outputs.yml', import.meta.url)
const cases: readonly Case[] = parse(readFileSync(path, 'utf8'))

/** A machine of its own for each: what a command does is no other's concern. */
async function printed({ line, before = [] }: Case): Promise<Case> {
  const logs = { 'runcmd.log': '2025-12-31T23:59:00.000Z + echo hi\nhi\n' }
  const model = await machine({ user: USER, network: NETWORK, logs })
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(model.root, name)), { recursive: true })
    writeFileSync(join(model.root, name), text)
  }
  // How long something took is not the same each time, and the version not for ever.
  const bare = (text: string) =>
    text
      .replaceAll(model.root, 'ROOT')
      .replaceAll(`v${VERSION}`, 'vVERSION')
      .replaceAll(/\b\d+ ms\b/g, '0 ms')
      .replaceAll(/\b\d+\.\d s\b/g, '0.0 s')
  try {
    await model.settled()
    const told = () => until(async () => !(await model.ros('history')).out.includes('under way'))
    await told()
    for (const one of before) await model.ros(one)
    await told()
    const { code, out, err } = await model.ros(line.replaceAll('ROOT', model.root))
    return {
      line,
      ...(before.length === 0 ? {} : { before }),
      ...(code === 0 ? {} : { code }),
      out: bare(out),
      ...(err === '' ? {} : { err: bare(err) })
    }
  } finally {
    await model.stop()
  }
}

t.test('each command prints what is written down', async (t) => {
  const found: Case[] = []
  for (const one of cases) found.push(await printed(one))
  if (process.env['OUTPUTS'] === 'write') writeFileSync(path, stringify(found, { lineWidth: 0 }))
  else for (const [at, one] of cases.entries()) t.strictSame(found[at], one, one.line)
})

t.test('there is a case for every command', (t) => {
  t.ok(commands.length > 60)
  for (const { words } of commands) {
    const line = words.join(' ')
    const here = cases.some((one) => one.line === line || one.line.startsWith(`${line} `))
    const file = ELSEWHERE[line]
    if (file === undefined) t.ok(here, `${line}: a line in outputs.yml, then OUTPUTS=write`)
    else t.match(readFileSync(new URL(file, import.meta.url), 'utf8'), line)
  }
  for (const line of Object.keys(ELSEWHERE))
    t.ok(
      commands.some(({ words }) => words.join(' ') === line),
      line
    )
  t.end()
})
