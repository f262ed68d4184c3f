// Generated from schemas/cloud-config.schema.json by src/document/generate.ts. Do not edit.

/**
 * A shell command, or a program with its arguments.
 */
export type CommandLine = string | readonly string[]
/**
 * One limit for both, or soft and hard.
 */
export type Ulimit =
  | number
  | {
      /**
       * Limit a process may raise up to `hard`.
       */
      readonly soft?: number
      /**
       * Upper bound of `soft`.
       */
      readonly hard?: number
    }
/**
 * An address as CIDR, or one with its lifetimes.
 */
export type Address =
  | string
  | {
      /**
       * As CIDR.
       */
      readonly address?: string
      /**
       * Seconds it stays when nobody keeps it up any more; it is kept up while the document has it. Without the key: for ever.
       */
      readonly valid?: number
      /**
       * Seconds for which new connections leave from it; 0: never, it only answers. Without the key: as long as it is valid.
       */
      readonly preferred?: number
    }

/**
 * The one document of a machine: cloud-config as RancherOS read it, and what rosd adds.
 */
export interface CloudConfig {
  /**
   * Host name of the machine.
   */
  readonly hostname?: string
  /**
   * Public keys that may log in as rancher and docker; exactly these.
   */
  readonly ssh_authorized_keys?: readonly string[]
  /**
   * Files to write into the console or another system container.
   */
  readonly write_files?: readonly WriteFile[]
  /**
   * Mounts, each [device, target, type, options]; type `swap` turns swap on.
   */
  readonly mounts?: readonly (readonly string[])[]
  /**
   * Commands run once per boot when the console is ready, in order.
   */
  readonly runcmd?: readonly CommandLine[]
  /**
   * Commands run once per boot on the machine itself, early and in order; their output is in /var/log/bootcmd.log.
   */
  readonly bootcmd?: readonly CommandLine[]
  readonly rancher?: Rancher
}
/**
 * A file to write into a system container.
 */
export interface WriteFile {
  /**
   * Absolute path of the file.
   */
  readonly path: string
  /**
   * What the file holds, after decoding.
   */
  readonly content?: string
  /**
   * Owner as user or user:group, by name or number.
   */
  readonly owner?: string
  /**
   * Permission bits as an octal string; an unquoted 0644 is read as written.
   */
  readonly permissions?: string
  /**
   * How content is encoded.
   */
  readonly encoding?: '' | 'b64' | 'base64' | 'gz' | 'gzip' | 'gz+base64' | 'gzip+base64' | 'gz+b64' | 'gzip+b64'
  /**
   * The system service whose file system gets the file. It starts anew when its file changes, the console does not.
   */
  readonly container?: string
}
/**
 * Everything that is not in the top level.
 */
export interface Rancher {
  readonly agent?: Agent
  /**
   * Accepted as RancherOS did, which never read it: use `rancher.state.autoformat`.
   */
  readonly autoformat?: {
    readonly [k: string]: unknown
  }
  /**
   * Terminals that log in user rancher without a password. On the kernel command line it may be given several times.
   */
  readonly autologin?: readonly string[]
  /**
   * Containers run before the state partition is mounted.
   */
  readonly bootstrap?: {
    readonly [k: string]: Service
  }
  readonly bootstrap_docker?: Engine
  readonly cloud_init?: CloudInit
  /**
   * Containers run while user-data is fetched.
   */
  readonly cloud_init_services?: {
    readonly [k: string]: Service
  }
  /**
   * What people log in to: `default`, a console of a repository by its name, or an image by its name and tag.
   */
  readonly console?: string
  /**
   * Debug messages of the agent and both engines.
   */
  readonly debug?: boolean
  readonly defaults?: Defaults
  /**
   * Ways to log in that the kernel command line may not open.
   */
  readonly disable?: readonly ('password' | 'autologin')[]
  readonly docker?: Engine
  /**
   * What is done about a resource that is no longer as the document says although nobody changed the document: `heal` sets it right, `report` tells and leaves it, `freeze` leaves it and changes nothing of it for the document either. Keys are a kind, KIND/NAME, or either with `*`; the most specific wins.
   */
  readonly drift?: {
    readonly [k: string]: 'heal' | 'report' | 'freeze'
  }
  /**
   * Values for `${NAME}` in services, and for their `environment` entries without a value. A service that uses one which changed is made anew.
   */
  readonly environment?: {
    readonly [k: string]: string
  }
  /**
   * Make the console container anew, once; the agent sets it to false again.
   */
  readonly force_console_rebuild?: boolean
  /**
   * How often the download of an index or a definition is tried again.
   */
  readonly http_load_retries?: number
  /**
   * Add the hypervisor's guest tools to the services.
   */
  readonly hypervisor_service?: boolean
  /**
   * Copy the output of system services to the console.
   */
  readonly log?: boolean
  /**
   * Syslog servers the machine's logs are sent to, by a name of yours.
   */
  readonly logging?: {
    readonly [k: string]: LogDestination
  }
  readonly metrics?: Metrics
  /**
   * Kernel modules to load, each with its parameters. One that is loaded stays as it is until the next boot.
   */
  readonly modules?: readonly string[]
  readonly network?: Network
  /**
   * Leave mount propagation private.
   */
  readonly no_sharedroot?: boolean
  /**
   * Password of user rancher. Read from the kernel command line only.
   */
  readonly password?: string
  /**
   * Services wait until all archives in the preload folder of their engine are loaded; else each waits for its own image alone.
   */
  readonly preload_wait?: boolean
  /**
   * What has to answer for the machine to be well. Each is a resource of its own: `ros get probe`.
   */
  readonly probes?: {
    readonly [k: string]: Probe
  }
  /**
   * Start the recovery console.
   */
  readonly recovery?: boolean
  /**
   * Credentials by registry (`HOST` or `HOST:PORT`), and what it is verified by; Docker Hub is `https://index.docker.io/v1/`. Both engines pull with them; the command `docker` has its own.
   */
  readonly registry_auths?: {
    readonly [k: string]: RegistryAuth
  }
  /**
   * Where definitions of services, consoles and engines come from, beside the image's own.
   */
  readonly repositories?: {
    readonly [k: string]: Repository
  }
  /**
   * Device whose partition grows to its full size, once.
   */
  readonly resize_device?: string
  /**
   * System services restarted before the console starts.
   */
  readonly restart_services?: readonly string[]
  /**
   * Copy /usr to the state partition again.
   */
  readonly rm_usr?: boolean
  /**
   * Services by name. On User Docker, or on System Docker with label `io.rancher.os.scope: system`.
   */
  readonly services?: {
    readonly [k: string]: Service
  }
  /**
   * Services by name of a repository, by path below /var/lib/rancher/conf or by address; `false` remembers without running.
   */
  readonly services_include?: {
    readonly [k: string]: boolean
  }
  /**
   * Seconds until the machine goes down whatever is still running; at least 5.
   */
  readonly shutdown_timeout?: number
  readonly ssh?: Ssh
  readonly state?: State
  /**
   * Kernel parameters.
   */
  readonly sysctl?: {
    readonly [k: string]: string
  }
  readonly system_docker?: Engine
  readonly upgrade?: Upgrade
}
/**
 * How the agent goes about changes of the document.
 */
