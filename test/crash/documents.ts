// Two documents that have something of every kind, and differ in every kind.
import type { CloudConfig, Service } from '../../src/document/types.gen.ts'

const system = (image: string, more: Service = {}): Service => ({
  image,
  net: 'host',
  labels: { 'io.rancher.os.scope': 'system' },
  ...more
})

/** Keys that are none. */
const KEY = `${'k'.repeat(43)}=`

const tunnel = (where: string) => ({ private_key: KEY, peers: [{ public_key: KEY, allowed_ips: [where] }] })

export const FIRST: CloudConfig = {
  hostname: 'first.example.org',
  ssh_authorized_keys: ['ssh-ed25519 ONE one', 'ssh-ed25519 TWO two'],
  write_files: [
    { path: '/etc/motd', content: 'first\n', owner: 'rancher' },
    { path: '/etc/first.conf', content: 'only here\n' },
    { path: '/etc/ssh/sshd_config.d/own.conf', content: 'Port 22\n', permissions: '0600' },
    { path: '/etc/ntp.conf', content: 'server one\n', container: 'ntp' }
  ],
  mounts: [
    ['tmpfs', '/mnt/a', 'tmpfs', 'size=1m'],
    ['/srv/data', '/mnt/a/data', 'none', 'bind,ro'],
    ['/srv/one', '/mnt/one', 'none', 'bind'],
    ['/dev/vdb', 'none', 'swap', 'pri=5'],
    ['/dev/vdc', 'none', 'swap', '']
  ],
  bootcmd: ['echo boot one', 'echo boot two'],
  runcmd: ['echo run'],
  rancher: {
    modules: ['br-alias', 'dummy'],
    sysctl: {
      'vm.swappiness': '10',
      'vm.min_free_kbytes': '101',
      'net.bridge.bridge-nf-call-iptables': '0'
    },
    network: {
      interfaces: {
        eth0: {
          addresses: ['10.0.0.2/24', '10.0.1.2/24'],
          gateway: '10.0.0.1',
          mtu: 9000,
          routes: [{ to: '10.20.0.0/16', via: '10.0.0.254' }]
        },
        eth1: { dhcp: true },
        br0: { bridge_opts: { vlan_filtering: true } },
        eth2: { bridge: 'br0', bridge_port: { vlans: ['10', '1 pvid untagged'] } },
        wg0: { wireguard: tunnel('10.9.0.0/24'), address: '10.9.0.1/24' },
        wlan0: { wifi_network: ['home'] }
      },
      wifi_networks: { home: { ssid: 'home', psk: 'correct horse', address: '10.6.0.2/24' } },
      hosts: { '10.0.0.5': ['nas', 'nas.example.org'] },
      dns: { nameservers: ['9.9.9.9'], search: ['example.org'] }
    },
    ssh: { port: 2222 },
    services: {
      console: system('console:1'),
      network: system('network:1'),
      ntp: system('ntp:1'),
      docker: system('docker:1'),
      web: { image: 'web:1', net: 'host' }
    }
  }
}

export const SECOND: CloudConfig = {
  hostname: 'second',
  ssh_authorized_keys: ['ssh-ed25519 TWO two'],
  write_files: [
    { path: '/etc/motd', content: 'second\n' },
    { path: '/etc/second.conf', content: 'only here\n' },
    { path: '/etc/ssh/sshd_config.d/own.conf', content: 'Port 23\n', permissions: '0600' },
    { path: '/etc/ntp.conf', content: 'server two\n', container: 'ntp' }
  ],
  mounts: [
    ['tmpfs', '/mnt/a', 'tmpfs', 'size=1m,noexec'],
    ['tmpfs', '/mnt/one', 'tmpfs', ''],
    ['/srv/data', '/mnt/b', 'none', 'bind'],
    ['/dev/vdb', 'none', 'swap', 'pri=7']
  ],
  rancher: {
    modules: ['dummy', 'nf_conntrack'],
    sysctl: { 'vm.swappiness': '20' },
    network: {
      interfaces: {
        eth0: { address: '10.0.0.3/24', gateway: '10.0.0.254', routes: [{ to: '10.30.0.0/16', via: '10.0.0.1' }] },
        eth1: { dhcp: true, dhcp_args: '-4 --nogateway' },
        br0: { bridge_opts: { vlan_filtering: true } },
        eth2: { bridge: 'br0', bridge_port: { vlans: ['20', '1 pvid untagged'] } },
        wg0: { wireguard: tunnel('10.8.0.0/24'), address: '10.9.0.1/24' },
        wlan0: { wifi_network: ['home'] }
      },
      wifi_networks: { home: { ssid: 'home', psk: 'battery staple', address: '10.6.0.2/24' } },
      hosts: { '10.0.0.6': ['nas'], 'fd00::6': ['nas'] },
      dns: { nameservers: ['1.1.1.1'] }
    },
    system_docker: { debug: true, environment: ['HTTP_PROXY=http://10.0.0.1:3128'] },
    services: {
      console: system('console:1'),
      network: system('network:1'),
      ntp: system('ntp:2'),
      docker: system('docker:1'),
      cron: system('cron:1'),
      api: { image: 'web:1', net: 'host' }
    }
  }
}
