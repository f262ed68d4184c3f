import { matchesGlob } from 'node:path'
import { parse } from 'yaml'
import { list, mapping, only } from './package-list.ts'

/** The kernels the image can be built with. */
export const flavours = ['cloud', 'generic', 'small'] as const
export type Flavour = (typeof flavours)[number]

/** One kernel of `modules.yml`. Exactly one of `package` and `source` is not empty. */
export interface KernelRules {
  readonly package: string
  readonly source: string
  /** For every kernel; those of `drop` and `keep` are this kernel's own and must match something. */
  readonly dropEverywhere: readonly string[]
  readonly drop: readonly string[]
  readonly keep: readonly string[]
  readonly initrd: readonly string[]
}

/** Whether `word` names a kernel. */
export function isFlavour(word: string): word is Flavour {
  return (flavours as readonly string[]).includes(word)
}

/** @throws naming file and key of what is not as the head of `modules.yml` describes */
export function parseKernelRules(text: string, flavour: Flavour, file = 'modules.yml'): KernelRules {
  const said = mapping(parse(text), file)
  only(said, ['everywhere', 'kernels'], file)
  const everywhere = mapping(said.everywhere, `${file}: everywhere`)
  only(everywhere, ['drop'], `${file}: everywhere`)
  const at = `${file}: kernels.${flavour}`
  const kernel = mapping(mapping(said.kernels, `${file}: kernels`)[flavour], at)
  only(kernel, ['package', 'source', 'drop', 'keep', 'initrd'], at)
  const word = (key: string): string => (typeof kernel[key] === 'string' ? kernel[key] : '')
  if ((word('package') === '') === (word('source') === '')) throw new Error(`${at}: name either a package or a source`)
  return {
    package: word('package'),
    source: word('source'),
    dropEverywhere: list(everywhere.drop, `${file}: everywhere.drop`),
    drop: list(kernel.drop, `${at}.drop`),
    keep: list(kernel.keep, `${at}.keep`),
    initrd: list(kernel.initrd, `${at}.initrd`)
  }
}

/** `kernel/fs/xfs/xfs.ko.xz` and what it needs, as modules.dep(5) has it. */
export type Dependencies = ReadonlyMap<string, readonly string[]>

/** Reads `modules.dep`, `module: what it needs, nearest first`; also out of all that `depmod -n` prints. */
export function parseDependencies(text: string): Dependencies {
  return new Map(
    text
      .split('\n')
      .filter((line) => /^\S+\.ko(\.\w+)?:/.test(line))
      .map((line) => {
        const [path = '', rest = ''] = line.split(':')
        return [
          path,
          rest
            .trim()
            .split(' ')
            .filter((word) => word !== '')
        ]
      })
  )
}

/**
 * The modules kept under `rules`: all not dropped, and whatever those depend on, dropped or not. Sorted.
 * @throws if one of this kernel's own patterns matches no module
 */
export function keptModules(all: Dependencies, rules: KernelRules): string[] {
  const paths = [...all.keys()]
  for (const pattern of [...rules.drop, ...rules.keep]) {
    if (!paths.some((path) => matches(path, pattern))) {
      throw new Error(`modules.yml: ${rules.package}: no module matches ${pattern}`)
    }
  }
  const drop = [...rules.dropEverywhere, ...rules.drop]
  const kept = paths.filter(
    (path) => !drop.some((pattern) => matches(path, pattern)) || rules.keep.some((pattern) => matches(path, pattern))
  )
  return [...new Set(kept.flatMap((path) => [path, ...(all.get(path) ?? [])]))].toSorted()
}

/**
 * What insmod must load for `names`, in order, each once.
 * @param builtin names built into the kernel, as `modules.builtin` has them
 * @throws if a name is neither a module nor built in
 */
export function loadOrder(all: Dependencies, builtin: ReadonlySet<string>, names: readonly string[]): string[] {
  const byName = new Map([...all.keys()].map((path) => [moduleName(path), path]))
  const order = new Set<string>()
  for (const name of names.map(moduleName)) {
    const path = byName.get(name)
    if (path === undefined && !builtin.has(name)) {
      throw new Error(`modules.yml: initrd: this kernel has no module ${name}, neither kept nor built in`)
    }
    if (path !== undefined) for (const one of [...(all.get(path) ?? []).toReversed(), path]) order.add(one)
  }
  return [...order]
}

/** `kernel/net/8021q/8021q.ko.xz` -> `net/8021q/8021q` */
export function modulePath(path: string): string {
  return path.replace(/^kernel\//, '').replace(/\.ko(\.\w+)?$/, '')
}

/** The name the kernel knows a module by: `-` and `_` are the same to it. */
export function moduleName(path: string): string {
  return (modulePath(path).split('/').at(-1) ?? '').replaceAll('-', '_')
}

function matches(path: string, pattern: string): boolean {
  const name = modulePath(path)
  return name === pattern || matchesGlob(name, pattern) || matchesGlob(name, `${pattern}/**`)
}
