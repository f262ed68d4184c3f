// Files of `NAME=value` lines that services take their environment from, read as docker-compose reads them. Pure.
import { wantedFile, writesFile } from '../core/write-files.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import { interpolate, serviceEnvironment } from './interpolate.ts'

/** Content by path; null: it is not there. */
export type EnvFiles = Readonly<Record<string, string | null>>

/** Every file that a service of the document names. */
export function envFilePaths(
  data: CloudConfig,
  facts: { readonly version: string; readonly kernel: string }
): readonly string[] {
  const named = Object.values(data.rancher?.services ?? {}).flatMap(({ env_file = [] }) => env_file)
  return named.length === 0
    ? named
    : [...new Set(interpolate(named, serviceEnvironment(data.rancher?.environment, facts)))]
}

/** Those that the document itself writes are as it says, whether they are written yet or not; all others as they are. */
export function withWritten(found: EnvFiles, data: CloudConfig): EnvFiles {
  const written = Object.keys(found).filter((path) => writesFile(data, path))
  if (written.length === 0) return found
  const files = new Map((data.write_files ?? []).map(wantedFile).map(({ path, spec }) => [path, spec] as const))
  return { ...found, ...Object.fromEntries(written.map((path) => [path, files.get(path)?.bytes().toString() ?? null])) }
}

const ENTRY = /^(?:export\s+)?([^=\s]+)\s*(?:=\s*(.*))?$/

/** Name and value of each line, in order; null where a line has a name alone. */
export function envFile(text: string): readonly (readonly [name: string, value: string | null])[] {
  const entries: (readonly [string, string | null])[] = []
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const said = line.trim()
    if (said === '' || said.startsWith('#')) continue
    const [, name, value] = ENTRY.exec(said) ?? []
    if (name !== undefined) entries.push([name, value === undefined ? null : plain(value)])
  }
  return entries
}

/** Without its quotes, or without a comment behind it. */
function plain(value: string): string {
  const single = /^'((?:[^'\\]|\\.)*)'/.exec(value)?.[1]
  if (single !== undefined) return single.replaceAll(/\\(['\\])/g, '$1')
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(value)?.[1]
  if (double !== undefined) return double.replaceAll(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter)
  return value.replace(/\s+#.*$/, '').trim()
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
