import { type Problem, problem } from './problem.ts'
import type { Source } from './source.ts'
import { isMap, type Tree } from './tree.ts'

/**
 * Takes out of a file what counts on the kernel command line alone. A password in a file would lie on the disk of every
 * machine the file was ever copied to; RancherOS never read it from there either.
 */
export function withoutLineOnly(
  source: Source,
  tree: Tree
): { readonly tree: Tree; readonly problems: readonly Problem[] } {
  const rancher = isMap(tree.value) ? tree.value.get('rancher') : undefined
  const password = rancher !== undefined && isMap(rancher.value) ? rancher.value.get('password') : undefined
  if (!isMap(tree.value) || rancher === undefined || !isMap(rancher.value) || password === undefined)
    return { tree, problems: [] }
  const rest = new Map(rancher.value)
  rest.delete('password')
  const found = problem(source, password.key, {
    code: 'ROS_DOC_LINE_ONLY',
    severity: 'warning',
    key: 'rancher.password',
    message: 'counts on the kernel command line only, and is left out',
    fix: 'use ssh_authorized_keys, or set `rancher.password=…` on the kernel command line',
    secret: true
  })
  return {
    tree: { ...tree, value: new Map(tree.value).set('rancher', { ...rancher, value: rest }) },
    problems: [found]
  }
}