export interface Agent {
  /**
   * Seconds within which a change of the way to the machine has to be confirmed; else the generation before is restored. Without this key that is so, within 120 s, for changes by `ros` or the API in an ssh session that touch what that session came over: its links, what lies below them, routes that lead back, and what any way in hangs on. With it, for all changes, also of files by hand. It is confirmed by `ros confirm`, or by another command that changes something, over a connection and an ssh session made after the change. The way is: `rancher.network`, `rancher.ssh`, `ssh_authorized_keys`, `rancher.password`, `rancher.disable`, `rancher.console`, `rancher.metrics`, `net.*` in `rancher.sysctl`, `rancher.system_docker` and the services `console` and `network`. 0: never.
   */
  readonly confirm?: number
  /**
   * Seconds within which every resource of a new document, its probes and health checks among them, has to be Ready; else the generation before is restored. 0: never.
   */
  readonly rollback?: number
  readonly history?: AgentHistory
}
/**
 * How many generations are kept for `ros history` and `ros undo`. The newest two always are.
 */
export interface AgentHistory {
  /**
   * Generations that are kept.
   */
  readonly keep?: number
  /**
   * Days they are kept; fifty stay however old they are.
   */
  readonly days?: number
  /**
   * Megabytes they may take.
   */
  readonly megabytes?: number
}
/**
 * A container: Compose v1 keys as RancherOS took them, and today's Compose keys people expect.
 */
export interface Service {
  /**
   * Image to run.
   */
  readonly image?: string
  /**
   * Folder of the machine to build the image from, with a Dockerfile in it. It is built when it is not there; `ros service build` builds it anew. Without `image` it is called `os_` and the name of the service.
   */
  readonly build?: string
  /**
   * Dockerfile in the build directory.
   */
  readonly dockerfile?: string
  /**
   * Command, in place of the image's; a string is split as a shell would.
   */
  readonly command?: string | readonly string[]
  /**
   * Entry point, in place of the image's.
   */
  readonly entrypoint?: string | readonly string[]
  /**
   * Name of the container. The key of the service always wins, as in RancherOS.
   */
  readonly container_name?: string
  /**
   * Capabilities to add.
   */
  readonly cap_add?: readonly string[]
  /**
   * Capabilities to take away.
   */
  readonly cap_drop?: readonly string[]
  /**
   * Control group namespace: `host` or `private`.
   */
  readonly cgroup?: 'host' | 'private'
  /**
   * Parent control group.
   */
  readonly cgroup_parent?: string
  /**
   * CPU time in microseconds per 100 ms; 0 is no limit.
   */
  readonly cpu_quota?: number
  /**
   * Relative weight of CPU time; 0 is the engine's own.
   */
  readonly cpu_shares?: number
  /**
   * Number of CPUs, fractions allowed.
   */
  readonly cpus?: string
  /**
   * CPUs to run on.
   */
  readonly cpuset?: string
  /**
   * Services that come first: a list of names, or a map with conditions.
   */
  readonly depends_on?: {
    readonly [k: string]: Dependency
  }
  readonly deploy?: Deploy
  /**
   * Devices of the host, as HOST[:CONTAINER[:rwm]].
   */
  readonly devices?: readonly string[]
  /**
   * Name servers.
   */
  readonly dns?: readonly string[]
  /**
   * Search domains.
   */
  readonly dns_search?: readonly string[]
  /**
   * Domain name.
   */
  readonly domainname?: string
  /**
   * Files of the machine, or of `write_files`, with NAME=value lines; what `environment` says counts over them, and a later file over an earlier one. They are read again every minute.
   */
  readonly env_file?: readonly string[]
  /**
   * Environment: a map, or a list of NAME=value; a NAME alone is looked up in `rancher.environment`.
   */
  readonly environment?:
    | {
        readonly [k: string]: string
      }
    | readonly string[]
  /**
   * Ports that other containers may reach.
   */
  readonly expose?: readonly string[]
  /**
   * Links to containers outside the document.
   */
  readonly external_links?: readonly string[]
  /**
   * Lines of /etc/hosts, as NAME:ADDRESS.
   */
  readonly extra_hosts?: readonly string[]
  readonly healthcheck?: Healthcheck
  /**
   * Host name inside the container.
   */
  readonly hostname?: string
  /**
   * Run a small init that reaps and forwards signals.
   */
  readonly init?: boolean
  /**
   * IPC namespace: `host` or `container:NAME`.
   */
  readonly ipc?: string
  /**
   * Labels: a map, or a list of NAME=value. `io.rancher.os.scope: system` runs the service on System Docker. `cron.schedule` makes it a job: it is not kept running but started at these times, in the machine's time zone and never while it still runs. Six fields begin with seconds, five with minutes, as in crontab(5); `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` and `@every 90m` are names of times.
   */
  readonly labels?: {
    readonly [k: string]: string
  }
  /**
   * Services reachable by name, as SERVICE[:ALIAS].
   */
  readonly links?: readonly string[]
  /**
   * Log driver.
   */
  readonly log_driver?: string
  /**
   * Options of the log driver.
   */
  readonly log_opt?: {
    readonly [k: string]: string
  }
  /**
   * MAC address.
   */
  readonly mac_address?: string
  /**
   * Memory in bytes, or with unit b, k, m or g.
   */
  readonly mem_limit?: string
  /**
   * Memory kept for the container under pressure.
   */
  readonly mem_reservation?: string
  /**
   * Memory and swap together; -1 is no limit.
   */
  readonly memswap_limit?: string
  /**
   * Tendency to swap.
   */
  readonly mem_swappiness?: number
  /**
   * Accepted as RancherOS did; the key of the service is its name.
   */
  readonly name?: string
  /**
   * Network mode: `host`, `bridge`, `none` or `container:NAME`.
   */
  readonly net?: string
  /**
   * Today's name of `net`.
   */
  readonly network_mode?: string
  /**
   * Networks to attach to: a list of names, or a map. They are the engine's own, made with `docker network create`; nothing of the document makes them.
   */
  readonly networks?: {
    readonly [k: string]: NetworkAttachment
  }
  /**
   * Keep the kernel from killing the container when memory is short.
   */
  readonly oom_kill_disable?: boolean
  /**
   * How willingly the kernel kills it, from -1000 to 1000.
   */
  readonly oom_score_adj?: number
  /**
   * PID namespace: `host` or `container:NAME`.
   */
  readonly pid?: string
  /**
   * Number of processes; -1 is no limit.
   */
  readonly pids_limit?: number
  /**
   * Published ports, as [[ADDRESS:]HOST:]CONTAINER[/udp].
   */
  readonly ports?: readonly string[]
  /**
   * All capabilities and devices.
   */
  readonly privileged?: boolean
  /**
   * Root file system read-only.
   */
  readonly read_only?: boolean
  /**
   * When to start again: `no`, `always`, `unless-stopped`, `on-failure[:N]`.
   */
  readonly restart?: string
  /**
   * OCI runtime.
   */
  readonly runtime?: string
  /**
   * Security options.
   */
  readonly security_opt?: readonly string[]
  /**
   * Size of /dev/shm, in bytes or with unit.
   */
  readonly shm_size?: string
  /**
   * Keep standard input open.
   */
  readonly stdin_open?: boolean
  /**
   * Time between stop signal and kill.
   */
  readonly stop_grace_period?: string
  /**
   * Signal that asks to stop.
   */
  readonly stop_signal?: string
  /**
   * Kernel parameters of the namespaces: a map, or a list of NAME=value.
   */
  readonly sysctls?: {
    readonly [k: string]: string
  }
  /**
   * tmpfs mounts, as PATH[:OPTIONS].
   */
  readonly tmpfs?: readonly string[]
  /**
   * Allocate a terminal.
   */
  readonly tty?: boolean
  /**
   * Limits of processes, by name.
   */
  readonly ulimits?: {
    readonly [k: string]: Ulimit
  }
  /**
   * User, as NAME|UID[:GROUP|GID].
   */
  readonly user?: string
  /**
   * User namespace: `host`.
   */
  readonly userns_mode?: string
  /**
   * UTS namespace: `host`.
   */
  readonly uts?: string
  /**
   * Driver of named volumes.
   */
  readonly volume_driver?: string
  /**
   * Mounts, as [SOURCE:]PATH[:OPTIONS].
   */
  readonly volumes?: readonly string[]
  /**
   * Services whose mounts to take.
   */
  readonly volumes_from?: readonly string[]
  /**
   * Working directory.
   */
  readonly working_dir?: string
}
/**
 * What must be true of another service first.
 */
