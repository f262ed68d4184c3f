// A real dockerd that listens on TCP as the image's document says, in a network of its own, and real clients.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { engineFlags } from '../../src/core/engine-flags.ts'
import { engineWithTls } from '../../src/core/engine-tls.ts'
import { systemFiles } from '../../src/core/system-files.ts'
import { buildDocument } from '../../src/document/build.ts'
import { newAuthority, newClient, newServer, renewedClient } from '../../src/tls/authority.ts'
import type { Identity } from '../../src/tls/certificate.ts'
import { layer } from '../document/support.ts'
import { noDockerd } from '../support/dockerd.ts'
import { until } from '../support/loop.ts'

t.setTimeout(180_000)

const IMAGE = new URL('../../rootfs/usr/share/ros/os-config.yml', import.meta.url)
/** The keys lie where the document's arguments look for them, and nobody else sees them there. */
const ALONE = `ip link set lo up; mount -t tmpfs tmpfs /etc/docker; cp -r "$1/etc/docker/." /etc/docker/; shift; exec "$@"`

t.test(
  'who has a certificate of the authority comes in, and nobody else',
  { skip: noDockerd() ?? false, timeout: 180_000 },
  async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'rosd-tls-'))
    const authority = newAuthority()
    const server = newServer(authority, [], Date.now())
    const keys = {
      ca_cert: authority.certificate,
      ca_key: authority.key,
      server_cert: server.certificate,
      server_key: server.key
    }
    const built = buildDocument([
      layer('image', readFileSync(IMAGE, 'utf8')),
      layer('machine', JSON.stringify({ rancher: { docker: { ...keys, tls: true } } }))
    ])
    if (!built.ok) throw new Error(JSON.stringify(built.problems))
    for (const { path, spec } of systemFiles(built.document.data)) {
      if (!path.startsWith('/etc/docker/')) continue
      mkdirSync(dirname(dir + path), { recursive: true })
      writeFileSync(dir + path, spec.bytes(), { mode: spec.mode })
    }
    const own = `--data-root=${dir}/data --exec-root=${dir}/exec --pidfile=${dir}/pid --bridge=none --iptables=false --ip6tables=false --host=unix://${dir}/sock`
    const given = engineFlags('user', { rancher: { docker: engineWithTls(built.document.data) } }).filter(
      (flag) => !/^--(data-root|exec-root|pidfile|host|group)=/.test(flag)
    )
    t.same(given.slice(-5).at(-1), '-H=0.0.0.0:2376')
    const daemon = spawn(
      'unshare',
      ['--net', '--mount', 'sh', '-c', ALONE, 'sh', dir, 'dockerd', ...own.split(' '), ...given],
      {
        stdio: ['ignore', 'ignore', 'pipe']
      }
    )
    let said = ''
    daemon.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const ended = new Promise((resolve) => daemon.once('exit', resolve))
    t.teardown(async () => {
      daemon.kill('SIGTERM')
      await ended
      spawnSync('umount', ['-l', `${dir}/data`])
      rmSync(dir, { recursive: true, force: true })
    })
    const docker = (client: Identity | null, ...more: readonly string[]) => {
      const name = mkdtempSync(join(dir, 'client-'))
      writeFileSync(join(name, 'ca.pem'), authority.certificate)
      if (client !== null) {
        writeFileSync(join(name, 'cert.pem'), client.certificate)
        writeFileSync(join(name, 'key.pem'), client.key)
      }
      const words = [
        '--target',
        String(daemon.pid),
        '--net',
        'docker',
        ...more,
        'version',
        '--format',
        '{{.Server.Version}}'
      ]
      const { status, stdout, stderr } = spawnSync('nsenter', words, {
        encoding: 'utf8',
        env: { ...process.env, DOCKER_CERT_PATH: name }
      })
      return { came: status === 0 && /^\d+\./.test(stdout), said: stderr }
    }
    const over = (host: string) => ['-H', `tcp://${host}:2376`, '--tlsverify']
    const friend = newClient(authority, Date.now())
    await until(() => {
      if (daemon.exitCode !== null) throw new Error(said)
      return docker(friend, ...over('127.0.0.1')).came
    }, 90_000)
    t.ok(docker(friend, ...over('localhost')).came)
    const later = { ...friend, certificate: renewedClient(authority, friend, Date.now() + 86_400_000) }
    t.ok(docker(later, ...over('localhost')).came, 'with another certificate for the same key')
    t.match(docker(newClient(newAuthority(), Date.now()), ...over('localhost')), { came: false, said: /certificate/ })
    t.match(docker(server, ...over('localhost')), { came: false, said: /certificate/ }, "a server's is no client's")
    t.match(docker(null, '-H', 'tcp://localhost:2376', '--tls'), { came: false, said: /certificate/ })
    t.match(docker(null, '-H', 'tcp://localhost:2376'), { came: false, said: /HTTPS/ })
    t.match(docker(friend, ...over('127.0.0.2')), { came: false, said: /valid for 127\.0\.0\.1, not 127\.0\.0\.2/ })
  }
)
