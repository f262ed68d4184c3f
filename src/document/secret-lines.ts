import type { Problem } from './problem.ts'
import { root, type Shape, step } from './shape.ts'
import { placeIn, type Source } from './source.ts'
import { isList, isMap, type Tree } from './tree.ts'

/** Numbers of the lines that hold a part of a secret. */
export function secretLines(source: Source, tree: Tree | null): ReadonlySet<number> {
  const lines = new Set<number>()
  const look = (here: Tree, shape: Shape | undefined, secret: boolean): void => {
    const { value } = here
    const inner = (child: Tree, key: string | number): void => {
      const next = shape && step(shape, key)
      if (next !== undefined || secret) look(child, next, secret || next?.secret === true)
    }
    if (isMap(value) || isList(value)) value.forEach(inner)
    else if (secret && value !== null) {
      const { line } = placeIn(source.starts, here.at)
      for (let more = String(value).split('\n').length; more >= 0; more--) lines.add(line + more)
    }
  }
  if (tree !== null) look(tree, root, root.secret === true)
  return lines
}

/** The problem without the line it is in, where that is one of those: it is told where the mistake is, not what stands there. */
export function unquoted(problem: Problem, lines: ReadonlySet<number>): Problem {
  return lines.has(problem.line) ? { ...problem, source: '', caret: '' } : problem
}