export interface Dependency {
  /**
   * State the other service must reach: `service_started`, `service_healthy`, or `service_completed_successfully`, which is an end with exit code 0 since the machine started. Without a condition it has to be ready: healthy where it has a health check.
   */
  readonly condition?: 'service_started' | 'service_healthy' | 'service_completed_successfully'
  /**
   * Restart this service when the container of the other one is made anew.
   */
  readonly restart?: boolean
  /**
   * `false`: go on without it where it is not there or has failed.
   */
  readonly required?: boolean
}
/**
 * The part of `deploy` a single machine can honour.
 */
export interface Deploy {
  readonly resources?: Resources
}
/**
 * Bounds of resources.
 */
export interface Resources {
  readonly limits?: ResourceLimits
  readonly reservations?: ResourceReservations
}
/**
 * Upper bounds.
 */
export interface ResourceLimits {
  /**
   * Number of CPUs, fractions allowed.
   */
  readonly cpus?: string
  /**
   * Memory with unit b, k, m or g.
   */
  readonly memory?: string
  /**
   * Number of processes.
   */
  readonly pids?: number
}
/**
 * Lower bounds.
 */
export interface ResourceReservations {
  /**
   * Memory with unit b, k, m or g.
   */
  readonly memory?: string
}
/**
 * How the engine finds out whether a container works.
 */
export interface Healthcheck {
  /**
   * Command as a string for the shell, or a list beginning with CMD, CMD-SHELL or NONE.
   */
  readonly test?: string | readonly string[]
  /**
   * Time between two checks.
   */
  readonly interval?: string
  /**
   * Time a check may take.
   */
  readonly timeout?: string
  /**
   * Time to start in, during which failures do not count.
   */
  readonly start_period?: string
  /**
   * Time between two checks during `start_period`.
   */
  readonly start_interval?: string
  /**
   * Failures in a row that make a container unhealthy.
   */
  readonly retries?: number
  /**
   * Turn off the image's own check.
   */
  readonly disable?: boolean
}
/**
 * How a service is attached to a network.
 */
export interface NetworkAttachment {
  /**
   * Further names of the service on this network.
   */
  readonly aliases?: readonly string[]
  /**
   * Fixed IPv4 address.
   */
  readonly ipv4_address?: string
  /**
   * Fixed IPv6 address.
   */
  readonly ipv6_address?: string
}
/**
 * Options of a Docker daemon.
 */
export interface Engine {
  /**
   * Bridge to attach containers to; `none` turns networking off.
   */
  readonly bridge?: string
  /**
   * Address and prefix of the default bridge.
   */
  readonly bip?: string
  /**
   * A configuration file of your own. rosd then writes none, and each of its options here is a flag, which needs a new start; dockerd refuses an option that is in both.
   */
  readonly config_file?: string
  /**
   * Socket of a containerd to use.
   */
  readonly containerd?: string
  /**
   * Debug messages in the log.
   */
  readonly debug?: boolean
  /**
   * Directory of execution state.
   */
  readonly exec_root?: string
  /**
   * Group that may use the socket.
   */
  readonly group?: string
  /**
   * Directory of images, volumes and containers.
   */
  readonly graph?: string
  /**
   * Today's name of `graph`, which it wins over.
   */
  readonly data_root?: string
  /**
   * Sockets to listen on.
   */
  readonly host?: readonly string[]
  /**
   * Registries spoken to without verified TLS.
   */
  readonly insecure_registry?: readonly string[]
  /**
   * Containers keep running while the daemon is down.
   */
  readonly live_restore?: boolean
  /**
   * Log driver of containers that name none.
   */
  readonly log_driver?: string
  /**
   * Options of the log driver.
   */
  readonly log_opts?: {
    readonly [k: string]: string
  }
  /**
   * Path of the pid file.
   */
  readonly pid_file?: string
  /**
   * Mirror asked before Docker Hub.
   */
  readonly registry_mirror?: string
  /**
   * Restart containers when the daemon starts.
   */
  readonly restart?: boolean
  /**
   * SELinux labels for containers.
   */
  readonly selinux_enabled?: boolean
  /**
   * Storage driver.
   */
  readonly storage_driver?: string
  /**
   * Forward published ports of the loopback address by a process.
   */
  readonly userland_proxy?: boolean
  /**
   * Root of User Docker's containers is an unprivileged user of the machine, as BurmillaOS has it. The engine has images, volumes and containers of its own then. System Docker's containers are the system, and stay as they are.
   */
  readonly userns_enabled?: boolean
  /**
   * Name of the engine to run, as a repository has it; `default` is the one in the image. Another one takes the place of the one that runs at once, and the user's containers start again under it.
   */
  readonly engine?: string
  /**
   * Listen on TCP with TLS, for clients with a certificate of `ca_cert`. Without keys in the document the machine makes them (`ros tls generate`).
   */
  readonly tls?: boolean
  /**
   * Arguments added when `tls` is on.
   */
  readonly tls_args?: readonly string[]
  /**
   * Accepted as RancherOS did, which never read it: use `extra_args`.
   */
  readonly args?: readonly string[]
  /**
   * Arguments added at the end. Those that dockerd reloads (`--label`, `--max-concurrent-downloads` and the like, `--shutdown-timeout`, `--default-runtime`) count at once.
   */
  readonly extra_args?: readonly string[]
  /**
   * Certificate of the authority, PEM.
   */
  readonly ca_cert?: string
  /**
   * Key of the authority, PEM.
   */
  readonly ca_key?: string
  /**
   * Certificate of the daemon, PEM.
   */
  readonly server_cert?: string
  /**
   * Key of the daemon, PEM.
   */
  readonly server_key?: string
  /**
   * Environment of the daemon, as NAME=value.
   */
  readonly environment?: readonly string[]
  /**
   * Container whose mounts the daemon runs in; it has its own here.
   */
  readonly storage_context?: string
  /**
   * The daemon takes the place of init; here init stays.
   */
  readonly exec?: boolean
}
/**
 * Where user-data comes from.
 */
