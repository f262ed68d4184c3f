// Generated from schemas/cloud-config.schema.json by src/document/generate.ts. Do not edit.
import type { Shape } from './shape.ts'

const write_file: Shape = { is: 'map', keys: {
path: { is: 'string', like: '/etc/motd' },
content: { is: 'string' },
owner: { is: 'string' },
permissions: { is: 'string', like: '0600' },
encoding: { is: 'string', among: ['', 'b64', 'base64', 'gz', 'gzip', 'gz+base64', 'gzip+base64', 'gz+b64', 'gzip+b64'] },
container: { is: 'string' }
} }

const command_line: Shape = { is: 'any', of: [{ is: 'string' }, { is: 'list', of: { is: 'string' } }] }

const nexthop: Shape = { is: 'map', keys: {
via: { is: 'string', like: '192.168.1.1' },
dev: { is: 'string' },
weight: { is: 'integer' },
onlink: { is: 'boolean' }
} }

const delegated: Shape = { is: 'map', keys: {
id: { is: 'integer' },
prefix: { is: 'integer' }
} }

const lease_words: Shape = { is: 'map', keys: {
nameservers: { is: 'list', of: { is: 'string' } },
search: { is: 'list', of: { is: 'string' } },
ntp: { is: 'list', of: { is: 'string' } },
hostname: { is: 'string' }
} }

const firewall_rule: Shape = { is: 'map', keys: {
action: { is: 'string', among: ['accept', 'drop', 'reject'] },
in: { is: 'list', of: { is: 'string' }, one: true },
out: { is: 'list', of: { is: 'string' }, one: true },
from: { is: 'list', of: { is: 'string' }, one: true },
to: { is: 'list', of: { is: 'string' }, one: true },
protocol: { is: 'string', among: ['tcp', 'udp', 'icmp', 'icmpv6'] },
port: { is: 'list', of: { is: 'string' }, one: true },
state: { is: 'list', of: { is: 'string', among: ['new', 'invalid', 'untracked'] }, one: true },
limit: { is: 'string', like: '10/minute' },
counter: { is: 'boolean' },
log: { is: 'string', like: 'refused' },
comment: { is: 'string', like: 'ssh from the office' }
} }

const firewall_masquerade: Shape = { is: 'map', keys: {
out: { is: 'list', of: { is: 'string' }, one: true },
from: { is: 'list', of: { is: 'string' }, one: true }
} }

const firewall_port_forward: Shape = { is: 'map', keys: {
in: { is: 'list', of: { is: 'string' }, one: true },
from: { is: 'list', of: { is: 'string' }, one: true },
protocol: { is: 'string', among: ['tcp', 'udp'] },
port: { is: 'list', of: { is: 'string' }, one: true },
to: { is: 'string', like: '10.0.0.5:8080' }
} }

const address: Shape = { is: 'any', of: [{ is: 'string' }, { is: 'map', keys: {
address: { is: 'string', like: 'fd00::11/64' },
valid: { is: 'integer' },
preferred: { is: 'integer' }
} }] }

const policy_rule: Shape = { is: 'map', keys: {
priority: { is: 'integer' },
from: { is: 'string', like: '10.20.0.0/16' },
to: { is: 'string', like: '192.0.2.0/24' },
not: { is: 'boolean' },
iif: { is: 'string' },
oif: { is: 'string' },
fwmark: { is: 'string' },
ipproto: { is: 'string' },
sport: { is: 'string' },
dport: { is: 'string' },
uidrange: { is: 'string', like: '1000-1100' },
type: { is: 'string', among: ['lookup', 'blackhole', 'unreachable', 'prohibit'] },
table: { is: 'string' },
suppress_prefixlength: { is: 'integer' },
family: { is: 'string', among: ['ipv4', 'ipv6', 'both'] }
} }

