// The image the benchmarks measure: the ordinary one, compressed, apart from what tests and people build meanwhile.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buildImage } from '../../src/image/build.ts'
import { type ImagePaths, type Places, top, usualPlaces } from '../../src/image/paths.ts'
import { progressTo } from '../../src/image/progress.ts'

const folder = join(top, '.cache/bench')
const places: Places = {
  apt: usualPlaces.apt,
  cache: folder,
  out: join(folder, 'image-out'),
  bundle: join(folder, 'bundle')
}

/** Brings it up to date. */
export function benchImage(say: (line: string) => void): Promise<ImagePaths> {
  return buildImage({ kernel: 'cloud', fast: false, places, progress: progressTo((line) => say(line.trimEnd())) })
}

/** Forgets everything but the downloads, so that the next build makes all of it. */
export function forgetImage(): Promise<void> {
  return rm(folder, { recursive: true, force: true })
}