export interface CloudInit {
  /**
   * Sources asked for user-data, as NAME[:ARGUMENT].
   */
  readonly datasources?: readonly string[]
}
/**
 * Values used where nothing else is known.
 */
export interface Defaults {
  readonly docker?: DefaultEngine
  /**
   * Host name when neither the document nor DHCP gives one.
   */
  readonly hostname?: string
  readonly network?: DefaultNetwork
  /**
   * File of System Docker's log.
   */
  readonly system_docker_logs?: string
}
/**
 * Defaults of User Docker.
 */
export interface DefaultEngine {
  /**
   * Name that means the engine in the image.
   */
  readonly engine?: string
}
/**
 * Defaults of the network.
 */
export interface DefaultNetwork {
  /**
   * Seconds to wait for DHCP.
   */
  readonly dhcp_timeout?: number
  readonly dns?: DefaultDns
}
/**
 * Name servers of last resort.
 */
export interface DefaultDns {
  /**
   * Used when neither the document nor DHCP names any.
   */
  readonly nameservers?: readonly string[]
}
/**
 * A syslog server.
 */
export interface LogDestination {
  /**
   * How it is reached. Only over tls nobody else can read the logs, and only over tcp and tls it is noticed that the server is away.
   */
  readonly protocol?: 'udp' | 'tcp' | 'tls'
  /**
   * Name or address of the server; empty: nothing is sent.
   */
  readonly host?: string
  /**
   * Its port; without one 514, or 6514 for tls.
   */
  readonly port?: number
  /**
   * Certificates of the authorities one of which has signed the server's, PEM; without them those of the system.
   */
  readonly ca_cert?: string
  /**
   * How a message is written; rfc3164 is the old way, without the year.
   */
  readonly format?: 'rfc5424' | 'rfc3164'
  /**
   * Which logs are sent, by the names `ros logs` has for them; without it all.
   */
  readonly sources?: readonly string[]
}
/**
 * Figures of the agent for Prometheus, beside /metrics on its socket.
 */
export interface Metrics {
  /**
   * ADDRESS:PORT where /metrics, and nothing else, is served over HTTP to whoever asks; empty: nowhere. Of IPv6 in brackets.
   */
  readonly listen?: string
}
/**
 * Interfaces, DNS and proxies.
 */
export interface Network {
  /**
   * Seconds to wait for DHCP; 0 takes `rancher.defaults`.
   */
  readonly dhcp_timeout?: number
  readonly dns?: Dns
  /**
   * Names of other machines by their address, kept in `/etc/hosts` beside what stands there.
   */
  readonly hosts?: {
    readonly [k: string]: readonly string[]
  }
  readonly firewall?: Firewall
  /**
   * Whether the machine passes on packets that are not for it, of both families. Docker turns IPv4's on by itself.
   */
  readonly forwarding?: boolean
  /**
   * Policy rules: which routing table a packet is looked up in. Those of others stay.
   */
  readonly rules?: readonly PolicyRule[]
  /**
   * Proxy for HTTP: of login shells, of both engines, and of services that list it in `environment`, in both spellings. What `system_docker.environment` says counts more for System Docker.
   */
  readonly http_proxy?: string
  /**
   * Proxy for HTTPS: of login shells, of both engines, and of services that list it in `environment`, in both spellings. What `system_docker.environment` says counts more for System Docker.
   */
  readonly https_proxy?: string
  /**
   * Interfaces by name, `mac=…`, `pci=…` or `driver=…`, each also as a glob (`eth*`). Without any, `eth*` asks DHCP.
   */
  readonly interfaces?: {
    readonly [k: string]: NetworkInterface
  }
  /**
   * What DHCP servers said, by interface. The system writes it, as layers below yours; `dhcp_use` of the interface says what counts.
   */
  readonly leases?: {
    readonly [k: string]: Lease
  }
  /**
   * Mobile networks, by the name of the modem's interface or port. What each is to be told lies in `/run/ros/modem/NAME.connect`, as ModemManager's `mmcli --simple-connect` takes it, for a service of yours that connects; nothing in the image does. Not tried on hardware.
   */
  readonly modem_networks?: {
    readonly [k: string]: ModemNetwork
  }
  /**
   * Hosts reached without a proxy: of login shells, of both engines, and of services that list it in `environment`, in both spellings. What `system_docker.environment` says counts more for System Docker.
   */
  readonly no_proxy?: string
  /**
   * Programs run after all else of the network: once in a boot, again when the commands or the settings of links change, and by `ros service restart network`. Each is split into words as a shell would, but no shell runs it; it may take a minute. One that fails is told and keeps nothing from going on. Output: /var/log/network-hooks.log.
   */
  readonly post_cmds?: readonly string[]
  /**
   * Programs run before any link is made or set; when, and how, as for `post_cmds`.
   */
  readonly pre_cmds?: readonly string[]
  /**
   * Static routes that belong to no interface: over several of them (`nexthops`), over none (`type: blackhole`), or with `dev`.
   */
  readonly routes?: readonly Route[]
  /**
   * Wireless networks. `wifi_network` of an interface names those it joins.
   */
  readonly wifi_networks?: {
    readonly [k: string]: WifiNetwork
  }
}
/**
 * Name resolution; each key takes the place of what DHCP says.
 */
export interface Dns {
  /**
   * Name servers, in order; programs ask the first three. Those of `interfaces.NAME.dns` come after these.
   */
  readonly nameservers?: readonly string[]
  /**
   * Options of resolv.conf(5).
   */
  readonly options?: readonly string[]
  /**
   * Search domains, in order.
   */
  readonly search?: readonly string[]
}
/**
 * What the machine lets in and through: one nftables table of its own, `inet rosd`, replaced in one transaction. Tables of others are never touched. See docs/firewall.md.
 */
export interface Firewall {
  readonly input?: FirewallInput
  readonly forward?: FirewallForward
  /**
   * Networks that go out by an address of the machine.
   */
  readonly masquerade?: readonly FirewallMasquerade[]
  /**
   * Ports of the machine that lead to other machines. They come before those that Docker publishes.
   */
  readonly port_forwards?: readonly FirewallPortForward[]
  /**
   * Addresses and networks, or ports and ranges of ports, under a name. Rules say `@NAME`.
   */
  readonly sets?: {
    readonly [k: string]: readonly string[]
  }
}
/**
 * What comes to the machine itself. Loopback, answers, neighbour discovery and DHCP are always let in.
 */
