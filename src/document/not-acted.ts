import { showPath } from './path.ts'
import { type Complaint, type Problem, problem } from './problem.ts'
import { type Path, root, type Shape, step } from './shape.ts'
import type { Source } from './source.ts'
import { isList, isMap, type Tree } from './tree.ts'

/** A warning for each key that is valid and that nothing reads, or nothing yet: it is never silently ignored. */
export function notActed(source: Source, tree: Tree): readonly Problem[] {
  const problems: Problem[] = []
  unread(tree, root, [], (offset, path, complaint) => {
    problems.push(problem(source, offset, { ...complaint, severity: 'warning', key: showPath(path) }))
  })
  return problems
}

type Tell = (offset: number, path: Path, complaint: Complaint) => void

/** `path` is that of the tree, and as it was when this is done. */
function unread(tree: Tree, shape: Shape, path: (string | number)[], tell: Tell): void {
  const { key: offset, value } = tree
  const secret = shape.secret ?? false
  if (value === null) return
  if (shape.inert !== undefined) {
    return tell(offset, path, { code: 'ROS_DOC_INERT', message: `has no effect: ${shape.inert}`, secret })
  }
  if (shape.later === true) {
    return tell(offset, path, { code: 'ROS_DOC_NOT_ACTED', message: 'is valid, and nothing acts on it yet', secret })
  }
  const inside = (child: Tree, key: string | number): void => {
    const next = step(shape, key)
    if (next === undefined) return
    path.push(key)
    unread(child, next, path, tell)
    path.pop()
  }
  if (isMap(value) || isList(value)) value.forEach(inside)
}
