import type { LayerKind } from './layers.ts'
import { showPath } from './path.ts'
import { type Complaint, type Problem, problem } from './problem.ts'
import type { Source } from './source.ts'
import { isMap, type Tree } from './tree.ts'

type Rule = readonly [path: readonly string[], complaint: Complaint]

/**
 * A password in a file would lie on the disk of every machine the file was ever copied to; RancherOS never read it from
 * there either.
 */
const NOT_IN_FILES: readonly Rule[] = [
  [
    ['rancher', 'password'],
    {
      code: 'ROS_DOC_LINE_ONLY',
      severity: 'warning',
      message: 'counts on the kernel command line only, and is left out',
      fix: 'use ssh_authorized_keys, or set `rancher.password=…` on the kernel command line',
      secret: true
    }
  ]
]

const LATE = {
  code: 'ROS_DOC_TOO_LATE',
  severity: 'warning',
  message: 'is read before this file can be, and is left out'
} as const

/** What the boot needs before it has the state device, on which the layers above the image's lie. */
const NOT_ON_STATE: readonly Rule[] = [
  [['rancher', 'state'], { ...LATE, fix: 'set it on the kernel command line: `rancher.state.dev=…`' }],
  [['rancher', 'recovery'], { ...LATE, fix: 'set it on the kernel command line: `rancher.recovery`' }]
]

const BEFORE_STATE: ReadonlySet<LayerKind> = new Set(['image', 'oem'])

/** Takes out of a file what counts on the kernel command line alone, or comes too late there. */
export function withoutLineOnly(
  source: Source,
  tree: Tree,
  kind: LayerKind
): { readonly tree: Tree; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  let rest = tree
  for (const [path, complaint] of BEFORE_STATE.has(kind) ? NOT_IN_FILES : [...NOT_IN_FILES, ...NOT_ON_STATE]) {
    const taken = without(rest, path)
    if (taken === null) continue
    problems.push(problem(source, taken.out.key, { key: showPath(path), ...complaint }))
    rest = taken.tree
  }
  return { tree: rest, problems }
}

/** A tree without what is at a path, and that; null when nothing is there. */
function without(
  tree: Tree,
  [key = '', ...inner]: readonly string[]
): { readonly tree: Tree; readonly out: Tree } | null {
  const child = isMap(tree.value) ? tree.value.get(key) : undefined
  if (child === undefined || !isMap(tree.value)) return null
  const rest = new Map(tree.value)
  if (inner.length === 0) {
    rest.delete(key)
    return { tree: { ...tree, value: rest }, out: child }
  }
  const below = without(child, inner)
  return below === null ? null : { tree: { ...tree, value: rest.set(key, below.tree) }, out: below.out }
}
