import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from './manifest.ts'
import type { ImagePaths } from './paths.ts'
import type { BuiltImage } from './repository.ts'
import { filesBelow } from './root-tree.ts'

/** What the root holds, by first match: label and the paths it stands for. */
export const parts: readonly (readonly [string, RegExp])[] = [
  ['Node.js', /^usr\/bin\/node$/],
  ['agent and ros', /^usr\/lib\/rosd\/[^/]*(cjs|node)$|^usr\/lib\/rosd\/cache\//],
  ['engines (dockerd, containerd, runc)', /^usr\/s?bin\/(dockerd|containerd.*|runc|docker-init)$/],
  ['docker command', /^usr\/bin\/docker$/],
  ['kernel modules', /^usr\/lib\/modules\//],
  ['shared libraries', /^usr\/lib\/x86_64-linux-gnu\//],
  ['everything else', /^/]
]

/** The table printed at the end: what each part of the root weighs, then the files written and their sum. */
export function sizeTable(paths: ImagePaths, manifest: Manifest): string {
  const weights = new Map<string, number>(parts.map(([label]) => [label, 0]))
  for (const path of filesBelow(paths.root)) {
    const stat = lstatSync(join(paths.root, path))
    const label = parts.find(([, pattern]) => pattern.test(path))?.[0]
    if (stat.isFile() && label !== undefined) weights.set(label, (weights.get(label) ?? 0) + stat.size)
  }
  const outputs = Object.entries(manifest.outputs)
  const whole = outputs.reduce((sum, [, output]) => sum + output.size, 0)
  return [
    `In the root, before packing (kernel ${manifest.kernel.release}, Node.js ${manifest.node}):`,
    ...[...weights].map(([label, size]) => row(label, size)),
    `Written${manifest.compressed ? '' : ' (the root is not compressed)'}:`,
    ...outputs.map(([name, output]) => row(name, output.size)),
    row('together', whole)
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** The table after `--repository`: each image's archive, and their sum. */
export function imageTable(images: ReadonlyMap<string, BuiltImage>): string {
  const rows = [...images.values()].map(({ tag, size }) => row(tag, size))
  const whole = [...images.values()].reduce((sum, { size }) => sum + size, 0)
  return [...rows, row('together', whole)].map((line) => `${line}\n`).join('')
}

function row(label: string, size: number): string {
  return `  ${label.padEnd(38)} ${(size / 1e6).toFixed(2).padStart(8)} MB`
}
