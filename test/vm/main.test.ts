import { spawnSync } from 'node:child_process'
import t from 'tap'

const main = new URL('../../src/vm/main.ts', import.meta.url).pathname

function vm(...argv: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, ...argv], { encoding: 'utf8', timeout: 20_000 })
}

t.test('a wrong flag is exit status 2, said on standard error with the way out', async (t) => {
  const { status, stdout, stderr } = vm('--memory', 'much')
  t.equal(status, 2)
  t.equal(stdout, '')
  t.match(stderr, /^vm: --memory much: expected a whole number .* \(see --help\)\n$/)
})

t.test('--help goes to standard output', async (t) => {
  const { status, stdout, stderr } = vm('--help')
  t.equal(status, 0)
  t.match(stdout, /^usage: npm run -s vm/)
  t.equal(stderr, '')
})

t.test('an image that is not there is exit status 1, with its path', async (t) => {
  const { status, stdout, stderr } = vm('--headless', '--image', '/no/image')
  t.equal(status, 1)
  t.equal(stdout, '')
  t.match(stderr, 'there is no vmlinuz in /no/image')
})
