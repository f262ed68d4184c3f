import { type Variable, variables } from './metadata.ts'
import { type Problem, problem } from './problem.ts'
import type { Source } from './source.ts'
import { isList, isMap, type Tree } from './tree.ts'

/** `$private_ipv4` and its like, and the backslash before one that is meant as it stands. */
const pattern = new RegExp(`(\\\\?)\\$(${variables.join('|')})(?![A-Za-z0-9_])`, 'g')

/**
 * Fills the machine's addresses in wherever a value names them (RancherOS: config/cloudinit/initialize/env.go). One that
 * nobody told stands for nothing, as there, and that is remarked upon.
 */
export function substitute(
  source: Source,
  tree: Tree,
  known: ReadonlyMap<Variable, string>
): { readonly tree: Tree; readonly problems: readonly Problem[] } {
  if (source.text.search(pattern) === -1) return { tree, problems: [] }
  const problems: Problem[] = []
  const told = new Set<string>()
  const filled = (here: Tree): Tree => {
    const { value } = here
    if (isList(value)) return { ...here, value: value.map(filled) }
    if (isMap(value)) return { ...here, value: new Map([...value].map(([key, child]) => [key, filled(child)])) }
    if (typeof value !== 'string' || value.search(pattern) === -1) return here
    const text = value.replaceAll(pattern, (whole, escape: string, name: Variable) => {
      if (escape !== '') return whole.slice(1)
      const address = known.get(name)
      if (address === undefined && !told.has(name)) {
        told.add(name)
        problems.push(unknown(source, here.at, name))
      }
      return address ?? ''
    })
    return { layer: here.layer, key: here.key, at: here.at, value: text }
  }
  return { tree: filled(tree), problems }
}

function unknown(source: Source, offset: number, name: Variable): Problem {
  return problem(source, offset, {
    code: 'ROS_DOC_NO_ADDRESS',
    severity: 'warning',
    message: `\`$${name}\` is not known here, and stands for nothing`,
    expected: "an address in the machine's metadata",
    fix: `write the address itself, or \`\\$${name}\` where these characters are meant`
  })
}
