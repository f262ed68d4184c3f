// rancher.docker and rancher.system_docker -> dockerd's command line (reference 1.4). Pure.
import type { CloudConfig } from '../document/types.gen.ts'
import { engineSettings, IN_FILE } from './engine-settings.ts'
import type { Scope } from './resource.ts'

/** Keys that are flags of the same name, `_` written as `-`; in the order they are passed. */
const FLAGS = [
  'bridge',
  'bip',
  'config_file',
  'containerd',
  'debug',
  'exec_root',
  'group',
  'insecure_registry',
  'live_restore',
  'log_driver',
  'registry_mirror',
  'selinux_enabled',
  'storage_driver',
  'userland_proxy'
] as const

/** Keys whose flag has another name. */
const RENAMED = {
  graph: 'data-root',
  data_root: 'data-root',
  host: 'host',
  log_opts: 'log-opt',
  pid_file: 'pidfile'
} as const

/** The user and group of the image whose numbers in /etc/subuid and /etc/subgid are those of the containers, as BurmillaOS has them. */
const REMAPPED = 'user-docker:user-docker'

/**
 * What each engine gets beside the document. System Docker has no network of its own: its containers use the machine's. Both
 * use the machine's cgroup tree by file, since nothing here speaks systemd; each engine's containers share one parent group.
 */
const FIXED: Readonly<Record<Scope, readonly string[]>> = {
  system: [
    '--iptables=false',
    '--ip6tables=false',
    '--ip-masq=false',
    '--exec-opt=native.cgroupdriver=cgroupfs',
    '--cgroup-parent=/system-docker'
  ],
  user: [
    '--exec-root=/run/docker',
    '--pidfile=/run/docker.pid',
    '--data-root=/var/lib/docker',
    '--exec-opt=native.cgroupdriver=cgroupfs',
    '--cgroup-parent=/user-docker'
  ]
}

/**
 * dockerd's arguments, without the program and without what stands in its file. Unset and empty values are left out; later flags
 * win over FIXED ones.
 */
export function engineFlags(scope: Scope, data: CloudConfig): readonly string[] {
  const config = (scope === 'system' ? data.rancher?.system_docker : data.rancher?.docker) ?? {}
  const { file, args } = engineSettings(scope, data)
  const given: string[] = file === null ? [] : [`--config-file=${file}`]
  const add = (flag: string, value: unknown) => {
    if (value === undefined || value === null || value === '') return
    if (Array.isArray(value)) for (const item of value) given.push(`--${flag}=${String(item)}`)
    else if (typeof value === 'object')
      for (const [key, item] of Object.entries(value)) given.push(`--${flag}=${key}=${String(item)}`)
    else given.push(`--${flag}=${String(value as string | number | boolean)}`) // the schema leaves nothing else
  }
  for (const key of FLAGS) if (file === null || !IN_FILE.has(key)) add(key.replaceAll('_', '-'), config[key])
  if (scope === 'user' && config.userns_enabled === true) add('userns-remap', REMAPPED)
  for (const [key, flag] of Object.entries(RENAMED)) add(flag, config[key as keyof typeof RENAMED])
  const named = new Set(given.map((word) => word.split('=')[0]))
  const fixed = FIXED[scope].filter((word) => word.startsWith('--exec-opt') || !named.has(word.split('=')[0]))
  return [...fixed, ...given, ...args, ...(config.tls === true ? (config.tls_args ?? []) : [])]
}
