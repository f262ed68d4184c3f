import { isMap, type Tree, treeAt } from './tree.ts'

/** `rancher.debug: true` means debug of both engines and the log on the console too, unless those say otherwise. */
export function expand(tree: Tree): Tree {
  const debug = treeAt(tree, ['rancher', 'debug'])
  if (debug?.value !== true) return tree
  const followers = [['docker', 'debug'], ['system_docker', 'debug'], ['bootstrap_docker', 'debug'], ['log']]
  return followers.reduce((whole, path) => preset(whole, ['rancher', ...path], debug), tree)
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