const wireguard_peer: Shape = { is: 'map', keys: {
public_key: { is: 'string', like: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=' },
preshared_key: { is: 'string', like: 'FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=', secret: true },
endpoint: { is: 'string', like: '192.0.2.1:51820' },
allowed_ips: { is: 'list', of: { is: 'string' } },
persistent_keepalive: { is: 'integer' }
} }

const wifi_network: Shape = { is: 'map', keys: {
ssid: { is: 'string' },
country: { is: 'string', like: 'DE' },
psk: { is: 'string', secret: true },
scan_ssid: { is: 'integer' },
priority: { is: 'integer' },
pairwise: { is: 'string' },
group: { is: 'string' },
eap: { is: 'string' },
identity: { is: 'string' },
anonymous_identity: { is: 'string' },
ca_certs: { is: 'list', of: { is: 'string' } },
client_certs: { is: 'list', of: { is: 'string' } },
private_keys: { is: 'list', of: { is: 'string' } },
private_key_passwds: { is: 'list', of: { is: 'string' }, secret: true },
phases: { is: 'list', of: { is: 'string' } },
eapol_flags: { is: 'integer' },
key_mgmt: { is: 'string' },
password: { is: 'string', secret: true },
address: { is: 'string', like: '192.168.1.30/24' },
gateway: { is: 'string', like: '192.168.1.1' }
} }

const modem_network: Shape = { is: 'map', keys: {
apn: { is: 'string', like: 'internet' },
extra_args: { is: 'string', secret: true }
} }

const registry_auth: Shape = { is: 'map', keys: {
username: { is: 'string' },
password: { is: 'string', secret: true },
auth: { is: 'string', secret: true },
email: { is: 'string', inert: 'registries ignore it' },
serveraddress: { is: 'string' },
identitytoken: { is: 'string', secret: true },
registrytoken: { is: 'string', secret: true },
ca_cert: { is: 'string' },
client_cert: { is: 'string' },
client_key: { is: 'string', secret: true }
} }

const log_destination: Shape = { is: 'map', keys: {
protocol: { is: 'string', among: ['udp', 'tcp', 'tls'] },
host: { is: 'string', like: 'logs.example.org' },
port: { is: 'integer' },
ca_cert: { is: 'string' },
format: { is: 'string', among: ['rfc5424', 'rfc3164'] },
sources: { is: 'list', of: { is: 'string' } }
} }

const engine: Shape = { is: 'map', keys: {
bridge: { is: 'string', applies: 'reboot' },
bip: { is: 'string', like: '172.18.42.1/16', applies: 'reboot' },
config_file: { is: 'string' },
containerd: { is: 'string', applies: 'reboot' },
debug: { is: 'boolean', applies: 'live' },
exec_root: { is: 'string', applies: 'reboot' },
group: { is: 'string' },
graph: { is: 'string', applies: 'reboot' },
data_root: { is: 'string', applies: 'reboot' },
host: { is: 'list', of: { is: 'string' } },
insecure_registry: { is: 'list', of: { is: 'string' }, applies: 'live' },
live_restore: { is: 'boolean', applies: 'live' },
log_driver: { is: 'string' },
log_opts: { is: 'map', rest: { is: 'string' } },
pid_file: { is: 'string', applies: 'reboot' },
registry_mirror: { is: 'string', applies: 'live' },
restart: { is: 'boolean', inert: 'containers of System Docker are started by the agent, all others by their own restart policy' },
selinux_enabled: { is: 'boolean' },
storage_driver: { is: 'string', applies: 'reboot' },
userland_proxy: { is: 'boolean' },
userns_enabled: { is: 'boolean', applies: 'reboot' },
engine: { is: 'string' },
tls: { is: 'boolean' },
tls_args: { is: 'list', of: { is: 'string' } },
args: { is: 'list', of: { is: 'string' }, inert: 'RancherOS never read it either; use extra_args' },
extra_args: { is: 'list', of: { is: 'string' } },
ca_cert: { is: 'string', secret: true },
ca_key: { is: 'string', secret: true },
server_cert: { is: 'string', secret: true },
server_key: { is: 'string', secret: true },
environment: { is: 'list', of: { is: 'string' } },
storage_context: { is: 'string', inert: 'the daemon has mounts of its own, so that a new console does not stop it' },
exec: { is: 'boolean', inert: 'the agent stays init, and System Docker is its child' }
} }

const ulimit: Shape = { is: 'any', of: [{ is: 'integer' }, { is: 'map', keys: {
soft: { is: 'integer' },
hard: { is: 'integer' }
} }] }

const healthcheck: Shape = { is: 'map', keys: {
test: { is: 'any', of: [{ is: 'string' }, { is: 'list', of: { is: 'string' } }] },
interval: { is: 'string', like: '30s' },
timeout: { is: 'string', like: '5s' },
start_period: { is: 'string', like: '10s' },
start_interval: { is: 'string', like: '1s' },
retries: { is: 'integer' },
disable: { is: 'boolean' }
} }

const dependency: Shape = { is: 'map', keys: {
condition: { is: 'string', among: ['service_started', 'service_healthy', 'service_completed_successfully'] },
restart: { is: 'boolean' },
required: { is: 'boolean' }
} }

const network_attachment: Shape = { is: 'map', keys: {
aliases: { is: 'list', of: { is: 'string' } },
ipv4_address: { is: 'string', like: '172.20.0.10' },
ipv6_address: { is: 'string', like: 'fd00::10' }
} }

const route: Shape = { is: 'map', keys: {
to: { is: 'string', like: '10.0.0.0/8' },
type: { is: 'string', among: ['unicast', 'blackhole', 'unreachable', 'prohibit'] },
via: { is: 'string', like: '192.168.1.254' },
dev: { is: 'string' },
metric: { is: 'integer' },
table: { is: 'string' },
onlink: { is: 'boolean' },
scope: { is: 'string', among: ['global', 'link', 'host'] },
source: { is: 'string', like: '192.168.1.10' },
mtu: { is: 'integer' },
nexthops: { is: 'list', of: nexthop }
} }

const lease: Shape = { is: 'map', keys: {
ipv4: lease_words,
ipv6: lease_words
} }

const probe: Shape = { is: 'map', keys: {
tcp: { is: 'string', like: '127.0.0.1:5432' },
http: { is: 'string', like: 'http://127.0.0.1/health' },
status: { is: 'integer' },
command: command_line,
in: { is: 'string' },
interval: { is: 'integer' },
timeout: { is: 'integer' },
retries: { is: 'integer' }
} }

const service: Shape = { is: 'map', keys: {
image: { is: 'string' },
build: { is: 'string' },
dockerfile: { is: 'string' },
command: { is: 'any', of: [{ is: 'string' }, { is: 'list', of: { is: 'string' } }] },
entrypoint: { is: 'any', of: [{ is: 'string' }, { is: 'list', of: { is: 'string' } }] },
container_name: { is: 'string', inert: 'a service is called by its key, as in RancherOS' },
cap_add: { is: 'list', of: { is: 'string' } },
cap_drop: { is: 'list', of: { is: 'string' } },
cgroup: { is: 'string', among: ['host', 'private'] },
cgroup_parent: { is: 'string' },
cpu_quota: { is: 'integer' },
cpu_shares: { is: 'integer' },
cpus: { is: 'string' },
cpuset: { is: 'string' },
depends_on: { is: 'map', rest: dependency, pairs: true },
deploy: { is: 'map', keys: {
resources: { is: 'map', keys: {
limits: { is: 'map', keys: {
cpus: { is: 'string' },
memory: { is: 'string' },
pids: { is: 'integer' }
} },
reservations: { is: 'map', keys: {
memory: { is: 'string' }
} }
} }
} },
devices: { is: 'list', of: { is: 'string' } },
dns: { is: 'list', of: { is: 'string' }, one: true },
dns_search: { is: 'list', of: { is: 'string' }, one: true },
domainname: { is: 'string' },
env_file: { is: 'list', of: { is: 'string' }, one: true },
environment: { is: 'any', of: [{ is: 'map', rest: { is: 'string' } }, { is: 'list', of: { is: 'string' } }] },
expose: { is: 'list', of: { is: 'string' } },
external_links: { is: 'list', of: { is: 'string' } },
extra_hosts: { is: 'list', of: { is: 'string' } },
healthcheck: healthcheck,
hostname: { is: 'string' },
init: { is: 'boolean' },
ipc: { is: 'string' },
labels: { is: 'map', rest: { is: 'string' }, pairs: true },
links: { is: 'list', of: { is: 'string' } },
log_driver: { is: 'string' },
log_opt: { is: 'map', rest: { is: 'string' } },
mac_address: { is: 'string' },
mem_limit: { is: 'string' },
mem_reservation: { is: 'string' },
memswap_limit: { is: 'string' },
mem_swappiness: { is: 'integer' },
name: { is: 'string', inert: 'a service is called by its key' },
net: { is: 'string' },
network_mode: { is: 'string' },
networks: { is: 'map', rest: network_attachment, pairs: true },
oom_kill_disable: { is: 'boolean' },
oom_score_adj: { is: 'integer' },
pid: { is: 'string' },
pids_limit: { is: 'integer' },
ports: { is: 'list', of: { is: 'string' } },
privileged: { is: 'boolean' },
read_only: { is: 'boolean' },
restart: { is: 'string', like: 'always' },
runtime: { is: 'string' },
security_opt: { is: 'list', of: { is: 'string' } },
shm_size: { is: 'string' },
stdin_open: { is: 'boolean' },
stop_grace_period: { is: 'string', like: '10s' },
stop_signal: { is: 'string' },
sysctls: { is: 'map', rest: { is: 'string' }, pairs: true },
tmpfs: { is: 'list', of: { is: 'string' }, one: true },
tty: { is: 'boolean' },
ulimits: { is: 'map', rest: ulimit },
user: { is: 'string' },
userns_mode: { is: 'string' },
uts: { is: 'string' },
volume_driver: { is: 'string' },
volumes: { is: 'list', of: { is: 'string' } },
volumes_from: { is: 'list', of: { is: 'string' } },
working_dir: { is: 'string' }
} }

const network_interface: Shape = { is: 'map', keys: {
match: { is: 'string' },
dhcp: { is: 'boolean' },
dhcp6: { is: 'boolean' },
dhcp_args: { is: 'string' },
dhcp_client_id: { is: 'string' },
dhcp_hostname: { is: 'string' },
dhcp_use: { is: 'map', keys: {
dns: { is: 'boolean' },
domain: { is: 'boolean' },
hostname: { is: 'boolean' },
ntp: { is: 'boolean' },
routes: { is: 'boolean' }
} },
prefix_delegation: { is: 'map', keys: {
prefix: { is: 'integer' },
to: { is: 'map', rest: delegated }
} },
dns: { is: 'map', keys: {
nameservers: { is: 'list', of: { is: 'string' } },
search: { is: 'list', of: { is: 'string' } }
} },
address: { is: 'string', like: '192.168.1.10/24' },
addresses: { is: 'list', of: address },
gateway: { is: 'string', like: '192.168.1.1' },
gateway_ipv6: { is: 'string', like: 'fd00::1' },
metric: { is: 'integer' },
routes: { is: 'list', of: route },
mtu: { is: 'integer' },
ipv6: { is: 'boolean' },
accept_ra: { is: 'boolean' },
ipv6_privacy: { is: 'boolean' },
forwarding: { is: 'boolean' },
ipv4ll: { is: 'boolean' },
bridge: { is: 'string' },
bond: { is: 'string' },
bond_opts: { is: 'map', rest: { is: 'string' } },
vlans: { is: 'string' },
up: { is: 'boolean' },
mac: { is: 'string', like: '02:00:00:00:00:01' },
txqueuelen: { is: 'integer' },
alias: { is: 'string', like: 'uplink to the rack switch' },
bridge_opts: { is: 'map', keys: {
stp: { is: 'boolean' },
priority: { is: 'integer' },
forward_delay: { is: 'integer' },
hello_time: { is: 'integer' },
max_age: { is: 'integer' },
ageing_time: { is: 'integer' },
vlan_filtering: { is: 'boolean' },
vlan_protocol: { is: 'string', among: ['802.1q', '802.1ad'] },
vlan_default_pvid: { is: 'integer' },
multicast_snooping: { is: 'boolean' },
multicast_querier: { is: 'boolean' }
} },
bridge_port: { is: 'map', keys: {
cost: { is: 'integer' },
priority: { is: 'integer' },
hairpin: { is: 'boolean' },
isolated: { is: 'boolean' },
learning: { is: 'boolean' },
guard: { is: 'boolean' },
vlans: { is: 'list', of: { is: 'string' } }
} },
vlan: { is: 'map', keys: {
id: { is: 'integer' },
link: { is: 'string' },
protocol: { is: 'string', among: ['802.1q', '802.1ad'] }
} },
macvlan: { is: 'map', keys: {
link: { is: 'string' },
mode: { is: 'string', among: ['private', 'vepa', 'bridge', 'passthru', 'source'] }
} },
ipvlan: { is: 'map', keys: {
link: { is: 'string' },
mode: { is: 'string', among: ['l2', 'l3', 'l3s'] }
} },
vxlan: { is: 'map', keys: {
id: { is: 'integer' },
link: { is: 'string' },
local: { is: 'string', like: '192.168.1.10' },
remote: { is: 'string', like: '192.168.1.11' },
port: { is: 'integer' },
ttl: { is: 'integer' },
learning: { is: 'boolean' }
} },
dummy: { is: 'boolean' },
veth: { is: 'map', keys: {
peer: { is: 'string' }
} },
tun: { is: 'map', keys: {
mode: { is: 'string', among: ['tun', 'tap'] },
user: { is: 'integer' },
group: { is: 'integer' },
multi_queue: { is: 'boolean' }
} },
wireguard: { is: 'map', keys: {
private_key: { is: 'string', like: 'yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=', secret: true },
listen_port: { is: 'integer' },
fwmark: { is: 'integer' },
peers: { is: 'list', of: wireguard_peer }
} },
offloads: { is: 'map', rest: { is: 'boolean' } },
wake_on_lan: { is: 'string', like: 'g' },
vrf_table: { is: 'integer' },
vrf: { is: 'string' },
pre_up: { is: 'list', of: { is: 'string' } },
post_up: { is: 'list', of: { is: 'string' } },
wifi_network: { is: 'list', of: { is: 'string' }, one: true }
} }

export const root: Shape = { is: 'map', keys: {
hostname: { is: 'string', like: 'web-1' },
ssh_authorized_keys: { is: 'list', of: { is: 'string' } },
write_files: { is: 'list', of: write_file },
mounts: { is: 'list', of: { is: 'list', of: { is: 'string' } } },
runcmd: { is: 'list', of: command_line, applies: 'reboot' },
bootcmd: { is: 'list', of: command_line, applies: 'reboot' },
rancher: { is: 'map', keys: {
agent: { is: 'map', keys: {
confirm: { is: 'integer' },
rollback: { is: 'integer' },
history: { is: 'map', keys: {
keep: { is: 'integer' },
days: { is: 'integer' },
megabytes: { is: 'integer' }
} }
} },
autoformat: { is: 'map', rest: { is: 'any', of: [] }, applies: 'reboot', inert: 'RancherOS never read it either; devices that may be formatted are named in rancher.state.autoformat' },
autologin: { is: 'list', of: { is: 'string' }, one: true },
bootstrap: { is: 'map', rest: service, names: 'letters, digits, `_`, `.` and `-`, beginning with a letter or digit', applies: 'reboot', inert: 'no engine runs before the state device is mounted; use bootcmd, or a service with label io.rancher.os.scope: system' },
bootstrap_docker: { ...engine, applies: 'reboot', inert: 'there is no engine of that name here; System Docker is set by rancher.system_docker' },
cloud_init: { is: 'map', keys: {
datasources: { is: 'list', of: { is: 'string' }, applies: 'reboot', later: true }
} },
cloud_init_services: { is: 'map', rest: service, names: 'letters, digits, `_`, `.` and `-`, beginning with a letter or digit', applies: 'reboot', inert: 'user-data is fetched by the agent itself, without containers' },
console: { is: 'string', applies: 'restart console' },
debug: { is: 'boolean', applies: 'live' },
defaults: { is: 'map', keys: {
docker: { is: 'map', keys: {
engine: { is: 'string', applies: 'restart docker' }
} },
hostname: { is: 'string' },
network: { is: 'map', keys: {
dhcp_timeout: { is: 'integer' },
dns: { is: 'map', keys: {
nameservers: { is: 'list', of: { is: 'string' } }
} }
} },
system_docker_logs: { is: 'string', applies: 'reboot' }
} },
disable: { is: 'list', of: { is: 'string', among: ['password', 'autologin'] } },
docker: { ...engine, applies: 'restart docker' },
drift: { is: 'map', rest: { is: 'string', among: ['heal', 'report', 'freeze'] }, names: 'a kind of resource or KIND/NAME, as `ros get` lists them; `*` stands for any letters of a name' },
environment: { is: 'map', rest: { is: 'string' } },
force_console_rebuild: { is: 'boolean', applies: 'restart console' },
http_load_retries: { is: 'integer' },
hypervisor_service: { is: 'boolean', applies: 'reboot', later: true },
log: { is: 'boolean', later: true },
logging: { is: 'map', rest: log_destination },
metrics: { is: 'map', keys: {
listen: { is: 'string', like: '127.0.0.1:9633' }
} },
modules: { is: 'list', of: { is: 'string' } },
network: { is: 'map', keys: {
dhcp_timeout: { is: 'integer' },
dns: { is: 'map', keys: {
nameservers: { is: 'list', of: { is: 'string' } },
options: { is: 'list', of: { is: 'string' } },
search: { is: 'list', of: { is: 'string' } }
} },
hosts: { is: 'map', rest: { is: 'list', of: { is: 'string' }, one: true } },
firewall: { is: 'map', keys: {
input: { is: 'map', keys: {
policy: { is: 'string', among: ['accept', 'drop', 'reject'] },
rules: { is: 'list', of: firewall_rule }
} },
forward: { is: 'map', keys: {
policy: { is: 'string', among: ['accept', 'drop', 'reject'] },
containers: { is: 'boolean' },
rules: { is: 'list', of: firewall_rule }
} },
masquerade: { is: 'list', of: firewall_masquerade },
port_forwards: { is: 'list', of: firewall_port_forward },
sets: { is: 'map', rest: { is: 'list', of: { is: 'string' }, one: true }, names: 'small letters, digits, `_` and `-`, beginning with a letter; at most 24' }
} },
forwarding: { is: 'boolean' },
rules: { is: 'list', of: policy_rule },
http_proxy: { is: 'string', applies: 'restart system-docker, docker' },
https_proxy: { is: 'string', applies: 'restart system-docker, docker' },
interfaces: { is: 'map', rest: network_interface },
leases: { is: 'map', rest: lease },
modem_networks: { is: 'map', rest: modem_network },
no_proxy: { is: 'string', applies: 'restart system-docker, docker' },
post_cmds: { is: 'list', of: { is: 'string' } },
pre_cmds: { is: 'list', of: { is: 'string' } },
routes: { is: 'list', of: route },
wifi_networks: { is: 'map', rest: wifi_network }
} },
no_sharedroot: { is: 'boolean', applies: 'reboot', inert: 'mounts always propagate between the machine and its containers' },
password: { is: 'string', applies: 'reboot', secret: true },
preload_wait: { is: 'boolean' },
probes: { is: 'map', rest: probe },
recovery: { is: 'boolean', applies: 'reboot' },
registry_auths: { is: 'map', rest: registry_auth },
repositories: { is: 'map', rest: { is: 'map', keys: {
url: { is: 'string' }
} } },
resize_device: { is: 'string', applies: 'reboot', later: true },
restart_services: { is: 'list', of: { is: 'string' }, applies: 'reboot', inert: 'a service is always started again when a file written for it changes' },
rm_usr: { is: 'boolean', applies: 'reboot', inert: '/usr is never copied to the state device' },
services: { is: 'map', rest: service, names: 'letters, digits, `_`, `.` and `-`, beginning with a letter or digit', applies: 'restart NAME' },
services_include: { is: 'map', rest: { is: 'boolean' } },
shutdown_timeout: { is: 'integer' },
ssh: { is: 'map', keys: {
daemon: { is: 'boolean' },
keys: { is: 'map', rest: { is: 'string' }, names: 'rsa, dsa, ecdsa or ed25519, with -pub for the public key', secret: true },
listen_address: { is: 'string', like: '192.168.1.10' },
port: { is: 'integer' }
} },
state: { is: 'map', keys: {
autoformat: { is: 'list', of: { is: 'string' } },
boot_dev: { is: 'string', later: true },
boot_fstype: { is: 'string', later: true },
cryptsetup: { is: 'boolean', later: true },
dev: { is: 'string' },
directory: { is: 'string' },
formatzero: { is: 'boolean', inert: 'an empty device named in rancher.state.autoformat is always formatted' },
fstype: { is: 'string' },
lvm_scan: { is: 'boolean', later: true },
mdadm_scan: { is: 'boolean', later: true },
oem_dev: { is: 'string', later: true },
oem_fstype: { is: 'string', later: true },
required: { is: 'boolean' },
rngd: { is: 'boolean', inert: 'the kernel seeds its random numbers itself since Linux 5.6' },
script: { is: 'string', later: true },
wait: { is: 'boolean' }
}, applies: 'reboot' },
sysctl: { is: 'map', rest: { is: 'string' } },
system_docker: { ...engine, applies: 'restart system-docker' },
upgrade: { is: 'map', keys: {
image: { is: 'string' },
policy: { is: 'string', among: ['none', 'download', 'auto'] },
rollback: { is: 'string', inert: 'RancherOS never read it either' },
url: { is: 'string' }
}, later: true }
}, applies: 'live' }
}, applies: 'live' }
