import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { start } from './command.ts'
import { type CpioEntry, writeCpio } from './cpio.ts'
import type { Kernel } from './kernel.ts'
import { loadOrder, moduleName, parseDependencies } from './kernel-rules.ts'

const directory = 0o040755
const program = 0o100755
const plain = 0o100644
const link = 0o120777

/** Applets that the two scripts of the initrd and a person in its recovery shell use. */
const applets =
  'cat cp cttyhack dd dmesg env find grep head insmod ls lsmod mkdir mount mv poweroff ps reboot rm sed setsid sh ' +
  'sleep switch_root tail tr umount usleep vi'

/** What an initrd is made of. */
export interface InitrdParts {
  readonly busybox: string
  /** Directory with `init` and `enter`. */
  readonly scripts: string
  readonly kernel: Kernel
  /** Names of modules to load, dependencies excepted. */
  readonly modules: readonly string[]
}

/** The entries of the archive, parents before children, in an order that depends on nothing but `parts`. */
export function initrdEntries(parts: InitrdParts): CpioEntry[] {
  const modules = join(parts.kernel.usr, 'lib/modules', parts.kernel.release)
  const all = parseDependencies(readFileSync(join(modules, 'modules.dep'), 'utf8'))
  const builtin = readFileSync(join(modules, 'modules.builtin'), 'utf8').split('\n').map(moduleName)
  const order = loadOrder(all, new Set(builtin), parts.modules)
  const file = (path: string, from: string, mode = plain): CpioEntry => ({ path, mode, body: readFileSync(from) })
  return [
    ...['bin', 'dev', 'modules', 'new', 'proc', 'ro', 'rw', 'sys'].map((path) => ({ path, mode: directory })),
    file('bin/busybox', parts.busybox, program),
    ...applets.split(' ').map((name) => ({ path: `bin/${name}`, mode: link, body: Buffer.from('busybox') })),
    file('init', join(parts.scripts, 'init'), program),
    file('enter', join(parts.scripts, 'enter'), program),
    { path: 'modules/list', mode: plain, body: Buffer.from(order.map((path) => `${moduleName(path)}.ko\n`).join('')) },
    ...order.map((path) => file(`modules/${moduleName(path)}.ko`, join(modules, path)))
  ]
}

/** Writes the initrd, compressed as every kernel of ours can read it. No device node is needed: the kernel makes its own. */
export async function writeInitrd(parts: InitrdParts, out: string, fast: boolean): Promise<void> {
  const plainFile = `${out}.cpio`
  writeFileSync(plainFile, writeCpio(initrdEntries(parts)))
  // One thread: with more, zstd cuts the input into jobs and the bytes could differ between machines.
  await start([
    'zstd',
    '-q',
    '-f',
    fast ? '-3' : '-19',
    '--no-progress',
    '--single-thread',
    '--rm',
    plainFile,
    '-o',
    out
  ])
  // A second archive may be appended (PXE: the root itself); the kernel only recognises it at a multiple of four.
  truncateSync(out, Math.ceil(statSync(out).size / 512) * 512)
}
