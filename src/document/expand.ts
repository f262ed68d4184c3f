import { splitWords } from './cmdline.ts'
import type { Layer } from './layers.ts'
import { isMap, type Tree, treeAt } from './tree.ts'

/** What some values mean for others, unless those are set: RancherOS's expansions. */
export function expand(tree: Tree, layers: readonly Layer[]): Tree {
  return extraCmdline(proxies(debug(tree)), layers)
}

/** `rancher.debug: true` means debug of both engines and the log on the console too. */
function debug(tree: Tree): Tree {
  const wanted = treeAt(tree, ['rancher', 'debug'])
  if (wanted?.value !== true) return tree
  const followers = [['docker', 'debug'], ['system_docker', 'debug'], ['log']]
  return followers.reduce((whole, path) => preset(whole, ['rancher', ...path], wanted), tree)
}

/** The network's proxies are for services and shells: in the environment, in both spellings (RancherOS: SetProxyEnvironmentVariables). */
function proxies(tree: Tree): Tree {
  return (['http_proxy', 'https_proxy', 'no_proxy'] as const).reduce((whole, name) => {
    const proxy = treeAt(tree, ['rancher', 'network', name])
    const given = treeAt(tree, ['rancher', 'environment'])?.value
    // One spelling in the environment speaks for both.
    const said = given !== undefined && isMap(given) && (given.has(name) || given.has(name.toUpperCase()))
    if (proxy === undefined || proxy.value === '' || said) return whole
    return [name, name.toUpperCase()].reduce((out, key) => preset(out, ['rancher', 'environment', key], proxy), whole)
  }, tree)
}

/** What stands after `--` on the kernel command line is for services as `${EXTRA_CMDLINE}`; a password is nobody's. */
function extraCmdline(tree: Tree, layers: readonly Layer[]): Tree {
  const at = layers.findIndex(({ kind }) => kind === 'arguments')
  const words = splitWords(layers[at]?.text ?? '').filter((word) => !/^["']?rancher\.password\b/.test(word))
  if (at === -1 || words.length === 0) return tree
  const value: Tree = { layer: at, key: 0, at: 0, value: `/init ${words.join(' ')}` }
  return preset(tree, ['rancher', 'environment', 'EXTRA_CMDLINE'], value)
}

function preset(tree: Tree, path: readonly string[], value: Tree): Tree {
  const [key, ...rest] = path
  if (key === undefined) return tree
  const entries = isMap(tree.value) ? tree.value : new Map<string, Tree>()
  const before = entries.get(key)
  if (rest.length === 0) return before === undefined ? { ...tree, value: new Map(entries).set(key, value) } : tree
  const below = before ?? { ...value, value: new Map<string, Tree>() }
  return { ...tree, value: new Map(entries).set(key, preset(below, rest, value)) }
}
