// Lays rootfs/, and the directories and links of src/image/rootfs.yml, over Buildroot's target directory. Files of the
// same name that packages left there give way; so does /etc as Buildroot's skeleton has it.
import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { osRelease } from '../../../src/image/assemble.ts'
import { parseRootRules, readData } from '../../../src/image/package-list.ts'
import { top } from '../../../src/image/paths.ts'
import { filesBelow, layRootfs } from '../../../src/image/root-tree.ts'

const [target] = process.argv.slice(2)
if (target === undefined) throw new Error('usage: post-build.ts TARGET_DIR')
const rules = parseRootRules(readData('rootfs.yml'))
const rootfs = join(top, 'rootfs')
for (const path of [...filesBelow(rootfs), ...rules.links.keys()]) {
  const there = lstatSync(join(target, path), { throwIfNoEntry: false })
  if (there?.isDirectory() === true && !rules.links.has(path)) {
    throw new Error(`${path} is a directory in the target and a file in rootfs/`)
  }
  if (there !== undefined) rmSync(join(target, path), { recursive: true })
}
for (const name of rules.busyboxWithout) {
  for (const dir of ['usr/bin', 'usr/sbin']) {
    const applet = lstatSync(join(target, dir, name), { throwIfNoEntry: false })
    if (applet?.isSymbolicLink() === true) rmSync(join(target, dir, name))
  }
}
layRootfs(target, rootfs, rules)

const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { readonly version: string }
writeFileSync(join(target, 'usr/lib/os-release'), osRelease(version))
