import type { Path } from './shape.ts'

/**
 * Keys of other systems that people bring along, by pattern of the dotted path, and what to write here. They stay unknown:
 * a machine that looked configured and was not is worse than a refusal.
 */
const advice: readonly (readonly [RegExp, string])[] = [
  [/^(users|groups)$/, 'remove it: there are the users rancher and docker; give their keys in `ssh_authorized_keys`'],
  [/^user$/, 'remove it: people log in as rancher or docker'],
  [
    /^(chpasswd|ssh_pwauth|password)$/,
    'remove it: a password is given as `rancher.password=…` on the kernel command line only'
  ],
  [
    /^(packages|package_\w+|apt\w*|yum\w*|snap)$/,
    'remove it: software runs as containers; put it into an image and name that in `rancher.services`'
  ],
  [
    /^(ssh_import_id|ssh_keys|ssh_deletekeys|ssh_genkeytypes|disable_root)$/,
    'use `ssh_authorized_keys` for people and `rancher.ssh.keys` for the keys of the machine'
  ],
  [/^(fqdn|prefer_fqdn_over_hostname)$/, 'use `hostname`'],
  [
    /^(manage_etc_hosts|preserve_hostname)$/,
    'remove it: /etc/hosts follows `hostname`; more lines go into `write_files`'
  ],
  [
    /^(growpart|resize_rootfs|disk_setup|fs_setup)$/,
    'use `rancher.state.autoformat` for the state, `mounts` for other disks'
  ],
  [/^swap$/, 'use `mounts` with type `swap`'],
  [/^(ntp|timezone|locale|keyboard|power_state|final_message|phone_home)$/, 'remove it: rosd has no such setting'],
  [/^network$/, 'use `rancher.network.interfaces`'],
  [
    /^(services|volumes|networks|version|configs|secrets)$/,
    'a Compose file is not a cloud-config: put its services into `rancher.services`'
  ],
  [/^coreos$/, 'use `rancher.services` for units, `rancher.network` for the network, `rancher.docker` for the engine'],
  [/^(units|etcd2?|fleet|flannel|locksmith|update)$/, 'remove it: services are containers, in `rancher.services`'],
  [
    /^(ignition|storage|systemd|passwd|variant)$/,
    'an Ignition document can not be read: files go into `write_files`, services into `rancher.services`'
  ],
  [/^(machine|cluster)$/, 'a Talos document can not be read: see docs/reference.md for the keys there are'],
  [/^rancher\.(user_docker|userdocker)$/, 'use `rancher.docker`'],
  [/^rancher\.(addons|enabled_addons|services_enabled)$/, 'use `rancher.services_include`'],
  [
    /^rancher\.(system_containers|user_containers|containers)$/,
    'use `rancher.services`; label `io.rancher.os.scope: system` means System Docker'
  ],
  [/^rancher\.(password_hash|user|users)$/, 'give the keys of people in `ssh_authorized_keys`'],
  [/^rancher\.(ntp|timezone|locale)$/, 'remove it: rosd has no such setting'],
  [/^rancher\.services\.[^.]+\.logging$/, 'use `log_driver` and `log_opt`'],
  [
    /^rancher\.services\.[^.]+\.(configs|secrets)$/,
    'put the files in place by `write_files`, and mount them by `volumes`'
  ],
  [
    /^rancher\.services\.[^.]+\.(profiles|scale|develop|extends|platform|pull_policy|attach)$/,
    'remove it: a service is one container, always on'
  ],
  [
    /^rancher\.services\.[^.]+\.(cpu_count|cpu_percent|cpu_period|cpu_rt_\w+)$/,
    'use `cpu_quota`, `cpu_shares` or `deploy.resources.limits.cpus`'
  ],
  [/^rancher\.services\.[^.]+\.(domain_name)$/, 'use `domainname`']
]

/** What somebody who wrote this key should write in its place; null: nothing is known of it. */
export function foreign(path: Path): string | null {
  const dotted = path.join('.')
  return advice.find(([pattern]) => pattern.test(dotted))?.[1] ?? null
}
