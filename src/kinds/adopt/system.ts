// What adopting means for kernel parameters, modules, the host name, keys, files, mounts and swap areas. Pure. A sentence says
// why it can not be.
import { type Adoption, type AdoptQuestion, setting } from '../../core/adoption.ts'
import { moduleName } from '../../core/modules.ts'
import { isSwap, mountOf } from '../../core/mounts.ts'
import { nameOf } from '../../core/resource.ts'
import { dotted, tidy } from '../../core/sysctl-name.ts'
import { wantedFile } from '../../core/write-files.ts'
import type { Value } from '../../document/value.ts'

export function adoptSysctl({ key, seen, desired }: AdoptQuestion<'sysctl'>): Adoption | string {
  const name = nameOf(key)
  if (seen === null) return `the kernel has no parameter ${name}`
  // As it is spelled in the document already.
  const known = Object.keys(desired.data.rancher?.sysctl ?? {}).find((one) => dotted(one.trim()) === name)
  const number = Number(seen.value)
  return setting(['rancher', 'sysctl', known ?? name], String(number) === seen.value ? number : tidy(seen.value))
}

export function adoptModule({ key, seen, desired }: AdoptQuestion<'module'>): Adoption | string {
  const name = nameOf(key)
  if (seen === null) return `module ${name} is not loaded`
  const listed = desired.data.rancher?.modules ?? []
  if (listed.some((entry) => moduleName(entry) === name)) return AS_IT_IS
  return setting(['rancher', 'modules'], [...listed, name])
}

export function adoptHostname({ seen }: AdoptQuestion<'hostname'>): Adoption | string {
  return seen === null ? 'the machine has no host name' : setting(['hostname'], seen.name)
}

export function adoptHosts({ seen }: AdoptQuestion<'hosts'>): Adoption | string {
  const found = (seen?.lines ?? []).map((line) => line.split(' '))
  const names = Object.fromEntries(found.map(([address = '', ...rest]) => [address, rest]))
  return setting(['rancher', 'network', 'hosts'], found.length === 0 ? undefined : names)
}

export function adoptSshKeys({ key, seen }: AdoptQuestion<'ssh-key'>): Adoption | string {
  return seen === null ? `${nameOf(key)} has no authorized_keys` : setting(['ssh_authorized_keys'], [...seen.keys])
}

export function adoptFile({ key, want, seen, desired }: AdoptQuestion<'file'>): Adoption | string {
  const name = nameOf(key)
  if (seen === null || seen.sha256 === '') return `there is no plain file ${name}`
  const entries = desired.data.write_files ?? []
  const at = entries.findLastIndex((entry) => wantedFile(entry).key === key)
  const [, container, path = name] = /^([^/]+):(\/.*)$/s.exec(name) ?? []
  const content = want !== null && seen.sha256 === want.spec.sha256 && at !== -1 ? {} : contentOf(seen.content)
  if (content === null) return `${name} is too large to be written into the document`
  const { encoding: _encoding, ...rest } = entries[at] ?? { path }
  const entry = {
    ...('content' in content ? rest : entries[at]),
    ...(container === undefined ? {} : { container }),
    path: entries[at]?.path ?? path,
    ...content,
    permissions: `0${seen.mode.toString(8).padStart(3, '0')}`,
    owner: `${seen.users[0] ?? seen.uid}:${seen.groups[0] ?? seen.gid}`
  }
  return setting(['write_files'], put(entries as readonly unknown[] as readonly Value[], at, entry as Value)) // both plain data
}

/** As text where that gives the same bytes, else as base64; null: it is not known. */
function contentOf(base64: string | null): { readonly content: string; readonly encoding?: string } | null {
  if (base64 === null) return null
  const bytes = Buffer.from(base64, 'base64')
  const text = bytes.toString('utf8')
  const plain = Buffer.from(text, 'utf8').equals(bytes) && !/(?![\t\n])\p{Cc}/u.test(text)
  return plain ? { content: text } : { content: base64, encoding: 'base64' }
}

/** What is not there any more is taken out of the list. */
export function adoptMount({ key, want, seen, desired }: AdoptQuestion<'mount'>): Adoption | string {
  const target = nameOf(key)
  const entries = desired.data.mounts ?? []
  const at = entries.findLastIndex((entry) => !isSwap(entry) && mountOf(entry).target === target)
  if (seen === null) return at === -1 ? `nothing is mounted on ${target}` : setting(['mounts'], drop(entries, at))
  const source = seen.given?.source ?? (want?.spec.type === seen.type ? want.spec.source : seen.sources[0])
  if (source === undefined) return `what is mounted on ${target} has no name`
  const bind = seen.given?.type === 'bind'
  const options = seen.options.filter((word) => word !== 'rw' && word !== 'relatime')
  const entry = [source, target, bind ? 'none' : seen.type, [...(bind ? ['bind'] : []), ...options].join(',')]
  return setting(['mounts'], put(entries, at, entry))
}

export function adoptSwap({ key, seen, desired }: AdoptQuestion<'swap'>): Adoption | string {
  const source = nameOf(key)
  const entries = desired.data.mounts ?? []
  const at = entries.findLastIndex((entry) => isSwap(entry) && entry[0]?.trim() === source)
  if (seen === null) return at === -1 ? `${source} is no swap area in use` : setting(['mounts'], drop(entries, at))
  // The kernel counts down from -2 where nobody said a priority.
  const words = seen.priority < 0 ? [] : [`pri=${seen.priority}`]
  return setting(['mounts'], put(entries, at, [source, 'none', 'swap', ...words]))
}

const AS_IT_IS = 'it is as the document says'

/** In the place of the element, or behind all. */
function put(list: readonly Value[], at: number, element: Value): Value {
  return at === -1 ? [...list, element] : list.toSpliced(at, 1, element)
}

function drop(list: readonly Value[], at: number): Value {
  return list.toSpliced(at, 1)
}
