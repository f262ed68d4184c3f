import { execFileSync } from 'node:child_process'
import t from 'tap'
import { systemFiles } from '../../src/core/system-files.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'

function filesOf(data: CloudConfig): Readonly<Record<string, string>> {
  return Object.fromEntries(
    systemFiles(data).map(({ path, spec }) => [path, `${spec.mode.toString(8)} ${spec.bytes().toString()}`])
  )
}

t.test('an empty document makes only the settings of the console and of System Docker', async (t) => {
  const files = filesOf({})
  t.strictSame(Object.keys(files), ['/run/ros/console.env', '/etc/docker/system-docker.json'])
  t.match(files['/run/ros/console.env'], /^644 #.*\nAUTOLOGIN=''\nSSH_DAEMON=true\n$/)
})

t.test('what a modem is told is for root alone', async (t) => {
  const modem_networks = { wwan0: { apn: 'internet', extra_args: ' ip-type=ipv4, ,user=me' }, ttyUSB0: { apn: 'm2m' } }
  t.match(filesOf({ rancher: { network: { modem_networks } } }), {
    '/run/ros/modem/wwan0.connect': '600 apn=internet,ip-type=ipv4,user=me\n',
    '/run/ros/modem/ttyUSB0.connect': '600 apn=m2m\n'
  })
})

t.test('host keys get the modes sshd insists on and their last newline', async (t) => {
  const keys = { ed25519: 'PRIVATE', 'ed25519-pub': 'ssh-ed25519 AAAA\n', rsa: '' }
  const files = filesOf({ rancher: { ssh: { keys } } })
  t.equal(files['/etc/ssh/ssh_host_ed25519_key'], '600 PRIVATE\n')
  t.equal(files['/etc/ssh/ssh_host_ed25519_key.pub'], '644 ssh-ed25519 AAAA\n')
  t.notOk('/etc/ssh/ssh_host_rsa_key' in files)
})

t.test('sshd hears of port and address only when the document has them', async (t) => {
  t.match(
    filesOf({ rancher: { ssh: { port: 2222, listen_address: '::1' } } })['/etc/ssh/sshd_config.d/rosd.conf'],
    /\nPort 2222\nListenAddress ::1\n$/
  )
  t.match(
    filesOf({ rancher: { ssh: { port: 2222, listen_address: '' } } })['/etc/ssh/sshd_config.d/rosd.conf'],
    /\nPort 2222\n$/
  )
})

t.test('who logs in by itself, and whether sshd runs, is told to the console at once', async (t) => {
  const rancher = { autologin: ['tty1', '/dev/ttyS0'], ssh: { daemon: false } }
  t.match(filesOf({ rancher })['/run/ros/console.env'], /AUTOLOGIN='tty1 ttyS0'\nSSH_DAEMON=false\n/)
  t.match(filesOf({ rancher: { ...rancher, disable: ['autologin'] } })['/run/ros/console.env'], /AUTOLOGIN=''\n/)
  t.strictSame(systemFiles({ rancher })[0]?.spec.tell, { container: 'console', by: 'hangup' })
})

t.test('shells get proxies and search path word for word, whatever is in them', async (t) => {
  const environment = {
    http_proxy: "http://a:it's$HOME@proxy:3128",
    https_proxy: 'http://s',
    HTTPS_PROXY: 'http://s',
    NO_PROXY: 'x,y',
    PATH: '/opt/a b,/opt/$(c), relative',
    VERSION: '1'
  }
  const scripts = systemFiles({ rancher: { environment } }).filter(({ path }) => path.startsWith('/etc/profile.d/'))
  const text = scripts.map(({ spec }) => spec.bytes().toString()).join('')
  const said = execFileSync('sh', [
    '-c',
    `unset HTTP_PROXY no_proxy; PATH=/bin; ${text}\nprintf '%s|' "$http_proxy" "$HTTP_PROXY" "$https_proxy" "$HTTPS_PROXY" "$NO_PROXY" "$no_proxy" "$PATH"`
  ])
  t.equal(said.toString(), "http://a:it's$HOME@proxy:3128||http://s|http://s|x,y||/bin:/opt/a b:/opt/$(c)|")
})

t.test('TLS keys of the engine are written when it uses them, for root alone', async (t) => {
  const docker = { ca_cert: 'CA', server_cert: 'CERT', server_key: 'KEY' }
  t.notOk('/etc/docker/tls/ca.pem' in filesOf({ rancher: { docker } }))
  const files = filesOf({ rancher: { docker: { ...docker, tls: true } } })
  t.equal(files['/etc/docker/tls/ca.pem'], '400 CA\n')
  t.equal(files['/etc/docker/tls/server-cert.pem'], '400 CERT\n')
  t.equal(files['/etc/docker/tls/server-key.pem'], '400 KEY\n')
  t.notOk('/etc/docker/tls/ca-key.pem' in files)
})
