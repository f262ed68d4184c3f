import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import type { Apt, DebianPackage } from './apt.ts'
import { run, start } from './command.ts'
import type { Kernel } from './kernel.ts'
import { top } from './paths.ts'
import type { Progress } from './progress.ts'

const tools = ['gcc', 'make', 'flex', 'bison', 'bc', 'libelf-dev', 'libssl-dev']

/** What would otherwise differ from build to build (Documentation/kbuild/reproducible-builds). */
const fixed = {
  KBUILD_BUILD_TIMESTAMP: '2026-01-01',
  KBUILD_BUILD_USER: 'rosd',
  KBUILD_BUILD_HOST: 'rosd',
  KBUILD_BUILD_VERSION: '1'
}

/**
 * Builds a kernel of our own from Debian's source: every option of `config` over allnoconfig, everything built in. Takes
 * about ten minutes on two processors; the result is kept by source version and options.
 * @throws if the source does not accept one of the options, naming it
 */
export async function compileKernel(
  apt: Apt,
  source: DebianPackage,
  config: string,
  cache: string,
  progress: Progress
): Promise<Kernel> {
  if (!existsSync(config)) throw new Error(`${config} is missing: it lists the kernel's options`)
  const wanted = readFileSync(config, 'utf8')
  const key = createHash('sha256')
    .update(JSON.stringify([wanted, fixed]))
    .digest('hex')
    .slice(0, 12)
  const done = join(cache, 'kernel', `${source.name}_${source.version}_${key}`)
  if (!existsSync(done)) await compile(apt, source, wanted, done, progress)
  const release = readFileSync(join(done, 'release'), 'utf8')
  return { release, vmlinuz: join(done, 'vmlinuz'), usr: join(done, 'usr'), packages: [source] }
}

async function compile(
  apt: Apt,
  source: DebianPackage,
  wanted: string,
  done: string,
  progress: Progress
): Promise<void> {
  run([process.execPath, join(top, 'src/setup/setup.mjs'), '--quiet', `--with=${tools.join(',')}`])
  const [from = ''] = await apt.unpack([source])
  const work = `${done}.work`
  const tree = join(work, 'source')
  rmSync(work, { recursive: true, force: true })
  mkdirSync(tree, { recursive: true })
  await progress.step('unpack the source', () =>
    start(['tar', '-xf', join(from, `usr/src/${source.name}.tar.xz`), '-C', tree, '--strip-components=1'])
  )
  const wantedFile = join(work, 'wanted.config')
  writeFileSync(wantedFile, wanted)
  run(['make', 'allnoconfig'], { cwd: tree, env: { ...fixed, KCONFIG_ALLCONFIG: wantedFile } })
  const refused = refusedOptions(wanted, readFileSync(join(tree, '.config'), 'utf8'))
  if (refused.length > 0) {
    throw new Error(`linux.config: ${source.name} ${source.version} does not take ${refused.join(', ')}`)
  }

  const say = counter(progress)
  await progress.step('compile the kernel', () =>
    start(['nice', 'make', `-j${cpus().length}`, 'bzImage', 'modules'], { cwd: tree, env: fixed }, say)
  )
  const release = run(['make', '-s', 'kernelrelease'], { cwd: tree, env: fixed }).trim()
  const partial = join(work, 'result')
  const modules = join(partial, 'usr/lib/modules', release)
  mkdirSync(modules, { recursive: true })
  copyFileSync(join(tree, 'arch/x86/boot/bzImage'), join(partial, 'vmlinuz'))
  // No modules, yet the lists: they tell modprobe that what is asked for is built in.
  for (const name of ['modules.builtin', 'modules.builtin.modinfo', 'modules.order']) {
    if (existsSync(join(tree, name))) copyFileSync(join(tree, name), join(modules, name))
  }
  run(['depmod', '-b', join(partial, 'usr'), release])
  writeFileSync(join(partial, 'release'), release)
  mkdirSync(dirname(done), { recursive: true })
  renameSync(partial, done)
  progress.say(`kernel ${release}: ${(statSync(join(done, 'vmlinuz')).size / 1e6).toFixed(1)} MB`)
  rmSync(work, { recursive: true, force: true })
}

/**
 * Options of `wanted` that `config` does not have as wanted. Kconfig drops without a word what it does not know or what
 * depends on something missing.
 */
export function refusedOptions(wanted: string, config: string): string[] {
  const has = new Set(config.split('\n').map((line) => line.trim()))
  return wanted
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^CONFIG_\w+=/.test(line))
    .filter((line) => (line.endsWith('=n') ? has.has(line.replace('=n', '=y')) : !has.has(line)))
}

// The kernel's build prints one line per file; a line of ours every half a minute is enough.
function counter(progress: Progress): (text: string) => void {
  let files = 0
  let told = performance.now()
  return (text) => {
    files += text.split('\n').length - 1
    if (performance.now() - told < 30_000) return
    told = performance.now()
    progress.say(`  ${files} files compiled`)
  }
}