export interface FirewallInput {
  /**
   * What is done with packets that no rule speaks of. `reject` drops them and says so to the sender.
   */
  readonly policy?: 'accept' | 'drop' | 'reject'
  /**
   * The first that fits decides.
   */
  readonly rules?: readonly FirewallRule[]
}
/**
 * A rule of the firewall; what it does not say fits anything.
 */
export interface FirewallRule {
  /**
   * What is done with a packet that fits. `reject` says so to the sender.
   */
  readonly action: 'accept' | 'drop' | 'reject'
  /**
   * Interface it came in by; `*` at the end stands for the rest.
   *
   * @minItems 1
   */
  readonly in?: readonly string[]
  /**
   * Interface it goes out by; only of what passes through the machine.
   *
   * @minItems 1
   */
  readonly out?: readonly string[]
  /**
   * Address or network of its sender, or `@NAME` of a set.
   *
   * @minItems 1
   */
  readonly from?: readonly string[]
  /**
   * Address or network it goes to, or `@NAME` of a set.
   *
   * @minItems 1
   */
  readonly to?: readonly string[]
  /**
   * Its protocol; beside `port` alone both tcp and udp.
   */
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | 'icmpv6'
  /**
   * Port it goes to, a range of them, or `@NAME` of a set.
   *
   * @minItems 1
   */
  readonly port?: readonly string[]
  /**
   * Its place in a connection: `new`, `invalid` or `untracked`. Established and related ones were let through before any rule.
   *
   * @minItems 1
   */
  readonly state?: readonly ('new' | 'invalid' | 'untracked')[]
  /**
   * It fits only as often as this: NUMBER/second, /minute, /hour or /day, for each family.
   */
  readonly limit?: string
  /**
   * Count packets and bytes; `nft list table inet rosd` shows them. A change of the firewall begins anew.
   */
  readonly counter?: boolean
  /**
   * Write each packet that fits to the kernel's log, after this word. With `limit`, or the log is full soon.
   */
  readonly log?: string
  /**
   * For people; it stands in nft's listing as well.
   */
  readonly comment?: string
}
/**
 * What passes through the machine: to containers, from them, and between networks. Answers are always let through.
 */
export interface FirewallForward {
  /**
   * What is done with packets that no rule speaks of. `reject` drops them and says so to the sender.
   */
  readonly policy?: 'accept' | 'drop' | 'reject'
  /**
   * After the rules, let through what an engine or `port_forwards` gave another destination (published ports), and what comes from bridges of Docker (`docker0`, `docker_gwbridge`, `br-*`) and engines beside User Docker (`dk-*`). Docker's own rules count all the same.
   */
  readonly containers?: boolean
  /**
   * The first that fits decides. Ports and destinations are those of the container, not those it is published by.
   */
  readonly rules?: readonly FirewallRule[]
}
/**
 * What goes out by an address of the machine.
 */
export interface FirewallMasquerade {
  /**
   * Interface it goes out by.
   *
   * @minItems 1
   */
  readonly out: readonly string[]
  /**
   * Address or network of its sender, or `@NAME` of a set. Without it all of IPv4; IPv6 only where this names some.
   *
   * @minItems 1
   */
  readonly from?: readonly string[]
}
/**
 * A port of the machine that leads to another machine.
 */
export interface FirewallPortForward {
  /**
   * Interface it comes in by; without it any.
   *
   * @minItems 1
   */
  readonly in?: readonly string[]
  /**
   * Address or network of its sender, or `@NAME` of a set.
   *
   * @minItems 1
   */
  readonly from?: readonly string[]
  /**
   * Its protocol; without it both.
   */
  readonly protocol?: 'tcp' | 'udp'
  /**
   * Port of the machine, a range of them, or `@NAME` of a set.
   *
   * @minItems 1
   */
  readonly port: readonly string[]
  /**
   * ADDRESS or ADDRESS:PORT it leads to, of IPv6 with a port in brackets. Without a port it stays the same.
   */
  readonly to: string
}
/**
 * A policy rule, as `ip rule` has them.
 */
export interface PolicyRule {
  /**
   * Its place: the lowest is asked first. The kernel's own are 0, 32766 and 32767.
   */
  readonly priority?: number
  /**
   * Where the packet comes from, as CIDR or address.
   */
  readonly from?: string
  /**
   * Where it goes.
   */
  readonly to?: string
  /**
   * For all packets but those.
   */
  readonly not?: boolean
  /**
   * Interface it came in by; `lo` for what the machine itself sends.
   */
  readonly iif?: string
  /**
   * Interface a program bound its socket to.
   */
  readonly oif?: string
  /**
   * Its mark, with a mask where not all bits count.
   */
  readonly fwmark?: string
  /**
   * Its protocol, by number or as `tcp`, `udp`, `icmp`, `icmpv6`, `sctp`, `gre`, `esp`, `ah`.
   */
  readonly ipproto?: string
  /**
   * Port it comes from, or a range.
   */
  readonly sport?: string
  /**
   * Port it goes to, or a range.
   */
  readonly dport?: string
  /**
   * Users whose program sent it.
   */
  readonly uidrange?: string
  /**
   * What is done with it: looked up in `table`, or refused.
   */
  readonly type?: 'lookup' | 'blackhole' | 'unreachable' | 'prohibit'
  /**
   * Routing table, by number or as `main`, `default`, `local`.
   */
  readonly table?: string
  /**
   * A route found there counts only if its prefix is longer; 0 leaves default routes out.
   */
  readonly suppress_prefixlength?: number
  /**
   * Where no address tells it.
   */
  readonly family?: 'ipv4' | 'ipv6' | 'both'
}
/**
 * One interface, or all that the key or `match` selects.
 */
