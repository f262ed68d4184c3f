// `.dockerignore`: which parts of a folder an engine does not get to see when it builds from it. Pure.

interface Rule {
  readonly pattern: RegExp
  /** False: `!`, what is named comes back. */
  readonly leaves: boolean
}

export interface Ignored {
  (path: string): boolean
  /** Whether something below an ignored folder may come back, so that it has to be looked into. */
  readonly exceptions: boolean
}

/** `path` is relative, without a slash at either end. The last rule that fits counts; one that fits a folder fits all in it. */
export function ignored(text: string): Ignored {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line): readonly Rule[] => {
      if (line.startsWith('#')) return []
      const said = line.trim()
      const leaves = !said.startsWith('!')
      const glob = (leaves ? said : said.slice(1).trim()).replaceAll(/^(\.?\/)+|\/+$/g, '')
      return glob === '' || glob === '.' ? [] : [{ pattern: regular(glob), leaves }]
    })
  const test = (path: string) => rules.findLast(({ pattern }) => pattern.test(path))?.leaves ?? false
  return Object.assign(test, { exceptions: rules.some(({ leaves }) => !leaves) })
}

/** `*` and `?` stay within a folder, `**` does not (Go's filepath.Match, and what the engine adds to it). */
function regular(glob: string): RegExp {
  const parts = glob.matchAll(/\*\*\/|\*\*|\*|\?|\[(\^?)([^\]]+)\]|\\(.)|./g)
  const source = [...parts].map(([part, not = '', set, escaped]) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    if (set !== undefined) return `[${not}${set.replaceAll(/[[\\]/g, '\\$&')}]`
    return (escaped ?? part).replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}(?:/|$)`, 's')
}
