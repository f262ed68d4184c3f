import t from 'tap'
import { exportData } from '../../src/document/export.ts'
import { formatGet, toYaml } from '../../src/document/format.ts'
import { imagesOf } from '../../src/document/images.ts'
import { commandLine } from '../../src/document/read.ts'
import { built, layer, user } from './support.ts'

t.test('ros config get prints what RancherOS printed', async (t) => {
  const { data } = built(
    user(`hostname: web
rancher:
  password: hunter2
  debug: true
  sysctl: {vm.swappiness: 10}
  network: {dns: {nameservers: [1.1.1.1, 9.9.9.9]}}
  services: {web: {image: nginx, ports: ["80:80"], command: [a, b]}}
`)
  )
  const cases = [
    ['hostname', 'web\n'],
    ['rancher.debug', 'true\n'],
    ['rancher.sysctl.vm.swappiness', '10\n'],
    ['rancher.network.dns.nameservers', '- 1.1.1.1\n- 9.9.9.9\n\n'],
    ['rancher.network.dns', 'nameservers:\n- 1.1.1.1\n- 9.9.9.9\n\n'],
    ['rancher.sysctl', 'vm.swappiness: "10"\n\n'],
    ['rancher.services.web', 'image: nginx\nports:\n- 80:80\ncommand:\n- a\n- b\n\n'],
    ['rancher.log', 'true\n'],
    ['rancher.recovery', 'false\n'],
    ['rancher.modules', '[]\n\n'],
    ['rancher.upgrade', '{}\n\n'],
    ['rancher.shutdown_timeout', '0\n'],
    ['rancher.console', '\n'],
    ['rancher.password', '\n'],
    ['rancher.services.db', '{}\n\n'],
    ['rancher.nonsense', '\n'],
    ['', toYaml(JSON.parse(JSON.stringify(data))) + '\n']
  ] as const
  for (const [key, printed] of cases) t.equal(formatGet(data, key), printed, key)
})

const block = (label: string) => `-----BEGIN ${label}-----\nMAA=\n-----END ${label}-----\n`
const keyPem = block('PRIVATE KEY')
const certPem = block('CERTIFICATE')
const keys = {
  rsa: block('RSA PRIVATE KEY'),
  'rsa-pub': 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAACQCAgYKDhIWGhw=='
}

const whole = () =>
  built(
    layer('image', 'rancher: {debug: false, sysctl: {a.b: 1}, services: {console: {image: rosd/console}}}\n'),
    layer('lease', 'rancher: {network: {dns: {nameservers: [10.0.0.1]}}}\n'),
    layer('machine', JSON.stringify({ rancher: { ssh: { keys }, docker: { ca_key: keyPem, server_cert: certPem } } })),
    user(`hostname: web
rancher:
  ssh: {port: 2222}
  sysctl: {c.d: 2}
  services: {console: {restart: always}}
  environment: {EXTRA_CMDLINE: /init x, A: b}
  registry_auths: {hub: {username: ann, password: secret}}
`),
    ...commandLine('rancher.password=hunter2 rancher.autologin=tty1 rancher.state.dev=LABEL=X')
  )

t.test('an export is what another machine could have', async (t) => {
  t.same(exportData(whole(), {}), {
    hostname: 'web',
    rancher: {
      ssh: { port: 2222 },
      sysctl: { 'c.d': '2' },
      services: { console: { restart: 'always' } },
      environment: { A: 'b' },
      registry_auths: { hub: { username: 'ann' } },
      state: { dev: 'LABEL=X' }
    }
  })
})

t.test('private keys are exported when asked for, what the image brings too', async (t) => {
  t.match(exportData(whole(), { private: true }), {
    rancher: {
      ssh: { keys },
      docker: { ca_key: keyPem },
      registry_auths: { hub: { password: 'secret' } },
      password: undefined,
      autologin: undefined
    }
  })
  const full = exportData(whole(), { full: true })
  t.match(full, {
    rancher: {
      debug: false,
      sysctl: { 'a.b': '1' },
      services: { console: { image: 'rosd/console' } },
      network: { dns: { nameservers: ['10.0.0.1'] } }
    }
  })
  t.notMatch(JSON.stringify(full), /BEGIN|ssh-rsa|hunter2|secret/)
})

t.test('the images of a document are those of its services and bootstrap containers', async (t) => {
  const { data } = built(
    user(
      'rancher: {services: {b: {image: b}, a: {image: a}, c: {image: b}, d: {build: /d}}, bootstrap: {x: {image: z}}}\n'
    )
  )
  t.same(imagesOf(data), ['a', 'b', 'z'])
  t.same(imagesOf({}), [])
})