export interface NetworkInterface {
  /**
   * Selector in place of the key: a name, `mac=aa:bb:cc:dd:ee:ff`, `pci=0000:00:03.0` or `driver=virtio_net`, each also as a glob (`eth*`). One entry wins: MAC address, PCI path, name, driver, each before its globs; among equals the one with the most characters that are no wildcards, then the first by key.
   */
  readonly match?: string
  /**
   * Ask a DHCP server for address, gateway, DNS and host name.
   */
  readonly dhcp?: boolean
  /**
   * Ask a DHCPv6 server for an address and DNS. Routers' advertisements stay the kernel's: see `accept_ra`.
   */
  readonly dhcp6?: boolean
  /**
   * Arguments of dhcpcd, in place of `-A4` (`-A6` with `dhcp6` alone, `-A` with both); `-M` is left out, each link has a client of its own.
   */
  readonly dhcp_args?: string
  /**
   * How the machine names itself to DHCP servers: `mac` the address of the link, `duid` the machine's DUID (RFC 4361), else this text, or bytes as `01:52:54:00:12:34:56`.
   */
  readonly dhcp_client_id?: string
  /**
   * Host name sent to the DHCP server: `true` the machine's, `false` none, else this one.
   */
  readonly dhcp_hostname?: string
  readonly dhcp_use?: DhcpUse
  readonly prefix_delegation?: PrefixDelegation
  readonly dns?: InterfaceDns
  /**
   * Static address as CIDR.
   */
  readonly address?: string
  /**
   * Static addresses as CIDR, beside `address`; or mappings of one with how long it counts.
   */
  readonly addresses?: readonly Address[]
  /**
   * IPv4 default gateway.
   */
  readonly gateway?: string
  /**
   * IPv6 default gateway.
   */
  readonly gateway_ipv6?: string
  /**
   * Metric of the default routes of this interface, and of its lease's.
   */
  readonly metric?: number
  /**
   * Static routes over this interface.
   */
  readonly routes?: readonly Route[]
  /**
   * Largest packet in bytes; 0 leaves it as it is.
   */
  readonly mtu?: number
  /**
   * Whether the interface speaks IPv6 at all.
   */
  readonly ipv6?: boolean
  /**
   * Whether routers of IPv6 are heard: addresses, routes and the prefix come from them. A machine that forwards hears them only with `true`.
   */
  readonly accept_ra?: boolean
  /**
   * Whether connections leave from temporary IPv6 addresses (RFC 8981).
   */
  readonly ipv6_privacy?: boolean
  /**
   * Whether packets that come in here are passed on, of both families; without the key as `rancher.network.forwarding` says.
   */
  readonly forwarding?: boolean
  /**
   * Give the interface an IPv4 address of the link alone (169.254.0.0/16, RFC 3927); with `dhcp`, when no server answers.
   */
  readonly ipv4ll?: boolean
  /**
   * `true` makes a bridge named as the key; a name makes the interface a port of that bridge.
   */
  readonly bridge?: string
  /**
   * Name of the bond this interface belongs to.
   */
  readonly bond?: string
  /**
   * Options of a bond, on the bond itself.
   */
  readonly bond_opts?: {
    readonly [k: string]: string
  }
  /**
   * VLANs on this interface: `ID` or `ID:name`, separated by commas.
   */
  readonly vlans?: string
  /**
   * Whether the interface is up.
   */
  readonly up?: boolean
  /**
   * MAC address in place of the interface's own.
   */
  readonly mac?: string
  /**
   * Packets that may wait to be sent.
   */
  readonly txqueuelen?: number
  /**
   * A word about the interface, as `ip link` shows it.
   */
  readonly alias?: string
  readonly bridge_opts?: BridgeOptions
  readonly bridge_port?: BridgePort
  readonly vlan?: Vlan
  readonly macvlan?: Macvlan
  readonly ipvlan?: Ipvlan
  readonly vxlan?: Vxlan
  /**
   * Makes the interface one that leads nowhere, for addresses that belong to no cable.
   */
  readonly dummy?: boolean
  readonly veth?: Veth
  readonly tun?: Tun
  readonly wireguard?: Wireguard
  /**
   * What the card does in place of the processor, by the names `ethtool -k` shows (`tso`, `gro` and the other short names too).
   */
  readonly offloads?: {
    readonly [k: string]: boolean
  }
  /**
   * What wakes the machine up: letters as `ethtool` has them (`g` is the magic packet), or `d` for nothing.
   */
  readonly wake_on_lan?: string
  /**
   * Makes the interface a VRF: what belongs to it is routed by this table.
   */
  readonly vrf_table?: number
  /**
   * Name of the VRF this interface belongs to.
   */
  readonly vrf?: string
  /**
   * Programs run before the interface is configured, or, where the document makes it, before it gets addresses; `$iface` is its name. They run once in a boot, again when the commands or the entry change, when the interface comes back, and by `ros service restart network`. Else as for `post_cmds` of the network.
   */
  readonly pre_up?: readonly string[]
  /**
   * Programs run after the interface is configured; its DHCP client has been started, and may have no lease yet. `$iface` is its name. When, and how, as for `pre_up`.
   */
  readonly post_up?: readonly string[]
  /**
   * Names of entries of `wifi_networks` to join: the first that is in reach, but those with a higher `priority` before it. The interface has DHCP by it, unless the network has an `address`, or the interface has one and `dhcp: false`.
   */
  readonly wifi_network?: readonly string[]
}
/**
 * What of a lease counts, beside its address.
 */
export interface DhcpUse {
  /**
   * Its name servers.
   */
  readonly dns?: boolean
  /**
   * Its search domains.
   */
  readonly domain?: boolean
  /**
   * Its host name, where the document names none.
   */
  readonly hostname?: boolean
  /**
   * Its time servers, in place of the image's.
   */
  readonly ntp?: boolean
  /**
   * Its gateway and routes.
   */
  readonly routes?: boolean
}
/**
 * Ask a DHCPv6 server for a prefix, and give networks of it to other interfaces.
 */
export interface PrefixDelegation {
  /**
   * Length of the prefix to ask for; the server may give another.
   */
  readonly prefix?: number
  /**
   * Interfaces that get a network of the prefix, each by its name.
   */
  readonly to?: {
    readonly [k: string]: Delegated
  }
}
/**
 * A network of a delegated prefix.
 */
export interface Delegated {
  /**
   * Which of the prefix's networks: its number, different for each interface.
   */
  readonly id?: number
  /**
   * Length of the network.
   */
  readonly prefix?: number
}
/**
 * Name resolution over this interface, in place of what its lease says.
 */
export interface InterfaceDns {
  /**
   * Name servers, after those of `network.dns`; interfaces in the order of `metric`, then of their names.
   */
  readonly nameservers?: readonly string[]
  /**
   * Search domains, in order.
   */
  readonly search?: readonly string[]
}
/**
 * A static route.
 */
export interface Route {
  /**
   * Destination as CIDR, a single address, or `default`.
   */
  readonly to?: string
  /**
   * `unicast` leads to the destination; the others lead nowhere and drop packets: silently, or with an answer to the sender.
   */
  readonly type?: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit'
  /**
   * Gateway; without it the destination is on the link.
   */
  readonly via?: string
  /**
   * Interface it leads over. Only in `rancher.network.routes`: a route of an interface leads over that one.
   */
  readonly dev?: string
  /**
   * Priority: the lowest wins.
   */
  readonly metric?: number
  /**
   * Routing table: a number, `main`, `local` or `default`.
   */
  readonly table?: string
  /**
   * The gateway is on this link even if no address says so.
   */
  readonly onlink?: boolean
  /**
   * How far an IPv4 destination is; by itself `global` with a gateway and `link` without one.
   */
  readonly scope?: 'global' | 'link' | 'host'
  /**
   * Address that packets of the machine itself get as their source.
   */
  readonly source?: string
  /**
   * Largest packet in bytes on this route; by itself the interface's.
   */
  readonly mtu?: number
  /**
   * Several ways in place of `via`; packets are spread over them by weight.
   */
  readonly nexthops?: readonly Nexthop[]
}
/**
 * One of several ways of a route.
 */
