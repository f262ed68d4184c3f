/** `node src/cli/docs.ts [--check]`: docs/cli.md and docs/api.md from the tables of commands and routes, and the image's completion script. With --check nothing is written. */
import { readFileSync, writeFileSync } from 'node:fs'
import { apiPage } from '../api/api-page.ts'
import { openApi } from '../api/openapi.ts'
import { routes } from '../api/routes.ts'
import { cliPage } from './cli-page.ts'
import { scripts } from './completion.ts'
import { VERSION } from './version.ts'

const top = new URL('../../', import.meta.url)

/** Path in the project -> text it must have. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/cli.md', cliPage()],
    ['rootfs/usr/share/ros/completion.bash', scripts['bash'] ?? ''],
    ['docs/api.md', apiPage(openApi(routes, VERSION))]
  ])
}

/** Those of the pages that are not what the tables make. */
export function stalePages(): readonly string[] {
  return [...pages()].filter(([path, text]) => textOf(path) !== text).map(([path]) => path)
}

function textOf(path: string): string {
  try {
    return readFileSync(new URL(path, top), 'utf8')
  } catch {
    return ''
  }
}

if (import.meta.main) {
  const stale = stalePages()
  if (process.argv.includes('--check')) {
    if (stale.length > 0) {
      process.stderr.write(`not what the tables make: ${stale.join(', ')}\nrun: npm run generate\n`)
      process.exitCode = 1
    }
  } else {
    for (const path of stale) writeFileSync(new URL(path, top), pages().get(path) ?? '')
    process.stdout.write(stale.length === 0 ? 'nothing to write\n' : `${stale.join('\n')}\n`)
  }
}
