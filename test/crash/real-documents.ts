// Documents for a real kernel and a real engine: something of every kind that is a namespace's own, and all of it changed or gone.
import type { CloudConfig, Service } from '../../src/document/types.gen.ts'

export const IMAGES = ['test/crash:1', 'test/crash:2'] as const
export const SOCKET = '/run/system-docker.sock'

const service = (more: Service): Service => ({
  command: 'sleep 1000',
  net: 'host',
  stop_grace_period: '1s',
  stop_signal: 'SIGKILL',
  ...more,
  labels: { 'io.rancher.os.scope': 'system' }
})

/** As on a machine, but that its containers are counted apart from this machine's own. */
const system_docker = {
  bridge: 'none',
  exec_root: '/run/system-docker',
  graph: '/var/lib/system-docker',
  host: [`unix://${SOCKET}`],
  live_restore: true,
  pid_file: '/run/system-docker.pid',
  storage_driver: 'overlay2',
  userland_proxy: false,
  extra_args: ['--cgroup-parent=/rosd-test']
}

/** Nothing but the engine, which every machine has. */
export const EMPTY: CloudConfig = { rancher: { system_docker } }

export const FIRST: CloudConfig = {
  hostname: 'first.example.org',
  ssh_authorized_keys: ['ssh-ed25519 ONE one', 'ssh-ed25519 TWO two'],
  write_files: [
    { path: '/etc/motd', content: 'first\n', owner: 'rancher' },
    { path: '/opt/first.conf', content: 'only here\n', permissions: '0600' }
  ],
  mounts: [
    ['tmpfs', '/mnt/a', 'tmpfs', 'size=1m'],
    ['/srv/data', '/mnt/b', 'none', 'bind,ro']
  ],
  bootcmd: ['echo one', 'echo two'],
  rancher: {
    sysctl: { 'net.ipv4.ip_local_port_range': '20000 30000' },
    network: {
      interfaces: {
        eth0: {
          addresses: ['10.0.0.2/24', '10.0.1.2/24'],
          mtu: 1400,
          routes: [{ to: '10.20.0.0/16', via: '10.0.1.254' }],
          offloads: { gro: true },
          post_up: ['echo $iface first']
        },
        br0: { bridge_opts: { stp: true }, address: '10.1.0.1/24' },
        va: { veth: { peer: 'vb' }, bridge: 'br0', alias: 'inside' },
        vx0: { vxlan: { id: 7, remote: '10.0.0.9' } }
      },
      rules: [{ priority: 100, from: '10.1.0.0/24', table: '100' }],
      firewall: { input: { policy: 'drop', rules: [{ protocol: 'tcp', port: ['22'], action: 'accept' }] } },
      dns: { nameservers: ['9.9.9.9'], search: ['example.org'] }
    },
    system_docker,
    services: { web: service({ image: IMAGES[0] }) }
  }
}

/** The same with other flags for the engine. */
export const LOUDER: CloudConfig = {
  ...FIRST,
  rancher: { ...FIRST.rancher, system_docker: { ...system_docker, debug: true, log_opts: { 'max-size': '1m' } } }
}

export const SECOND: CloudConfig = {
  hostname: 'second',
  ssh_authorized_keys: ['ssh-ed25519 TWO two'],
  write_files: [
    { path: '/etc/motd', content: 'second\n' },
    { path: '/opt/second.conf', content: 'only here\n' }
  ],
  mounts: [
    ['tmpfs', '/mnt/a', 'tmpfs', 'size=2m'],
    ['tmpfs', '/mnt/b', 'tmpfs', 'size=1m']
  ],
  rancher: {
    sysctl: { 'net.ipv4.ip_local_port_range': '20001 30001' },
    network: {
      interfaces: {
        eth0: {
          address: '10.0.1.2/24',
          mtu: 1300,
          routes: [{ to: '10.20.0.0/16', via: '10.0.1.253' }],
          offloads: { gro: false },
          post_up: ['echo $iface second']
        },
        br0: { bridge_opts: { stp: false }, address: '10.1.0.1/24' },
        vx0: { vxlan: { id: 8, remote: '10.0.0.9' } }
      },
      rules: [{ priority: 100, from: '10.1.0.0/24', table: '101' }],
      firewall: { input: { policy: 'drop', rules: [{ protocol: 'udp', port: ['53'], action: 'accept' }] } },
      dns: { nameservers: ['1.1.1.1'] }
    },
    system_docker,
    services: { web: service({ image: IMAGES[1] }) }
  }
}
