import { parse } from '../document/parse.ts'
import { type Problem, problem } from '../document/problem.ts'
import { isList, isMap } from '../document/tree.ts'

/** What a repository offers, each a list of names. */
export const SECTIONS = ['services', 'consoles', 'engines'] as const

export type Section = (typeof SECTIONS)[number]

export type Index = Readonly<Record<Section, readonly string[]>>

/** A name is also that of a file, and the first letter of its folder. */
const NAME = /^[a-z0-9][\w.-]{0,99}$/i

export function isName(text: string): boolean {
  return NAME.test(text)
}

/** Where the definition of a name lies below the address of its repository. */
export function pathOf(name: string): string {
  return `${name.charAt(0)}/${name}.yml`
}

/**
 * Reads an index.yml. Whoever wrote it is not here to mend it: all that is wrong with it is a warning, and what can be used counts; `sound` is false where it is none at all. Keys that are
 * not known are for other versions.
 */
export function parseIndex(
  name: string,
  text: string
): { readonly index: Index; readonly problems: readonly Problem[]; readonly sound: boolean } {
  const { source, tree, problems } = parse(name, text, 0)
  const told: Problem[] = problems.map((one) => ({ ...one, severity: 'warning' }))
  const tell = (offset: number, message: string, expected: string) =>
    told.push(problem(source, offset, { code: 'ROS_DOC_REPOSITORY', severity: 'warning', message, expected, fix: FIX }))
  const top = tree?.value
  if (tree !== null && top !== undefined && !isMap(top)) tell(tree.at, 'is no index of a repository', LISTS)
  const namesOf = (section: Section): readonly string[] => {
    const list = top !== undefined && isMap(top) ? top.get(section) : undefined
    if (list === undefined || list.value === null) return []
    if (!isList(list.value)) {
      tell(list.key, `\`${section}\` is not a list of names`, LISTS)
      return []
    }
    return list.value.flatMap(({ at, value }) => {
      if (typeof value === 'string' && isName(value)) return [value]
      tell(at, `\`${section}\` holds something that is no name`, 'letters, digits, `_`, `.` and `-`')
      return []
    })
  }
  const index = { services: namesOf('services'), consoles: namesOf('consoles'), engines: namesOf('engines') }
  return { index, problems: told, sound: tree !== null && isMap(tree.value) }
}

const LISTS = 'the keys services, consoles and engines, each a list of names'
const FIX = 'tell whoever keeps the repository'
