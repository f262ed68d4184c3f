import { showPath } from './path.ts'
import { type Problem, problem } from './problem.ts'
import { type Path, root, type Shape, step } from './shape.ts'
import type { Source } from './source.ts'
import { isList, isMap, type Tree } from './tree.ts'

/** A warning for each key that is valid and that nothing reads, or nothing yet: it is never silently ignored. */
export function notActed(source: Source, tree: Tree): readonly Problem[] {
  return [...unread(source, tree, root, [])]
}

function* unread(source: Source, tree: Tree, shape: Shape, path: Path): Generator<Problem> {
  if (tree.value === null) return
  if (shape.inert !== undefined) {
    yield problem(source, tree.key, {
      code: 'ROS_DOC_INERT',
      severity: 'warning',
      key: showPath(path),
      message: `has no effect: ${shape.inert}`,
      secret: shape.secret ?? false
    })
    return
  }
  if (shape.later === true) {
    yield problem(source, tree.key, {
      code: 'ROS_DOC_NOT_ACTED',
      severity: 'warning',
      key: showPath(path),
      message: 'is valid, and nothing acts on it yet',
      secret: shape.secret ?? false
    })
    return
  }
  const { value } = tree
  const children: Iterable<readonly [string | number, Tree]> = isMap(value)
    ? value
    : isList(value)
      ? value.entries()
      : []
  for (const [key, child] of children) {
    const next = step(shape, key)
    if (next !== undefined) yield* unread(source, child, next, [...path, key])
  }
}
