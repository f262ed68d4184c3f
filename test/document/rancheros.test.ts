// Documents as people had them on RancherOS and BurmillaOS, one for each thing that was set there. They work unchanged: none is
// refused, and what has no effect here says so.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { buildDocument } from '../../src/document/build.ts'
import { showProblem } from '../../src/document/problem.ts'
import { layer } from './support.ts'

const image = layer('image', readFileSync(new URL('../../rootfs/usr/share/ros/os-config.yml', import.meta.url), 'utf8'))

/** What, document, and the keys that a warning is about. */
const corpus: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'host name, keys, commands and files',
    `hostname: myhost
ssh_authorized_keys:
  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f you@example.com
write_files:
  - container: ntp
    path: /etc/ntp.conf
    permissions: "0644"
    owner: root
    content: |
      server 0.pool.ntp.org iburst
      restrict default nomodify nopeer noquery limited kod
  - path: /etc/rc.local
    permissions: "0755"
    owner: root
    content: |
      #!/bin/bash
      wait-for-docker
runcmd:
  - [touch, /home/rancher/test1]
  - echo "test" > /home/rancher/test2
`,
    []
  ],
  [
    'addresses, gateways and names',
    `rancher:
  network:
    interfaces:
      eth0:
        address: 172.68.1.100/24
        gateway: 172.68.1.1
        mtu: 1500
        dhcp: false
      eth1:
        match: "mac:0C:C4:D7:B2:14:D2"
        addresses:
          - 172.68.2.100/24
          - 172.68.2.101/24
      "mac=ea:34:71:66:90:12:01":
        dhcp: true
      eth*:
        dhcp: true
    dns:
      nameservers:
        - 8.8.8.8
        - 4.4.4.4
      search: [mydomain.com]
    dhcp_timeout: 30
`,
    []
  ],
  [
    'bonds, bridges and VLANs',
    `rancher:
  network:
    interfaces:
      eth0: {bond: bond0}
      "mac=0C:C4:D7:B2:14:D3": {bond: bond0}
      bond0:
        addresses: [192.168.101.33/31, 10.88.23.129/31]
        gateway: 192.168.101.32
        bond_opts: {downdelay: "200", lacp_rate: "1", miimon: "100", mode: "4", updelay: "200", xmit_hash_policy: layer3+4}
        post_up: [ip route add 10.0.0.0/8 via 10.88.23.128]
      br0: {bridge: true, dhcp: true}
      eth1: {bridge: br0, vlans: "100,200:foobar"}
      foobar: {address: 10.200.0.1/24}
    post_cmds: ["iptables -A INPUT -j ACCEPT"]
`,
    []
  ],
  [
    'Wi-Fi and modems',
    `rancher:
  network:
    interfaces:
      wlan0: {wifi_network: network1}
    wifi_networks:
      network1: {ssid: Your wifi ssid, psk: your wifi password, scan_ssid: 1}
      network2: {ssid: other, psk: secret, address: 192.168.1.200/24, gateway: 192.168.1.1}
    modem_networks: {network3: {apn: xxx, extra_args: "ip=1.1.1.1"}}
`,
    ['network2.psk']
  ],
  [
    'proxies and an environment',
    `rancher:
  network:
    http_proxy: https://myproxy.example.com
    https_proxy: https://myproxy.example.com
    no_proxy: localhost,127.0.0.1
  environment: {FLANNEL_NETWORK: 10.244.0.0/16, ETCD_DISCOVERY: https://discovery.example.com/x, PORT: 8080, DEBUG: true}
`,
    []
  ],
  [
    'a system service, a user service and another that is switched on',
    `rancher:
  environment: {ETCD_DISCOVERY: https://discovery.example.com/d1cd18f5ee1c1e2223aed6a1734719f7}
  services_include: {ubuntu-console: true, kernel-headers: false, /var/lib/rancher/conf/etcd.yml: true}
  services:
    nginxapp:
      image: nginx
      restart: always
    etcd:
      image: quay.io/coreos/etcd:v2.0.10
      net: host
      privileged: true
      labels:
        io.rancher.os.scope: system
        io.rancher.os.after: network,cloud-init
        io.rancher.os.detach: "true"
        cron.schedule: "0 * * * * ?"
      environment: ["ETCD_NAME", "ETCD_*", "HTTP_PROXY", "A=b"]
      volumes: ["/var/etcd:/var/etcd"]
      volumes_from: [all-volumes]
      ports: ["4001:4001/tcp"]
`,
    ['services.etcd.ports']
  ],
  [
    'engines, registries and TLS',
    `rancher:
  docker:
    engine: docker-19.03.8
    tls: true
    extra_args: [--insecure-registry, my.registry.com]
    environment: [HTTP_PROXY=http://www.proxy.com]
    registry_mirror: "http://10.10.10.23:5555"
    bip: 172.19.0.1/16
    log_opts: {max-size: 25m, max-file: "2"}
    storage_driver: overlay2
    storage_context: console
  system_docker:
    bip: 172.18.43.1/16
    log_driver: json-file
    exec: true
  bootstrap_docker: {registry_mirror: "http://10.10.10.23:5555"}
  registry_auths:
    https://index.docker.io/v1/: {auth: dXNlcm5hbWU6cGFzc3dvcmQ=}
    my.registry.com: {username: u, password: p, email: a@b.c}
`,
    ['storage_context', 'exec', 'bootstrap_docker', 'email']
  ],
  [
    'storage',
    `mounts:
  - ["/dev/vdb", "/mnt/s", "ext4", ""]
  - ["ip:/exportpath", "/home/rancher/nfsmount", nfs, "nolock,proto=tcp"]
  - ["/mnt/s/x", "/opt/x", "", "bind"]
  - [LABEL=RANCHER_SWAP, none, swap, ""]
bootcmd:
  - [mdadm, --assemble, --scan]
rancher:
  state:
    dev: LABEL=RANCHER_STATE
    fstype: auto
    autoformat: [/dev/sda, /dev/vda]
    formatzero: true
    mdadm_scan: true
    script: |
      #!/bin/sh
      echo hello
  services:
    user-volumes:
      volumes: [/home:/home, /opt:/opt, /var/lib/kubelet:/var/lib/kubelet, /etc/kubernetes:/etc/kubernetes]
  resize_device: /dev/sda
`,
    ['rancher.state', 'resize_device']
  ],
  [
    'the rest',
    `rancher:
  console: alpine
  modules: [btrfs, "nbd nbds_max=16"]
  sysctl: {net.core.somaxconn: 1024, fs.file-max: 1000000000}
  ssh: {daemon: true, port: 34, listen_address: 172.22.100.100}
  disable: [password, autologin]
  cloud_init: {datasources: [configdrive:/media/config-2, ec2, "url:http://example.com/cc.yml"]}
  upgrade: {url: https://releases.rancher.com/os/releases.yml, image: rancher/os, policy: none}
  hypervisor_service: false
  shutdown_timeout: 60
  repositories: {core: {url: https://foo.com/os-services}}
  restart_services: [ntp]
  debug: true
  log: true
  recovery: false
  no_sharedroot: false
`,
    ['datasources', 'upgrade', 'hypervisor_service', 'restart_services', 'log', 'recovery', 'no_sharedroot']
  ],
  [
    'BurmillaOS',
    `rancher:
  docker: {engine: latest, data_root: /mnt/data/docker, userns_enabled: true}
  sysctl: {vm.swappiness: 0, vm.overcommit_memory: 1, net.ipv4.tcp_retries2: 5, vm.max_map_count: 262144}
  services_include: {docker-compose: true}
`,
    []
  ]
]

t.test('documents of RancherOS and BurmillaOS work unchanged, and say what has no effect', async (t) => {
  for (const [what, text, without] of corpus) {
    const built = buildDocument([image, layer('user', `#cloud-config\n${text}`)])
    const errors = (built.ok ? [] : built.problems).filter(({ severity }) => severity === 'error')
    t.same(errors.map(showProblem), [], what)
    if (!built.ok) continue
    const warned = built.document.problems.filter(({ severity }) => severity === 'warning')
    for (const key of without)
      t.ok(
        warned.some((found) => found.key.endsWith(key)),
        `${what}: ${key} is told`
      )
    const others = warned.filter((found) => !without.some((key) => found.key.endsWith(key)))
    t.same(others.map(showProblem), [], `${what}: and nothing else`)
  }
})
