// From one document, settled, to the next, or back to what it says after somebody changed the machine: exactly these actions.
import t from 'tap'
import { transitionLines } from '../support/mirror.ts'

interface Row {
  readonly name: string
  readonly before: string
  /** Not given: the same document; somebody else did something. */
  readonly after?: string
  readonly drift?: { readonly [key: string]: object | null }
  readonly actions: readonly string[]
}

const LOST = 'what the container wrote outside named volumes and folders of the machine is lost'
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl a'
const one = (link: string) => `rancher: {network: {interfaces: {${link}}}}`
const services = (...some: readonly string[]) => `rancher: {services: {${some.join(', ')}}}`

const table: readonly Row[] = [
  {
    name: 'a kernel parameter',
    before: '{}',
    after: 'rancher: {sysctl: {vm.swappiness: 10}}',
    actions: ['~ sysctl vm.swappiness: 0 -> 10']
  },
  {
    name: 'one of two kernel parameters',
    before: 'rancher: {sysctl: {vm.swappiness: 10, kernel.sysrq: 1}}',
    after: 'rancher: {sysctl: {vm.swappiness: 20, kernel.sysrq: 1}}',
    actions: ['~ sysctl vm.swappiness: 10 -> 20']
  },
  {
    name: 'the same parameter in another spelling',
    before: 'rancher: {sysctl: {vm.swappiness: 10}}',
    after: 'rancher: {sysctl: {vm/swappiness: "10 "}}',
    actions: []
  },
  {
    name: 'a parameter taken out',
    before: 'rancher: {sysctl: {vm.swappiness: 10}}',
    after: '{}',
    actions: ['- sysctl vm.swappiness: no longer wanted: 10 -> 0']
  },
  {
    name: 'a parameter changed by somebody',
    before: 'rancher: {sysctl: {vm.swappiness: 10}}',
    drift: { 'sysctl/vm.swappiness': { value: '60' } },
    actions: ['~ sysctl vm.swappiness: 60 -> 10']
  },
  {
    name: 'a parameter that the kernel rounds',
    before: 'rancher: {sysctl: {vm.swappiness: 10}}',
    drift: { 'sysctl/vm.swappiness': { value: '8', wrote: '10' } },
    actions: []
  },
  {
    name: 'a module',
    before: '{}',
    after: 'rancher: {modules: [dummy]}',
    actions: ['+ module dummy: not loaded; a loaded module stays until the next boot']
  },
  {
    name: 'a module with other parameters',
    before: 'rancher: {modules: [dummy]}',
    after: 'rancher: {modules: [dummy numdummies=2]}',
    actions: []
  },
  {
    name: 'a module taken out',
    before: 'rancher: {modules: [dummy]}',
    after: '{}',
    actions: []
  },
  {
    name: 'a host name',
    before: '{}',
    after: 'hostname: a',
    actions: ['~ hostname machine: localhost -> a']
  },
  {
    name: 'another host name',
    before: 'hostname: a',
    after: 'hostname: b',
    actions: ['~ hostname machine: a -> b']
  },
  {
    name: 'a host name taken out',
    before: 'hostname: a',
    after: '{}',
    actions: ['- hostname machine: no longer wanted: a -> localhost']
  },
  {
    name: '/etc/hostname written by somebody',
    before: 'hostname: a',
    drift: { 'hostname/machine': { file: 'x' } },
    actions: ['~ hostname machine: /etc/hostname says x']
  },
  {
    name: '/etc/hosts written by somebody',
    before: 'hostname: a',
    drift: { 'hostname/machine': { hosts: null } },
    actions: ['~ hostname machine: /etc/hosts has no name for 127.0.1.1']
  },
  {
    name: 'names of other machines',
    before: 'rancher: {network: {hosts: {10.0.0.5: [nas], 10.0.0.6: [db]}}}',
    after: 'rancher: {network: {hosts: {10.0.0.5: [nas, nas.lan], 10.0.0.6: [db]}}}',
    actions: ['~ hosts machine: -10.0.0.5 nas, +10.0.0.5 nas nas.lan']
  },
  {
    name: 'names of other machines taken out',
    before: 'rancher: {network: {hosts: {10.0.0.5: nas}}}',
    after: '{}',
    actions: ['- hosts machine: no longer wanted']
  },
  {
    name: 'a mount',
    before: '{}',
    after: 'mounts: [[tmpfs, /mnt/a, tmpfs, size=1m]]',
    actions: ['+ mount /mnt/a: not mounted']
  },
  {
    name: 'another size of a tmpfs',
    before: 'mounts: [[tmpfs, /mnt/a, tmpfs, size=1m]]',
    after: 'mounts: [[tmpfs, /mnt/a, tmpfs, size=2m]]',
    actions: ['~ mount /mnt/a: size 1m -> 2m']
  },
  {
    name: 'another flag of a mount',
    before: 'mounts: [[tmpfs, /mnt/a, tmpfs, size=1m]]',
    after: 'mounts: [[tmpfs, /mnt/a, tmpfs, "size=1m,noexec"]]',
    actions: ['~ mount /mnt/a: exec -> noexec']
  },
  {
    name: 'another source of a mount',
    before: 'mounts: [[/dev/vda1, /mnt/a, ext4, ""]]',
    after: 'mounts: [[/dev/vdb1, /mnt/a, ext4, ""]]',
    actions: ['! mount /mnt/a: /dev/vda1 (ext4) -> /dev/vdb1 (ext4); /mnt/a is unmounted for a moment']
  },
  {
    name: 'another target of a mount',
    before: 'mounts: [[/dev/vda1, /mnt/a, ext4, ""]]',
    after: 'mounts: [[/dev/vda1, /mnt/b, ext4, ""]]',
    actions: ['- mount /mnt/a: no longer wanted', '+ mount /mnt/b: not mounted']
  },
  {
    name: 'a mount taken out',
    before: 'mounts: [[tmpfs, /mnt/a, tmpfs, size=1m]]',
    after: '{}',
    actions: ['- mount /mnt/a: no longer wanted']
  },
  {
    name: 'a mount in a mount taken out',
    before: 'mounts: [[tmpfs, /mnt/a, tmpfs, size=1m], [tmpfs, /mnt/a/b, tmpfs, size=1m]]',
    after: '{}',
    actions: ['- mount /mnt/a/b: no longer wanted', '- mount /mnt/a: no longer wanted']
  },
  {
    name: 'a mount unmounted by somebody',
    before: 'mounts: [[tmpfs, /mnt/a, tmpfs, size=1m]]',
    drift: { 'mount//mnt/a': null },
    actions: ['+ mount /mnt/a: not mounted']
  },
  {
    name: 'a mount made read-only by somebody',
    before: 'mounts: [[tmpfs, /mnt/a, tmpfs, size=1m]]',
    drift: { 'mount//mnt/a': { options: ['ro'] } },
    actions: ['~ mount /mnt/a: ro -> rw']
  },
  {
    name: 'entries of mounts in another order',
    before: 'mounts: [[tmpfs, /mnt/a, tmpfs, size=1m], [tmpfs, /mnt/b, tmpfs, size=1m]]',
    after: 'mounts: [[tmpfs, /mnt/b, tmpfs, size=1m], [tmpfs, /mnt/a, tmpfs, size=1m]]',
    actions: []
  },
  {
    name: 'a swap area',
    before: '{}',
    after: 'mounts: [[/dev/vdb, none, swap, ""]]',
    actions: ['+ swap /dev/vdb: not in use']
  },
  {
    name: 'another priority of a swap area',
    before: 'mounts: [[/dev/vdb, none, swap, ""]]',
    after: 'mounts: [[/dev/vdb, none, swap, pri=5]]',
    actions: ['! swap /dev/vdb: priority -2 -> 5; what is swapped out to /dev/vdb is read back first']
  },
  {
    name: 'a swap area taken out',
    before: 'mounts: [[/dev/vdb, none, swap, ""]]',
    after: '{}',
    actions: ['- swap /dev/vdb: no longer wanted']
  },
  {
    name: 'a file',
    before: '{}',
    after: 'write_files: [{path: /etc/a, content: x}]',
    actions: ['+ file /etc/a: not there']
  },
  {
    name: 'another content of a file',
    before: 'write_files: [{path: /etc/a, content: x}, {path: /etc/b, content: x}]',
    after: 'write_files: [{path: /etc/a, content: y}, {path: /etc/b, content: x}]',
    actions: ['~ file /etc/a: another content']
  },
  {
    name: 'another mode of a file',
    before: 'write_files: [{path: /etc/a, content: x}]',
    after: 'write_files: [{path: /etc/a, content: x, permissions: "0600"}]',
    actions: ['~ file /etc/a: mode 0644 -> 0600']
  },
  {
    name: 'another owner of a file',
    before: 'write_files: [{path: /etc/a, content: x}]',
    after: 'write_files: [{path: /etc/a, content: x, owner: "7:7"}]',
    actions: ['~ file /etc/a: owner 0:0 -> 7:7']
  },
  {
    name: 'the same content in another encoding',
    before: 'write_files: [{path: /etc/a, content: x}]',
    after: 'write_files: [{path: /etc/a, content: eA==, encoding: b64}]',
    actions: []
  },
  {
    name: 'a file removed by somebody',
    before: 'write_files: [{path: /etc/a, content: x}]',
    drift: { 'file//etc/a': null },
    actions: ['+ file /etc/a: not there']
  },
  {
    name: 'a file taken out',
    before: 'write_files: [{path: /etc/a, content: x}]',
    after: '{}',
    actions: ['- file /etc/a: no longer wanted']
  },
  {
    name: 'a file changed by somebody, then taken out',
    before: 'write_files: [{path: /etc/a, content: x}]',
    after: '{}',
    drift: { 'file//etc/a': { sha256: '0' } },
    actions: []
  },
  {
    name: 'where the ssh server listens',
    before: 'rancher: {ssh: {port: 22}}',
    after: 'rancher: {ssh: {port: 2222}}',
    actions: ['~ file /etc/ssh/sshd_config.d/rosd.conf: another content; console reads its settings again']
  },
  {
    name: 'who may log in',
    before: '{}',
    after: `ssh_authorized_keys: [${KEY}]`,
    actions: ['+ ssh-key docker: 1 key', '+ ssh-key rancher: 1 key']
  },
  {
    name: 'nobody may log in any more',
    before: `ssh_authorized_keys: [${KEY}]`,
    after: '{}',
    actions: ['- ssh-key docker: no longer wanted', '- ssh-key rancher: no longer wanted']
  },
  {
    name: 'keys added by somebody',
    before: `ssh_authorized_keys: [${KEY}]`,
    drift: { 'ssh-key/rancher': { keys: [KEY, 'b'] } },
    actions: ['~ ssh-key rancher: 0 new, 1 to go, of 1 key']
  },
  {
    name: 'commands of a boot',
    before: '{}',
    after: 'bootcmd: [echo a]',
    actions: ['+ command bootcmd: runs once per boot; what commands have done stays done']
  },
  {
    name: 'commands that ran, changed',
    before: 'runcmd: [echo a]',
    after: 'runcmd: [echo b]',
    actions: []
  },
  {
    name: 'another MTU',
    before: one('eth0: {address: 10.0.0.2/24, mtu: 1500}'),
    after: one('eth0: {address: 10.0.0.2/24, mtu: 1400}'),
    actions: ['~ link eth0: mtu 1500 -> 1400']
  },
  {
    name: 'an MTU taken out',
    before: one('eth0: {address: 10.0.0.2/24, mtu: 1400}'),
    after: one('eth0: {address: 10.0.0.2/24}'),
    actions: ['~ link eth0: mtu 1400 -> 1500']
  },
  {
    name: 'a link taken down by somebody',
    before: one('eth0: {address: 10.0.0.2/24}'),
    drift: { 'link/eth0': { up: false } },
    actions: ['~ link eth0: down -> up']
  },
  {
    name: 'a link taken down and its MTU changed',
    before: one('eth0: {address: 10.0.0.2/24, mtu: 1500}'),
    drift: { 'link/eth0': { up: false, mtu: 9000 } },
    actions: ['~ link eth0: mtu 9000 -> 1500, down -> up']
  },
  {
    name: 'a second address',
    before: one('eth0: {address: 10.0.0.2/24}'),
    after: one('eth0: {addresses: [10.0.0.2/24, 10.0.0.3/24]}'),
    actions: ['+ address eth0:10.0.0.3/24: not there']
  },
  {
    name: 'another address',
    before: one('eth0: {address: 10.0.0.2/24}'),
    after: one('eth0: {address: 10.0.0.3/24}'),
    actions: [
      '- address eth0:10.0.0.2/24: no longer wanted; connections over 10.0.0.2/24 end',
      '+ address eth0:10.0.0.3/24: not there'
    ]
  },
  {
    name: 'addresses in another order',
    before: one('eth0: {addresses: [10.0.0.2/24, fd00::2/64]}'),
    after: one('eth0: {addresses: ["fd00:0::2/64", 10.0.0.2/24]}'),
    actions: []
  },
  {
    name: 'an address removed by somebody',
    before: one('eth0: {address: 10.0.0.2/24}'),
    drift: { 'address/eth0:10.0.0.2/24': null },
    actions: ['+ address eth0:10.0.0.2/24: not there']
  },
  {
    name: 'an address added by somebody',
    before: one('eth0: {address: 10.0.0.2/24}'),
    drift: { 'address/eth0:only': { strangers: ['10.9.9.9/8'] } },
    actions: ['~ address eth0:only: removes 10.9.9.9/8: not in the document; connections over 10.9.9.9/8 end']
  },
  {
    name: 'a network taken out',
    before: one('eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1}'),
    after: '{}',
    actions: [
      '- address eth0:10.0.0.2/24: no longer wanted; connections over 10.0.0.2/24 end',
      '- route main/default: no longer wanted',
      '- link eth0: no longer wanted: up -> down; eth0 goes down'
    ]
  },
  {
    name: 'one of two links',
    before: one('eth0: {address: 10.0.0.2/24}, eth1: {address: 10.1.0.2/24}'),
    after: one('eth0: {address: 10.0.0.2/24}, eth1: {address: 10.1.0.3/24}'),
    actions: [
      '- address eth1:10.1.0.2/24: no longer wanted; connections over 10.1.0.2/24 end',
      '+ address eth1:10.1.0.3/24: not there'
    ]
  },
  {
    name: 'a gateway',
    before: one('eth0: {address: 10.0.0.2/24}'),
    after: one('eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1}'),
    actions: ['+ route main/default: not there']
  },
  {
    name: 'another gateway',
    before: one('eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1}'),
    after: one('eth0: {address: 10.0.0.2/24, gateway: 10.0.0.9}'),
    actions: ['~ route main/default: via 10.0.0.1 dev eth0 -> via 10.0.0.9 dev eth0']
  },
  {
    name: 'another metric',
    before: one('eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1, metric: 5}'),
    after: one('eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1, metric: 6}'),
    actions: ['+ route main/default@6: not there', '- route main/default@5: no longer wanted']
  },
  {
    name: 'a route taken out',
    before: one('eth0: {address: 10.0.0.2/24, routes: [{to: 10.8.0.0/16, via: 10.0.0.1}]}'),
    after: one('eth0: {address: 10.0.0.2/24}'),
    actions: ['- route main/10.8.0.0/16: no longer wanted']
  },
  {
    name: 'a route removed by somebody',
    before: one('eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1}'),
    drift: { 'route/main/default': null },
    actions: ['+ route main/default: not there']
  },
  {
    name: 'a lease',
    before: one('eth0: {}'),
    after: one('eth0: {dhcp: true}'),
    actions: ['+ dhcp eth0: not started yet']
  },
  {
    name: 'a lease asked for in another way',
    before: one('eth0: {dhcp: true}'),
    after: one('eth0: {dhcp: true, dhcp_args: -A4 -d}'),
    actions: [
      '~ dhcp eth0: -A4 --script /usr/lib/rosd/services/dhcpcd-hook --timeout 10 --background -> -A4 -d --script /usr/lib/rosd/services/dhcpcd-hook --timeout 10 --background; the lease of eth0 is asked for anew'
    ]
  },
  {
    name: 'a prefix that is asked for as well',
    before: one('eth0: {dhcp: true, dhcp6: true, dhcp_args: -A}'),
    after: one('eth0: {dhcp: true, dhcp6: true, dhcp_args: -A, prefix_delegation: {to: {eth0: {id: 1}}}}'),
    actions: [
      '~ dhcp eth0: interface eth0; noipv6rs; ia_na 1 -> interface eth0; noipv6rs; ia_na 1; ia_pd 2/::/56 eth0/1/64; the lease of eth0 is asked for anew'
    ]
  },
  {
    name: 'a lease client that ended',
    before: one('eth0: {dhcp: true}'),
    drift: { 'dhcp/eth0': { pid: null } },
    actions: ['+ dhcp eth0: dhcpcd ended']
  },
  {
    name: 'from a lease to an address',
    before: one('eth0: {dhcp: true}'),
    after: one('eth0: {address: 10.0.0.2/24, gateway: 10.0.0.1}'),
    actions: [
      '+ address eth0:10.0.0.2/24: not there',
      '- dhcp eth0: no longer wanted; the lease of eth0 is given back',
      '+ route main/default: not there'
    ]
  },
  {
    name: 'from an address to a lease',
    before: one('eth0: {address: 10.0.0.2/24}'),
    after: one('eth0: {dhcp: true}'),
    actions: [
      '- address eth0:10.0.0.2/24: no longer wanted; connections over 10.0.0.2/24 end',
      '+ dhcp eth0: not started yet'
    ]
  },
  {
    name: 'name servers',
    before: '{}',
    after: 'rancher: {network: {dns: {nameservers: [10.0.0.1]}}}',
    actions: ['+ resolver machine: no /etc/resolv.conf']
  },
  {
    name: 'a search list',
    before: 'rancher: {network: {dns: {nameservers: [10.0.0.1]}}}',
    after: 'rancher: {network: {dns: {nameservers: [10.0.0.1], search: [lan]}}}',
    actions: ['~ resolver machine: 10.0.0.1 -> 10.0.0.1 (lan)']
  },
  {
    name: 'the same servers, named by a lease',
    before: 'rancher: {network: {dns: {nameservers: [10.0.0.1]}, interfaces: {eth0: {dhcp: true}}}}',
    after: 'rancher: {network: {interfaces: {eth0: {dhcp: true}}, leases: {eth0: {ipv4: {nameservers: [10.0.0.1]}}}}}',
    actions: ['~ resolver machine: named by DHCP on eth0']
  },
  {
    name: 'resolv.conf written by somebody',
    before: 'rancher: {network: {dns: {nameservers: [10.0.0.1]}}}',
    drift: { 'resolver/machine': { text: 'nameserver 10.0.0.1\n' } },
    actions: ['~ resolver machine: /etc/resolv.conf was changed by hand']
  },
  {
    name: 'flags of System Docker',
    before: '{}',
    after: 'rancher: {system_docker: {log_driver: local}}',
    actions: ['~ engine system: flags +--log-driver=local; System Docker starts again; its containers run on']
  },
  {
    name: 'what System Docker reloads',
    before: '{}',
    after: 'rancher: {system_docker: {debug: true}}',
    actions: ['~ file /etc/docker/system-docker.json: another content; System Docker reads its settings again']
  },
  {
    name: 'environment of System Docker',
    before: '{}',
    after: 'rancher: {system_docker: {environment: [A=1]}}',
    actions: ['~ engine system: environment: A; System Docker starts again; its containers run on']
  },
  {
    name: 'System Docker ended',
    before: '{}',
    drift: { 'engine/system': null },
    actions: ['+ engine system: not running']
  },
  {
    name: 'System Docker is hung',
    before: '{}',
    drift: { 'engine/system': { hung: true, version: '26' } },
    actions: [
      '! engine system: it runs but has not answered for 60 s; System Docker starts again; its containers run on'
    ]
  },
  {
    name: 'flags of User Docker',
    before: '{}',
    after: 'rancher: {docker: {log_driver: local}}',
    actions: [`! container system/docker: its definition changed: command; switches docker over, no pause; ${LOST}`]
  },
  {
    name: 'another engine for User Docker',
    before: '{}',
    after: services('docker: {image: other, labels: {io.rancher.os.scope: system}}'),
    actions: [
      '+ image system/other: not on this machine',
      `! container system/docker: image s -> other; the user's containers stop and start again by their restart policy; ${LOST}`
    ]
  },
  {
    name: 'what User Docker reloads',
    before: '{}',
    after: 'rancher: {docker: {debug: true}}',
    actions: ['~ file /etc/docker/daemon.json: another content; docker reads its settings again']
  },
  {
    name: 'a service',
    before: '{}',
    after: services('web: {image: i, restart: always, command: a}'),
    actions: ['+ image user/i: not on this machine', '+ container user/web: not there']
  },
  {
    name: 'a service beside another',
    before: services('web: {image: i, restart: always, command: a}'),
    after: services('web: {image: i, restart: always, command: a}, db: {image: j, restart: always}'),
    actions: ['+ image user/j: not on this machine', '+ container user/db: not there']
  },
  {
    name: 'another command of a service',
    before: services('web: {image: i, restart: always, command: a}'),
    after: services('web: {image: i, restart: always, command: b}'),
    actions: [`! container user/web: its definition changed: command; switches web over, no pause; ${LOST}`]
  },
  {
    name: 'another image of a service',
    before: services('web: {image: i, restart: always, command: a}'),
    after: services('web: {image: j, restart: always, command: a}'),
    actions: [
      '+ image user/j: not on this machine',
      `! container user/web: image i -> j; switches web over, no pause; ${LOST}`
    ]
  },
  {
    name: 'more memory for a service',
    before: services('web: {image: i, restart: always, command: a, mem_limit: 16m}'),
    after: services('web: {image: i, restart: always, command: a, mem_limit: 32m}'),
    actions: ['~ container user/web: memory 16 MiB -> 32 MiB']
  },
  {
    name: 'another restart policy of a service',
    before: services('web: {image: i, restart: always, command: a}'),
    after: services('web: {image: i, restart: on-failure, command: a}'),
    actions: ['~ container user/web: restart always -> on-failure']
  },
  {
    name: 'the same service in other words',
    before: services('web: {image: i, restart: always, command: a, environment: [A=1, B=2]}'),
    after: services('web: {image: i, restart: always, command: a, environment: {B: 2, A: 1}}'),
    actions: []
  },
  {
    name: 'a service taken out',
    before: services('web: {image: i, restart: always, command: a}'),
    after: '{}',
    actions: [`- container user/web: no longer wanted; web stops for good; ${LOST}`]
  },
  {
    name: 'a service that another hangs on, taken out',
    before: services('web: {image: i, restart: always, command: a, links: [db]}, db: {image: j, restart: always}'),
    after: services('web: {image: i, restart: always, command: a}'),
    actions: [
      `! container user/web: its definition changed; switches web over, no pause; ${LOST}`,
      `- container user/db: no longer wanted; db stops for good; ${LOST}`
    ]
  },
  {
    name: 'a service killed',
    before: services('web: {image: i, restart: always, command: a}'),
    drift: { 'container/user/web': { state: 'exited', exitCode: 137 } },
    actions: ['~ container user/web: start it: it is exited with code 137']
  },
  {
    name: 'a service paused by somebody',
    before: services('web: {image: i, restart: always, command: a}'),
    drift: { 'container/user/web': { state: 'paused' } },
    actions: ['~ container user/web: resume it: it is paused']
  },
  {
    name: 'a service removed by somebody',
    before: services('web: {image: i, restart: always, command: a}'),
    drift: { 'container/user/web': null },
    actions: ['+ container user/web: not there']
  },
  {
    name: 'a service that publishes ports',
    before: services('web: {image: i, restart: always, command: a, ports: ["80:80"]}'),
    after: services('web: {image: i, restart: always, command: a, ports: ["80:80"], environment: [A=1]}'),
    actions: [`! container user/web: its definition changed: environment; web is away until the new one runs; ${LOST}`]
  },
  {
    name: 'a namespace another shares',
    before: services(
      'web: {image: i, restart: always, command: a, net: "container:db"}, db: {image: j, restart: always}'
    ),
    after: services(
      'web: {image: i, restart: always, command: a, net: "container:db"}, db: {image: k, restart: always}'
    ),
    actions: [
      '+ image user/k: not on this machine',
      `! container user/db: image j -> k; db is away until the new one runs; ${LOST}`,
      `! container user/web: its definition changed; web is away until the new one runs; ${LOST}`
    ]
  },
  {
    name: 'everything at once',
    before:
      'hostname: a\nmounts: [[tmpfs, /mnt/a, tmpfs, size=1m]]\nrancher: {sysctl: {vm.swappiness: 10}, services: {web: {image: i, restart: always, command: a}}}',
    after:
      'hostname: b\nwrite_files: [{path: /mnt/b/x, content: x}]\nmounts: [[tmpfs, /mnt/b, tmpfs, size=1m]]\nrancher: {sysctl: {vm.swappiness: 20}}',
    actions: [
      `- container user/web: no longer wanted; web stops for good; ${LOST}`,
      '~ hostname machine: a -> b',
      '- mount /mnt/a: no longer wanted',
      '~ sysctl vm.swappiness: 10 -> 20',
      '+ mount /mnt/b: not mounted',
      '+ file /mnt/b/x: not there'
    ]
  },
  {
    name: 'nothing',
    before:
      'hostname: a\nmounts: [[tmpfs, /mnt/a, tmpfs, size=1m]]\nrancher: {sysctl: {vm.swappiness: 10}, services: {web: {image: i, restart: always, command: a}}}',
    actions: []
  }
]

t.test('a document follows another with these actions and no others', async (t) => {
  for (const { name, before, after = before, drift = {}, actions } of table)
    t.same(transitionLines({ before, after, drift }), actions, name)
  t.equal(table.length, 93)
})