export interface Nexthop {
  /**
   * Gateway.
   */
  readonly via?: string
  /**
   * Interface; by itself the one an address of which reaches the gateway.
   */
  readonly dev?: string
  /**
   * Its share, compared with the others'.
   */
  readonly weight?: number
  /**
   * The gateway is on this link even if no address says so.
   */
  readonly onlink?: boolean
}
/**
 * How a bridge works; makes the interface one, as `bridge: true` does.
 */
export interface BridgeOptions {
  /**
   * Spanning tree (802.1D): no loops, at the price of a wait before a port forwards.
   */
  readonly stp?: boolean
  /**
   * The bridge with the lowest becomes the root of the spanning tree.
   */
  readonly priority?: number
  /**
   * Seconds a port listens and learns before it forwards.
   */
  readonly forward_delay?: number
  /**
   * Seconds between two hellos of the root.
   */
  readonly hello_time?: number
  /**
   * Seconds after which a root that says nothing is given up.
   */
  readonly max_age?: number
  /**
   * Seconds a learnt address is remembered; 0: not at all.
   */
  readonly ageing_time?: number
  /**
   * Ports carry only the VLANs that are given to them.
   */
  readonly vlan_filtering?: boolean
  /**
   * Tag the bridge filters by.
   */
  readonly vlan_protocol?: '802.1q' | '802.1ad'
  /**
   * VLAN of new ports that are given none; 0: none.
   */
  readonly vlan_default_pvid?: number
  /**
   * Multicast goes only to ports that asked for it.
   */
  readonly multicast_snooping?: boolean
  /**
   * The bridge asks who wants multicast, where no router does.
   */
  readonly multicast_querier?: boolean
}
/**
 * How the bridge that this interface belongs to treats it.
 */
export interface BridgePort {
  /**
   * Of the way over this port, for the spanning tree.
   */
  readonly cost?: number
  /**
   * Among ports of one cost the lowest wins.
   */
  readonly priority?: number
  /**
   * What came in may go out by the same port.
   */
  readonly hairpin?: boolean
  /**
   * Isolated ports do not reach each other.
   */
  readonly isolated?: boolean
  /**
   * Addresses are learnt from what comes in.
   */
  readonly learning?: boolean
  /**
   * A port that hears of another bridge is shut (BPDU guard).
   */
  readonly guard?: boolean
  /**
   * VLANs the port carries, on a bridge with `vlan_filtering`: `ID` or `ID-ID`, with ` pvid` for the one of what comes in without a tag and ` untagged` for what goes out without one. At the bridge itself: those its own addresses, and VLANs on it, take part in. Without the key: as the bridge likes.
   */
  readonly vlans?: readonly string[]
}
/**
 * Makes the interface a VLAN of another one, under any name; one VLAN in another is QinQ.
 */
export interface Vlan {
  /**
   * Its number.
   */
  readonly id?: number
  /**
   * Interface below.
   */
  readonly link?: string
  /**
   * Its tag: that of customers, or of providers (the outer one of QinQ).
   */
  readonly protocol?: '802.1q' | '802.1ad'
}
/**
 * Makes the interface one with a MAC address of its own on another one.
 */
export interface Macvlan {
  /**
   * Interface below.
   */
  readonly link?: string
  /**
   * Whether those on one interface reach each other.
   */
  readonly mode?: 'private' | 'vepa' | 'bridge' | 'passthru' | 'source'
}
/**
 * Makes the interface one that shares the MAC address of another one.
 */
export interface Ipvlan {
  /**
   * Interface below.
   */
  readonly link?: string
  /**
   * Whether it switches or routes.
   */
  readonly mode?: 'l2' | 'l3' | 'l3s'
}
/**
 * Makes the interface an Ethernet over UDP.
 */
export interface Vxlan {
  /**
   * Its number (VNI).
   */
  readonly id?: number
  /**
   * Interface its packets leave by.
   */
  readonly link?: string
  /**
   * Address its packets come from.
   */
  readonly local?: string
  /**
   * Other end, or the multicast group of all ends (which needs `link`).
   */
  readonly remote?: string
  /**
   * UDP port.
   */
  readonly port?: number
  /**
   * Of its packets; 0: that of what they carry.
   */
  readonly ttl?: number
  /**
   * Addresses are learnt from what comes in.
   */
  readonly learning?: boolean
}
/**
 * Makes the interface one end of a cable within the machine.
 */
export interface Veth {
  /**
   * Name of the other end.
   */
  readonly peer?: string
}
/**
 * Makes the interface one that a program reads and writes.
 */
export interface Tun {
  /**
   * Packets of IP, or of Ethernet.
   */
  readonly mode?: 'tun' | 'tap'
  /**
   * Number of the user who may open it; nobody but root without.
   */
  readonly user?: number
  /**
   * Number of the group that may open it.
   */
  readonly group?: number
  /**
   * Several programs, or threads, may open it at once.
   */
  readonly multi_queue?: boolean
}
/**
 * Makes the interface a WireGuard tunnel. Routes to its peers stand in `routes`.
 */
export interface Wireguard {
  /**
   * Its own key, as `wg genkey` makes one.
   */
  readonly private_key?: string
  /**
   * UDP port; without it the kernel takes any.
   */
  readonly listen_port?: number
  /**
   * Mark of its own packets, for policy rules; 0: none.
   */
  readonly fwmark?: number
  /**
   * The other ends.
   */
  readonly peers?: readonly WireguardPeer[]
}
/**
 * Another end of a WireGuard tunnel.
 */
export interface WireguardPeer {
  /**
   * Its key, as `wg pubkey` tells it.
   */
  readonly public_key: string
  /**
   * A further key that both ends know.
   */
  readonly preshared_key?: string
  /**
   * Where it is, as ADDRESS:PORT ([ADDRESS]:PORT for IPv6); without it, where it last came from.
   */
  readonly endpoint?: string
  /**
   * Addresses behind it: what may come from it and what is sent to it.
   */
  readonly allowed_ips?: readonly string[]
  /**
   * Seconds between two signs of life, for a peer behind NAT; 0: none.
   */
  readonly persistent_keepalive?: number
}
/**
 * What DHCP servers said on one interface.
 */
export interface Lease {
  readonly ipv4?: LeaseWords
  readonly ipv6?: LeaseWords
}
/**
 * What one DHCP server said.
 */
export interface LeaseWords {
  /**
   * Name servers, in order.
   */
  readonly nameservers?: readonly string[]
  /**
   * Search domains, in order.
   */
  readonly search?: readonly string[]
  /**
   * Time servers.
   */
  readonly ntp?: readonly string[]
  /**
   * Host name of the machine.
   */
  readonly hostname?: string
}
/**
 * A mobile network for ModemManager. Not tried on hardware.
 */
export interface ModemNetwork {
  /**
   * Access point name.
   */
  readonly apn?: string
  /**
   * Further properties of the connection, `name=value` between commas. A password may be among them, so they are shown to nobody.
   */
  readonly extra_args?: string
}
/**
 * A wireless network as wpa_supplicant takes it.
 */
