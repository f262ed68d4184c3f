// Every kind of key, as it is set on a machine that runs and read back from the kernel or the engine. Documents add up: each
// case is merged into what the ones before it left.
import type { Value } from '../../../src/document/value.ts'
import { system, user } from './services.ts'

export interface Case {
  readonly name: string
  /** Keys it speaks for; the schema says the same of all of them. */
  readonly keys: readonly string[]
  /** A shell line that comes first. */
  readonly before?: string
  readonly set: Value
  /** What is read on the machine, and how that looks once the keys count. */
  readonly reads: readonly (readonly [line: string, looks: RegExp])[]
  /** Services that start anew for a reason of their own, beside what the schema says of the keys. */
  readonly uses?: readonly string[]
  /** Links, mounts and files that were there before and are not as they were: `file /etc/hosts`. */
  readonly touches?: readonly string[]
  /** A shell line for what must not stay; the machine does not settle before it. */
  readonly after?: string
}

const rancher = (value: Value): Value => ({ rancher: value })

const ip = '/usr/bin/ip -json'
const resolv = 'cat /etc/resolv.conf'
const listening = 'netstat -tln'
const inspect = (format: string, name: string, engine = 'docker') => `${engine} inspect -f '${format}' ${name}`
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl extra'

/** A registry that lets nobody in and writes down who knocked. */
const REGISTRY = `cat > /run/registry.cjs <<'END'
require('http').createServer(({ headers: { authorization = '' } }, answer) => {
  if (authorization !== '') require('fs').appendFileSync('/run/knocked', authorization)
  answer.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end()
}).listen(5999, '127.0.0.1')
END
setsid node /run/registry.cjs > /dev/null 2>&1 &`

/** Has the ssh server say who it is; nobody is let in. */
const knock =
  'ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=/run/known -o HostKeyAlgorithms=ssh-ed25519 -p 2222 127.0.0.1 2> /dev/null'

