// The files that services of a document take their environment from, as they are now. Their content stays in memory.
import { type EnvFiles, envFilePaths } from '../compose/env-file.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Files } from '../host/ports.ts'

/** `facts`: what a path may name. */
export async function envFilesOf(
  files: Pick<Files, 'read'>,
  data: CloudConfig,
  facts: { readonly version: string; readonly kernel: string }
): Promise<EnvFiles> {
  const paths = envFilePaths(data, facts)
  const texts = await Promise.all(paths.map((path) => files.read(path).catch(() => null)))
  return Object.fromEntries(paths.map((path, at) => [path, texts[at] ?? null]))
}
