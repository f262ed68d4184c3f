// Files the machine's own parts read, made of the document: ssh host keys, sshd's and the console's settings, the shells'
// environment, the engines' daemon.json and TLS keys. Pure.
import type { CloudConfig } from '../document/types.gen.ts'
import { createdEngine, wrapperOf, wrapperText } from './created-engine.ts'
import { engineSettings } from './engine-settings.ts'
import { TLS_FILES } from './engine-tls.ts'
import { proxiesOf } from './proxies.ts'
import type { Spec } from './resource.ts'
import { CONSOLE, sha256 } from './write-files.ts'

export interface SystemFile {
  readonly path: string
  readonly spec: Spec<'file'>
  /** The part of the document it is made of. */
  readonly from: readonly string[]
}

const TELL_CONSOLE = { container: CONSOLE, by: 'hangup' } as const
const NOTE = '# Written by rosd from the document; changes made here are undone.\n'

/** Every file the document calls for, none where it says nothing. */
export function systemFiles(data: CloudConfig): readonly SystemFile[] {
  return [
    ...hostKeys(data),
    ...sshdSettings(data),
    consoleSettings(data),
    ...proxies(data),
    ...searchPath(data),
    ...tlsKeys(data),
    ...engineFiles(data),
    ...engineCommands(data),
    ...modems(data)
  ]
}

/** One file of root's. */
export function systemFile(
  path: string,
  text: string,
  mode: number,
  from: readonly string[],
  tell: Spec<'file'>['tell'] = null
): SystemFile {
  return {
    path,
    from,
    spec: {
      container: null,
      bytes: () => Buffer.from(text),
      sha256: sha256(text),
      mode,
      user: 'root',
      group: 'root',
      tell,
      broken: null
    }
  }
}

/** OpenSSH refuses a private key without its last newline, and one that others may read. */
function hostKeys(data: CloudConfig): readonly SystemFile[] {
  return Object.entries(data.rancher?.ssh?.keys ?? {})
    .filter(([, text]) => text.trim() !== '')
    .map(([name, text]) => {
      const type = name.replace(/-pub$/, '')
      const path = `/etc/ssh/ssh_host_${type}_key${name === type ? '' : '.pub'}`
      return systemFile(
        path,
        `${text.trim()}\n`,
        name === type ? 0o600 : 0o644,
        ['rancher', 'ssh', 'keys', name],
        TELL_CONSOLE
      )
    })
}

function sshdSettings(data: CloudConfig): readonly SystemFile[] {
  const { port, listen_address: address = '' } = data.rancher?.ssh ?? {}
  const lines = [
    ...(port === undefined ? [] : [`Port ${port}`]),
    ...(address === '' ? [] : [`ListenAddress ${address}`])
  ]
  if (lines.length === 0) return []
  return [
    systemFile(
      '/etc/ssh/sshd_config.d/rosd.conf',
      `${NOTE}${lines.join('\n')}\n`,
      0o644,
      ['rancher', 'ssh'],
      TELL_CONSOLE
    )
  ]
}

/** Read by the console's script at its start, at each login prompt and on SIGHUP. */
function consoleSettings(data: CloudConfig): SystemFile {
  const { autologin = [], disable = [], ssh } = data.rancher ?? {}
  const terminals = disable.includes('autologin') ? [] : autologin.map((name) => name.replace(/^\/dev\//, ''))
  const text = `${NOTE}AUTOLOGIN=${quoted(terminals.join(' '))}\nSSH_DAEMON=${ssh?.daemon !== false}\n`
  return systemFile('/run/ros/console.env', text, 0o644, ['rancher'], TELL_CONSOLE)
}

/** Proxies for login shells, as they are spelled. */
function proxies(data: CloudConfig): readonly SystemFile[] {
  const lines = proxiesOf(data).map(([name, value]) => `export ${name}=${quoted(value)}\n`)
  return lines.length === 0
    ? []
    : [systemFile('/etc/profile.d/proxy.sh', `${NOTE}${lines.join('')}`, 0o644, ['rancher', 'environment'])]
}

/** `rancher.environment.PATH`: directories between commas, searched after the usual ones. */
function searchPath(data: CloudConfig): readonly SystemFile[] {
  const { PATH: upper, path: lower } = data.rancher?.environment ?? {}
  const directories = (upper ?? lower ?? '')
    .split(/[,:]/)
    .map((directory) => directory.trim())
    .filter((directory) => directory.startsWith('/'))
  if (directories.length === 0) return []
  const text = `${NOTE}export PATH="$PATH":${directories.map(quoted).join(':')}\n`
  return [
    systemFile('/etc/profile.d/path.sh', text, 0o644, ['rancher', 'environment', upper === undefined ? 'path' : 'PATH'])
  ]
}

function tlsKeys(data: CloudConfig): readonly SystemFile[] {
  const docker = data.rancher?.docker
  if (docker?.tls !== true) return []
  return (['ca_cert', 'ca_key', 'server_cert', 'server_key'] as const).flatMap((name) => {
    const text = docker[name]?.trim() ?? ''
    return text === '' ? [] : systemFile(TLS_FILES[name], `${text}\n`, 0o400, ['rancher', 'docker', name])
  })
}

/** `docker-NAME` for every engine beside User Docker. */
function engineCommands(data: CloudConfig): readonly SystemFile[] {
  return Object.entries(data.rancher?.services ?? {}).flatMap(([service, { labels }]) => {
    const engine = createdEngine(labels)
    if (engine === null || typeof engine === 'string') return []
    const { name } = engine
    return [systemFile(wrapperOf(name), wrapperText(name), 0o755, ['rancher', 'services', service])]
  })
}

/** What each engine reads again without a new start. */
function engineFiles(data: CloudConfig): readonly SystemFile[] {
  return (['system', 'user'] as const).flatMap((scope) => {
    const { file, text } = engineSettings(scope, data)
    const name = scope === 'system' ? 'system_docker' : 'docker'
    if (file === null || (scope === 'user' && data.rancher?.services?.docker === undefined)) return []
    return systemFile(file, text, 0o644, ['rancher', name], {
      container: scope === 'system' ? null : 'docker',
      by: 'hangup'
    })
  })
}

/** What `mmcli --simple-connect` is given for each modem, for a service that connects. Passwords may be in it. */
function modems(data: CloudConfig): readonly SystemFile[] {
  return Object.entries(data.rancher?.network?.modem_networks ?? {}).map(
    ([name, { apn = '', extra_args: more = '' }]) => {
      const words = [apn === '' ? '' : `apn=${apn}`, ...more.split(',').map((word) => word.trim())]
      const text = `${words.filter((word) => word !== '').join(',')}\n`
      return systemFile(`/run/ros/modem/${name}.connect`, text, 0o600, ['rancher', 'network', 'modem_networks', name])
    }
  )
}

/** One word for a POSIX shell, whatever it holds. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