/** `key` is a host key that the machine has not got. */
export const casesWith = (key: { readonly secret: string; readonly open: string }): readonly Case[] => [
  {
    name: 'the host name, where nothing else says one',
    touches: ['file /etc/hostname', 'file /etc/hosts'],
    keys: ['rancher.defaults.hostname'],
    set: rancher({ defaults: { hostname: 'fallback' } }),
    reads: [['cat /proc/sys/kernel/hostname', /^fallback$/]]
  },
  {
    name: 'the host name',
    touches: ['file /etc/hostname', 'file /etc/hosts'],
    keys: ['hostname'],
    set: { hostname: 'walker' },
    reads: [['cat /proc/sys/kernel/hostname /etc/hostname', /^walker\nwalker$/]]
  },
  {
    name: 'who may log in',
    touches: ['file /home/docker/.ssh/authorized_keys', 'file /home/rancher/.ssh/authorized_keys'],
    keys: ['ssh_authorized_keys'],
    set: { ssh_authorized_keys: [KEY] },
    reads: [['cat /home/rancher/.ssh/authorized_keys', / extra$/m]]
  },
  {
    name: 'a file of the machine',
    keys: ['write_files'],
    set: { write_files: [{ path: '/etc/made', content: 'one', permissions: '0640', owner: 'rancher:docker' }] },
    reads: [['cat /etc/made; stat -c " %a %U:%G" /etc/made', /^one 640 rancher:docker$/]]
  },
  {
    name: 'mounts',
    keys: ['mounts'],
    set: {
      mounts: [
        ['tmpfs', '/mnt/mem', 'tmpfs', 'size=1m'],
        ['/opt', '/mnt/opt', '', 'bind']
      ]
    },
    reads: [
      ['cat /proc/1/mounts', / \/mnt\/mem tmpfs [^]* \/mnt\/opt /],
      ['system-docker exec console cat /proc/mounts', / \/mnt\/mem tmpfs [^]* \/mnt\/opt /]
    ]
  },
  {
    name: 'a kernel parameter',
    keys: ['rancher.sysctl.net.ipv4.ip_default_ttl'],
    set: rancher({ sysctl: { 'net.ipv4.ip_default_ttl': 77 } }),
    reads: [['cat /proc/sys/net/ipv4/ip_default_ttl', /^77$/]]
  },
  {
    name: 'addresses, routes and the size of packets',
    keys: ['match', 'address', 'addresses', 'gateway', 'metric', 'routes', 'mtu'].map(
      (key) => `rancher.network.interfaces.cable.${key}`
    ),
    before: '/usr/bin/ip link add t0 type veth peer name t1',
    set: rancher({
      network: {
        interfaces: {
          cable: {
            match: 't0',
            address: '10.77.0.2/24',
            addresses: ['fd77::2/64'],
            gateway: '10.77.0.1',
            metric: 500,
            routes: [{ to: '10.78.0.0/16', via: '10.77.0.1' }],
            mtu: 1400
          },
          t1: { dhcp: false }
        }
      }
    }),
    reads: [
      [`${ip} addr show t0`, /"mtu":1400[^]*"local":"10\.77\.0\.2","prefixlen":24[^]*"local":"fd77::2"/],
      [`${ip} route show dev t0`, /"dst":"default","gateway":"10\.77\.0\.1"[^}]*"metric":500/],
      [`${ip} route show dev t0`, /"dst":"10\.78\.0\.0\/16","gateway":"10\.77\.0\.1"/]
    ]
  },
  {
    name: 'links that are made, and rules of where packets go',
    keys: [
      ...['bridge', 'bridge_opts.stp', 'bridge_port.cost', 'veth.peer', 'alias', 'forwarding'].map(
        (key) => `rancher.network.interfaces.cable.${key}`
      ),
      'rancher.network.rules'
    ],
    set: rancher({
      network: {
        interfaces: {
          br7: { bridge: 'true', bridge_opts: { stp: true }, address: '10.79.0.1/24' },
          t1: { bridge: 'br7', bridge_port: { cost: 7 } },
          va: { veth: { peer: 'vb' }, alias: 'inside', forwarding: true }
        },
        rules: [{ priority: 100, from: '10.79.0.0/24', table: 100 }]
      }
    }),
    reads: [
      [`${ip} -details link show br7`, /"info_kind":"bridge"[^]*"stp_state":1/],
      [`${ip} -details link show t1`, /"master":"br7"[^]*"cost":7/],
      [`${ip} addr show br7`, /"local":"10\.79\.0\.1","prefixlen":24/],
      [`${ip} link show va`, /"ifalias":"inside"/],
      [`${ip} rule show`, /"priority":100,"src":"10\.79\.0\.0"/],
      ['cat /proc/sys/net/ipv4/conf/va/forwarding', /^1$/]
    ]
  },
  {
    name: 'name servers, where nothing else says some',
    touches: ['file /etc/resolv.conf'],
    keys: ['rancher.defaults.network.dns.nameservers'],
    set: rancher({ defaults: { network: { dns: { nameservers: ['10.77.0.8'] } } } }),
    reads: [[resolv, /nameserver 10\.77\.0\.8$/]]
  },
  {
    name: 'name servers',
    touches: ['file /etc/resolv.conf'],
    keys: ['rancher.network.dns.nameservers', 'rancher.network.dns.search', 'rancher.network.dns.options'],
    set: rancher({ network: { dns: { nameservers: ['10.77.0.9'], search: ['lan'], options: ['timeout:2'] } } }),
    reads: [[resolv, /search lan\noptions timeout:2\n# from rancher\.network\.dns\nnameserver 10\.77\.0\.9$/]]
  },
  {
    name: 'names of other machines',
    touches: ['file /etc/hosts'],
    keys: ['rancher.network.hosts'],
    set: rancher({ network: { hosts: { '10.77.0.5': ['nas', 'nas.lan'] } } }),
    reads: [['cat /etc/hosts', /^10\.77\.0\.5 nas nas\.lan # rancher\.network\.hosts$/m]]
  },
  {
    name: 'a lease that is asked for',
    keys: ['rancher.network.interfaces.t1.dhcp', 'rancher.defaults.network.dhcp_timeout'],
    set: rancher({ defaults: { network: { dhcp_timeout: 7 } }, network: { interfaces: { t1: { dhcp: true } } } }),
    reads: [['kill -0 $(cat /run/dhcpcd/t1-4.pid) && cat /run/ros/dhcp/t1.json', /"-A4",.*"--timeout","7"/]]
  },
  {
    name: 'how a lease is asked for',
    keys: ['rancher.network.interfaces.t1.dhcp_args', 'rancher.network.dhcp_timeout'],
    set: rancher({ network: { dhcp_timeout: 9, interfaces: { t1: { dhcp_args: '-A4 -d' } } } }),
    reads: [['kill -0 $(cat /run/dhcpcd/t1-4.pid) && cat /run/ros/dhcp/t1.json', /"-A4","-d",.*"--timeout","9"/]]
  },
  {
    name: 'a service of User Docker',
    keys: ['mem_limit', 'labels', 'environment'].map((key) => `rancher.services.web.${key}`),
    set: rancher({
      services: { web: user({ mem_limit: '32m', labels: { a: 'b' }, environment: ['GREETING', 'X=1'] }) }
    }),
    reads: [
      [inspect('{{.HostConfig.Memory}} {{index .Config.Labels "a"}} {{.Config.Env}}', 'web'), /^33554432 b .*X=1/],
      ['docker exec web cat /proc/1/environ', /X=1/]
    ]
  },
  {
    name: 'a service of System Docker',
    keys: ['rancher.services.sys.environment'],
    set: rancher({ services: { sys: system({ environment: ['X=2'] }) } }),
    reads: [[inspect('{{.Config.Env}}', 'sys', 'system-docker'), /X=2/]]
  },
  {
    name: 'what services are filled in from',
    keys: ['rancher.environment.GREETING'],
    set: rancher({ environment: { GREETING: 'hello' } }),
    reads: [['docker exec web cat /proc/1/environ', /GREETING=hello/]],
    uses: ['web']
  },
  {
    name: 'what shells have',
    // Proxies are System Docker's, too.
    uses: ['system-docker'],
    keys: ['rancher.environment.PATH', 'rancher.environment.no_proxy'],
    set: rancher({ environment: { PATH: '/opt/mine', no_proxy: '.lan' } }),
    reads: [[`sh -lc 'echo "$PATH $no_proxy"'`, /:\/opt\/mine \.lan$/]]
  },
  {
    name: 'who is known to a registry',
    keys: ['username', 'password'].map((key) => `rancher.registry_auths."127.0.0.1:5999".${key}`),
    before: REGISTRY,
    set: rancher({
      registry_auths: { '127.0.0.1:5999': { username: 'ann', password: 's3cret' } },
      services: { pulled: { image: '127.0.0.1:5999/x:1' } }
    }),
    reads: [['cat /run/knocked', /^Basic YW5uOnMzY3JldA==/]],
    after: 'ros config unset rancher.services.pulled --wait 120'
  },
  {
    name: 'a terminal that needs no password',
    touches: ['file /run/ros/console.env'],
    keys: ['rancher.autologin'],
    set: rancher({ autologin: ['ttyS0'] }),
    reads: [['ps -o args', /^busybox login -f rancher$/m]]
  },
  {
    name: 'that it does, whoever says else, and that the kernel line opens nothing',
    touches: ['file /run/ros/console.env'],
    keys: ['rancher.disable'],
    before: "grep '^rancher:[$]6' /etc/shadow",
    set: rancher({ disable: ['autologin', 'password'] }),
    reads: [
      ['grep ^rancher: /etc/shadow', /^rancher:\*:/],
      ['cat /run/ros/console.env', /AUTOLOGIN=''/]
    ]
  },
  {
    name: 'where the ssh server listens',
    keys: ['rancher.ssh.port', 'rancher.ssh.listen_address'],
    set: rancher({ ssh: { port: 2222, listen_address: '127.0.0.1' } }),
    reads: [[listening, /127\.0\.0\.1:2222 +0\.0\.0\.0:\* +LISTEN(?![^]*:22 )/]]
  },
  {
    name: 'who the ssh server is',
    touches: ['file /etc/ssh/ssh_host_ed25519_key', 'file /etc/ssh/ssh_host_ed25519_key.pub'],
    keys: ['rancher.ssh.keys.ed25519'],
    set: rancher({ ssh: { keys: { ed25519: key.secret, 'ed25519-pub': key.open } } }),
    reads: [
      [`rm -f /run/known; ${knock}; cat /run/known`, new RegExp(key.open.split(' ')[1]?.replaceAll('+', '\\+') ?? '')]
    ]
  },
  {
    name: 'that there is none',
    touches: ['file /run/ros/console.env'],
    keys: ['rancher.ssh.daemon'],
    set: rancher({ ssh: { daemon: false } }),
    reads: [[`${listening} | grep -c 2222; true`, /^0$/]]
  },
  {
    name: 'what is done about drift',
    keys: ['rancher.drift'],
    set: rancher({ drift: { 'sysctl/net.ipv4.ip_default_ttl': 'report' } }),
    reads: [
      [
        'echo 70 > /proc/sys/net/ipv4/ip_default_ttl; ros reconcile --wait 120 > /dev/null; cat /proc/sys/net/ipv4/ip_default_ttl',
        /^70$/
      ]
    ]
  },
  {
    name: 'where figures are to be had',
    keys: ['rancher.metrics.listen'],
    set: rancher({ metrics: { listen: '127.0.0.1:9633' } }),
    reads: [['wget -qO- http://127.0.0.1:9633/metrics | grep ^rosd_build_info', /^rosd_build_info.* 1$/]]
  },
  {
    name: 'what System Docker reads again',
    touches: ['file /etc/docker/system-docker.json'],
    keys: ['insecure_registry', 'registry_mirror'].map((key) => `rancher.system_docker.${key}`),
    set: rancher({
      system_docker: { insecure_registry: ['10.77.0.5:5000'], registry_mirror: 'http://127.0.0.1:5998' }
    }),
    reads: [["system-docker info -f '{{.RegistryConfig.Mirrors}}'", /^\[http:\/\/127\.0\.0\.1:5998\/\]$/]]
  },
  {
    name: 'System Docker',
    keys: ['environment', 'log_opts'].map((key) => `rancher.system_docker.${key}`),
    set: rancher({ system_docker: { environment: ['FROM_DOCUMENT=1'], log_opts: { 'max-size': '1m' } } }),
    reads: [
      ["tr '\\0' '\\n' < /proc/$(cat /run/system-docker.pid)/environ", /^FROM_DOCUMENT=1$/m],
      ["tr '\\0' '\\n' < /proc/$(cat /run/system-docker.pid)/cmdline", /^--log-opt=max-size=1m$/m]
    ]
  },
  {
    name: 'what User Docker reads again',
    touches: ['file /etc/docker/daemon.json'],
    keys: ['insecure_registry', 'registry_mirror'].map((key) => `rancher.docker.${key}`),
    set: rancher({
      docker: { insecure_registry: ['10.77.0.5:5000'], registry_mirror: 'http://127.0.0.1:5998' }
    }),
    reads: [
      ["docker info -f '{{.RegistryConfig.Mirrors}}'", /^\[http:\/\/127\.0\.0\.1:5998\/\]$/],
      ["docker info -f '{{json .RegistryConfig.IndexConfigs}}'", /"10\.77\.0\.5:5000":[^}]*"Secure":false/]
    ]
  },
  {
    name: 'User Docker',
    keys: ['log_driver', 'log_opts', 'environment'].map((key) => `rancher.docker.${key}`),
    set: rancher({
      docker: { log_driver: 'local', log_opts: { 'max-size': '1m' }, environment: ['FROM_DOCUMENT=1'] }
    }),
    reads: [
      ["docker info -f '{{.LoggingDriver}}'", /^local$/],
      [inspect('{{.Config.Env}} {{.Args}}', 'docker', 'system-docker'), /FROM_DOCUMENT=1.*--log-opt=max-size=1m/]
    ]
  },
  {
    name: 'proxies, of both engines',
    touches: ['file /etc/profile.d/proxy.sh'],
    keys: ['rancher.network.http_proxy'],
    set: rancher({ network: { http_proxy: 'http://127.0.0.1:5997' } }),
    reads: [
      ["docker info -f '{{.HTTPProxy}}'", /^http:\/\/127\.0\.0\.1:5997$/],
      ["system-docker info -f '{{.HTTPProxy}}'", /^http:\/\/127\.0\.0\.1:5997$/]
    ]
  },
  {
    name: 'more of everything in the logs',
    touches: ['file /etc/docker/daemon.json', 'file /etc/docker/system-docker.json'],
    keys: ['rancher.debug'],
    set: rancher({ debug: true }),
    reads: [
      ["docker info -f '{{.Debug}}'", /^true$/],
      ['tail -n 1 /var/log/rosd.log', /"level":20,/]
    ]
  },
  {
    name: 'a file of another service, which reads it when it starts',
    touches: ['file /etc/made'],
    keys: ['write_files'],
    set: { write_files: [{ path: '/tmp/made', content: 'two', container: 'sys' }] },
    reads: [['system-docker exec sys cat /tmp/made', /^two$/]],
    uses: ['sys']
  },
  {
    name: 'how many generations are kept',
    keys: ['keep', 'days', 'megabytes'].map((key) => `rancher.agent.history.${key}`),
    set: rancher({ agent: { history: { keep: 5, days: 30, megabytes: 8 } } }),
    reads: [['ros history --json | grep -c \'"generation":\'', /^5$/]]
  },
  {
    name: 'what has to answer',
    keys: ['command', 'in', 'interval', 'timeout', 'retries'].map((key) => `rancher.probes.up.${key}`),
    set: rancher({
      probes: { up: { command: 'test -e /etc/hosts', in: 'console', interval: 1, timeout: 2, retries: 2 } }
    }),
    reads: [['ros get probe/up', /^probe\/up +True/m]]
  },
  {
    name: 'how long a shutdown may take',
    keys: ['rancher.shutdown_timeout'],
    set: rancher({ shutdown_timeout: 41 }),
    reads: [['ros config get rancher.shutdown_timeout', /^41$/]]
  }
]
