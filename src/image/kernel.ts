import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import type { Apt, DebianPackage } from './apt.ts'
import { run, start } from './command.ts'
import { keptModules, type KernelRules, parseDependencies } from './kernel-rules.ts'
import { filesBelow } from './root-tree.ts'

/** A kernel ready to be put into an image. */
export interface Kernel {
  /** As `uname -r` prints it. */
  readonly release: string
  readonly vmlinuz: string
  /** Holds `lib/modules/RELEASE` with uncompressed, stripped modules and depmod's indexes. */
  readonly usr: string
  readonly packages: readonly DebianPackage[]
}

/**
 * The package with the current kernel or its source, by the dependency of Debian's meta package: the name changes with
 * every ABI.
 */
export function findKernelPackage(apt: Apt, rules: KernelRules): DebianPackage {
  const meta = rules.package === '' ? rules.source : rules.package
  const name = apt.show([meta])[0]?.depends.find((word) => /^linux-(image|source)-\d/.test(word))
  const [found] = name === undefined ? [] : apt.show([name])
  if (found === undefined) throw new Error(`${meta} depends on no package with a kernel's version in its name`)
  return found
}

/**
 * Takes Debian's kernel: modules trimmed, decompressed and stripped of debugging data (a module loads ten times faster
 * uncompressed in an emulated machine, and squashfs packs it better than its own xz did).
 * @param cache directory that keeps the result, by version and rules
 */
export async function takeKernel(apt: Apt, one: DebianPackage, rules: KernelRules, cache: string): Promise<Kernel> {
  const [from = ''] = await apt.unpack([one])
  const release = readdirSync(join(from, 'usr/lib/modules'))[0] ?? ''
  const key = createHash('sha256')
    .update(JSON.stringify([rules.dropEverywhere, rules.drop, rules.keep]))
    .digest('hex')
    .slice(0, 12)
  const done = join(cache, 'kernel', `${one.name}_${one.version}_${key}`)
  const kernel: Kernel = { release, vmlinuz: join(done, 'vmlinuz'), usr: join(done, 'usr'), packages: [one] }
  if (existsSync(done)) return kernel

  const partial = `${done}.partial`
  rmSync(partial, { recursive: true, force: true })
  const modules = join('lib/modules', release)
  const original = join(from, 'usr', modules)
  mkdirSync(join(partial, 'usr', modules), { recursive: true })
  copyFileSync(join(from, 'boot', `vmlinuz-${release}`), join(partial, 'vmlinuz'))
  const all = parseDependencies(run(['depmod', '-n', '-b', join(from, 'usr'), release]))
  for (const path of keptModules(all, rules)) copyModuleFile(original, join(partial, 'usr', modules), path)
  for (const name of ['modules.builtin', 'modules.builtin.modinfo', 'modules.order']) {
    copyModuleFile(original, join(partial, 'usr', modules), name)
  }
  await expand(join(partial, 'usr', modules))
  const said = run(['depmod', '-b', join(partial, 'usr'), release], { both: true })
  if (said.trim() !== '') throw new Error(`${one.name}: depmod complains: ${said.trim()}`)
  renameSync(partial, done)
  return kernel
}

/** Bytes of all modules of a kernel. */
export function modulesSize(kernel: Kernel): number {
  const dir = join(kernel.usr, 'lib/modules', kernel.release)
  return filesBelow(dir).reduce((sum, path) => sum + statSync(join(dir, path)).size, 0)
}

function copyModuleFile(from: string, to: string, path: string): void {
  mkdirSync(dirname(join(to, path)), { recursive: true })
  copyFileSync(join(from, path), join(to, path))
}

async function expand(dir: string): Promise<void> {
  const packed = filesBelow(dir).filter((path) => path.endsWith('.ko.xz'))
  await inParallel(packed, (some) => start(['xz', '-d', ...some], { cwd: dir }))
  const plain = filesBelow(dir).filter((path) => path.endsWith('.ko'))
  await inParallel(plain, (some) => start(['strip', '-g', ...some], { cwd: dir }))
}

async function inParallel(paths: readonly string[], work: (some: readonly string[]) => Promise<string>): Promise<void> {
  const heaps = cpus().map((_, i) => paths.filter((_path, j) => j % cpus().length === i))
  await Promise.all(heaps.filter((some) => some.length > 0).map(work))
}