export interface WifiNetwork {
  /**
   * Name of the network, at most 32 bytes.
   */
  readonly ssid?: string
  /**
   * Country whose rules for radio hold, as two letters of ISO 3166. One for all networks of an interface.
   */
  readonly country?: string
  /**
   * Passphrase of 8 to 63 characters, or the key itself as 64 hexadecimal digits. Without it and without `eap` the network is open.
   */
  readonly psk?: string
  /**
   * 1 scans for hidden networks.
   */
  readonly scan_ssid?: number
  /**
   * Of several networks of an interface the one with the highest is joined; among equals the order of `wifi_network` counts.
   */
  readonly priority?: number
  /**
   * Accepted ciphers for a single station: CCMP, TKIP, GCMP, …, between blanks. wpa_supplicant's default where it is not given, as with all that follow.
   */
  readonly pairwise?: string
  /**
   * Accepted ciphers for all stations of a network.
   */
  readonly group?: string
  /**
   * Accepted EAP methods, between blanks.
   */
  readonly eap?: string
  /**
   * EAP identity.
   */
  readonly identity?: string
  /**
   * EAP identity outside the tunnel.
   */
  readonly anonymous_identity?: string
  /**
   * Paths of CA certificates: of the method, and of the one in its tunnel. The same holds for the following lists.
   */
  readonly ca_certs?: readonly string[]
  /**
   * Paths of client certificates.
   */
  readonly client_certs?: readonly string[]
  /**
   * Paths of private keys.
   */
  readonly private_keys?: readonly string[]
  /**
   * Passwords of the private keys.
   */
  readonly private_key_passwds?: readonly string[]
  /**
   * Parameters of `phase1` and `phase2`.
   */
  readonly phases?: readonly string[]
  /**
   * Which keys of an 802.1X without WPA change; 1: unicast, 2: broadcast.
   */
  readonly eapol_flags?: number
  /**
   * Accepted key managements, between blanks: WPA-PSK, SAE (WPA3), WPA-EAP, OWE, NONE (open), … NONE where there is neither `psk` nor `eap`.
   */
  readonly key_mgmt?: string
  /**
   * EAP password.
   */
  readonly password?: string
  /**
   * Static address as CIDR, in place of DHCP.
   */
  readonly address?: string
  /**
   * Default gateway that goes with `address`, of IPv4 or IPv6.
   */
  readonly gateway?: string
}
/**
 * One of `tcp`, `http` and `command`, tried again and again.
 */
export interface Probe {
  /**
   * HOST:PORT that takes a connection.
   */
  readonly tcp?: string
  /**
   * Address that answers a GET.
   */
  readonly http?: string
  /**
   * Status it has to answer with; without it any from 200 to 399.
   */
  readonly status?: number
  readonly command?: CommandLine
  /**
   * Where the command runs: `host` (the agent's own programs), or the name of a service, such as `console`.
   */
  readonly in?: string
  /**
   * Seconds from one try to the next.
   */
  readonly interval?: number
  /**
   * Seconds a try may take.
   */
  readonly timeout?: number
  /**
   * Tries in a row that have to fail before it counts.
   */
  readonly retries?: number
}
/**
 * Credentials of one registry, and its certificates.
 */
export interface RegistryAuth {
  /**
   * User name.
   */
  readonly username?: string
  /**
   * Password or token.
   */
  readonly password?: string
  /**
   * base64 of user:password, in place of both.
   */
  readonly auth?: string
  /**
   * Address of the account; registries ignore it today.
   */
  readonly email?: string
  /**
   * Address the registry is told to be asked under; the key of the entry where it is left out.
   */
  readonly serveraddress?: string
  /**
   * Refresh token: access tokens are had with it.
   */
  readonly identitytoken?: string
  /**
   * Access token, sent to the registry as it is.
   */
  readonly registrytoken?: string
  /**
   * Certificate (PEM) of the authority that vouches for the registry, for both engines, from the next pull on: `/etc/docker/certs.d/REGISTRY/ca.crt`. A mirror's stands under the mirror's own name.
   */
  readonly ca_cert?: string
  /**
   * Certificate (PEM) shown to a registry that asks for one.
   */
  readonly client_cert?: string
  /**
   * Key (PEM) of `client_cert`.
   */
  readonly client_key?: string
}
/**
 * One repository.
 */
export interface Repository {
  /**
   * Address or path of the directory that holds index.yml.
   */
  readonly url?: string
}
/**
 * The ssh server of the console.
 */
export interface Ssh {
  /**
   * Run it.
   */
  readonly daemon?: boolean
  /**
   * Host keys, PEM, by type (`rsa`, `ed25519`, …, and `rsa-pub`, …). Made at first boot.
   */
  readonly keys?: {
    readonly [k: string]: string
  }
  /**
   * Address to listen on; empty is all.
   */
  readonly listen_address?: string
  /**
   * Port to listen on.
   */
  readonly port?: number
}
/**
 * Where what must survive a reboot is kept.
 */
export interface State {
  /**
   * Devices that may be formatted: the first that is empty becomes RANCHER_STATE.
   */
  readonly autoformat?: readonly string[]
  /**
   * Device mounted on /boot.
   */
  readonly boot_dev?: string
  /**
   * Its file system.
   */
  readonly boot_fstype?: string
  /**
   * Open LUKS devices, asking on the console.
   */
  readonly cryptsetup?: boolean
  /**
   * State device: LABEL=, UUID= or a path. Empty: the machine runs from memory.
   */
  readonly dev?: string
  /**
   * Directory of the partition that holds the state.
   */
  readonly directory?: string
  /**
   * Accepted for the sake of documents made after RancherOS's pages.
   */
  readonly formatzero?: boolean
  /**
   * File system of the state device.
   */
  readonly fstype?: string
  /**
   * Activate LVM volume groups first.
   */
  readonly lvm_scan?: boolean
  /**
   * Assemble RAID arrays first.
   */
  readonly mdadm_scan?: boolean
  /**
   * Device mounted on /usr/share/ros/oem.
   */
  readonly oem_dev?: string
  /**
   * Its file system.
   */
  readonly oem_fstype?: string
  /**
   * Without the state device go to the recovery console, not on from memory.
   */
  readonly required?: boolean
  /**
   * Feed the entropy pool before disks are opened.
   */
  readonly rngd?: boolean
  /**
   * Shell script run before the state device is looked for.
   */
  readonly script?: string
  /**
   * Wait for the device to appear.
   */
  readonly wait?: boolean
}
/**
 * Where new versions come from.
 */
export interface Upgrade {
  /**
   * Base name of the image of a version.
   */
  readonly image?: string
  /**
   * What the daily check does: `none`, `download` or `auto`.
   */
  readonly policy?: 'none' | 'download' | 'auto'
  /**
   * Accepted as RancherOS did, which never read it.
   */
  readonly rollback?: string
  /**
   * List of versions.
   */
  readonly url?: string
}
