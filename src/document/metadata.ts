import { parse } from './parse.ts'
import { isList, isMap, type Tree, treeAt } from './tree.ts'

/** Names that stand for addresses of the machine in every file of the document, as `$private_ipv4`. */
export const variables = ['public_ipv4', 'private_ipv4', 'public_ipv6', 'private_ipv6'] as const
export type Variable = (typeof variables)[number]

/** What a data source says about the machine it runs on (RancherOS: conf/metadata). */
export interface Metadata {
  /** The whole of it as a tree of keys the document has: `hostname`, `ssh_authorized_keys`, `rancher.resize_device`. */
  readonly tree: Tree
  readonly addresses: ReadonlyMap<Variable, string>
}

/**
 * The text of conf/metadata, a machine's file: what is not understood is passed over. RancherOS wrote the names of
 * its structure in lower case (`publicipv4`, `sshpublickeys`, `rootdisk`); a state partition of it still holds them.
 */
export function metadataOf(text: string, layer: number): Metadata {
  const { tree } = parse('metadata', text, layer)
  const at = (...names: readonly string[]): Tree | undefined =>
    names.map((name) => treeAt(tree ?? undefined, [name])).find((found) => found !== undefined)
  const addresses = new Map(
    variables.flatMap((name) => {
      const value = at(name, name.replaceAll('_', ''))?.value
      return typeof value === 'string' && value !== '' ? [[name, value] as const] : []
    })
  )
  const none: Tree = { layer, key: 0, at: 0, value: new Map() }
  const hostname = at('hostname')
  const keys = at('ssh_authorized_keys', 'sshpublickeys')
  const disk = at('resize_device', 'rootdisk')
  const entries: [string, Tree][] = []
  if (isText(hostname)) entries.push(['hostname', hostname])
  const list = keys === undefined ? [] : textsOf(keys)
  if (keys !== undefined && list.length > 0) entries.push(['ssh_authorized_keys', { ...keys, value: list }])
  if (isText(disk)) entries.push(['rancher', { ...disk, value: new Map([['resize_device', disk]]) }])
  return { tree: { ...none, value: new Map(entries) }, addresses }
}

function isText(tree: Tree | undefined): tree is Tree {
  return typeof tree?.value === 'string' && tree.value !== ''
}

/** A list of keys, or a map of them by name, in the order of the names. */
function textsOf({ value }: Tree): readonly Tree[] {
  if (isList(value)) return value.filter(isText)
  if (!isMap(value)) return []
  return [...value]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, tree]) => tree)
    .filter(isText)
}

/**
 * The merged document with what metadata adds: a host name and a disk to grow where no file names any, and public keys after
 * the document's own. A lease's host name is no `hostname` of the document: the cloud knows the machine's name better.
 */
export function withMetadata(tree: Tree, about: Tree): Tree {
  const top = new Map(isMap(tree.value) ? tree.value : [])
  const hostname = treeAt(about, ['hostname'])
  if (hostname !== undefined && !top.has('hostname')) top.set('hostname', hostname)
  const keys = treeAt(about, ['ssh_authorized_keys'])
  if (keys !== undefined) top.set('ssh_authorized_keys', appended(top.get('ssh_authorized_keys'), keys))
  const disk = treeAt(about, ['rancher', 'resize_device'])
  if (disk !== undefined && treeAt(tree, ['rancher', 'resize_device']) === undefined) {
    const rancher = top.get('rancher') ?? { ...disk, value: new Map<string, Tree>() }
    const inner = isMap(rancher.value) ? rancher.value : new Map<string, Tree>()
    top.set('rancher', { ...rancher, value: new Map(inner).set('resize_device', disk) })
  }
  return { ...tree, value: top }
}

/** A key that is there already, be it with another comment, is not added. */
function appended(before: Tree | undefined, keys: Tree): Tree {
  const own = before !== undefined && isList(before.value) ? before.value : []
  const body = ({ value }: Tree) => (typeof value === 'string' && /(?:^|\s)(\S+ AAAA\S+)/.exec(value)?.[1]) || value
  const known = new Set(own.map(body))
  const added = isList(keys.value) ? keys.value.filter((key) => !known.has(body(key))) : []
  return { ...(before ?? keys), value: [...own, ...added] }
}
