import { cpSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { imageTime } from '../../src/image/build.ts'
import { type Manifest, readManifest } from '../../src/image/manifest.ts'
import type { ImagePaths } from '../../src/image/paths.ts'
import { parts } from '../../src/image/report.ts'
import { writeSquashfs } from '../../src/image/squashfs.ts'
import { type Bench, megabytes, seconds, type Table } from './figures.ts'
import { benchImage, forgetImage } from './image.ts'

/** What the issue allows for vmlinuz, initrd and root together, in bytes. */
const LIMIT = 150e6

export const size: Bench = {
  name: 'size',
  about: 'the image in MB, what in it is big, and how long it takes to build',
  root: false,
  async measure(say) {
    await forgetImage()
    const clean = await timed(() => benchImage(say))
    const unchanged = await timed(() => benchImage(() => {}))
    const manifest = readManifest(clean.result.manifest)
    if (manifest === null) throw new Error(`${clean.result.manifest} cannot be read after a build`)
    say('packing each part of the root alone')
    return [
      written(manifest),
      await rootTable(clean.result, manifest),
      {
        title: 'Building it',
        rows: [
          ['build', 'time'],
          ['clean: everything but the downloaded packages made anew', seconds(clean.seconds)],
          ['again, nothing changed', seconds(unchanged.seconds)]
        ]
      }
    ]
  }
}

function written({ outputs, kernel }: Manifest): Table {
  const whole = Object.values(outputs).reduce((sum, output) => sum + output.size, 0)
  return {
    title: `What is written (kernel ${kernel.release})`,
    rows: [
      ['file', 'size'],
      ...Object.entries(outputs).map(([name, output]) => [name, megabytes(output.size)]),
      [`together (the limit is ${megabytes(LIMIT)})`, megabytes(whole)]
    ]
  }
}

/** Squashfs does not say what one file costs in it, so each part is packed alone in the same way. */
async function rootTable(paths: ImagePaths, manifest: Manifest): Promise<Table> {
  const scratch = join(dirname(paths.squashfs), 'parts')
  const rows: string[][] = []
  const files = Object.entries(manifest.files).filter(([, entry]) => entry.size !== undefined)
  try {
    for (const [label] of parts) {
      const mine = files.filter(([path]) => parts.find(([, pattern]) => pattern.test(path))?.[0] === label)
      const tree = join(scratch, 'tree')
      rmSync(scratch, { recursive: true, force: true })
      for (const [path] of mine) {
        mkdirSync(dirname(join(tree, path)), { recursive: true })
        cpSync(join(paths.root, path), join(tree, path))
      }
      const packed = join(scratch, 'packed')
      await writeSquashfs(tree, packed, { packing: 'usual', time: imageTime })
      const unpacked = mine.reduce((sum, [, entry]) => sum + (entry.size ?? 0), 0)
      rows.push([label, String(mine.length), megabytes(unpacked), megabytes(statSync(packed).size)])
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return { title: 'What is in the root', rows: [['part', 'files', 'unpacked', 'packed alone'], ...rows] }
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const began = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - began) / 1000 }
}
