import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const cannot = process.getuid?.() === 0 ? false : 'not root: links and mounts need it'
const script = join(import.meta.dirname, 'support', 'listens.ts')

async function listens(folder: string, ...args: readonly string[]): Promise<readonly string[]> {
  const argv = ['-mn', process.execPath, script, join(folder, 'mountpoint'), ...args]
  const { stdout } = await promisify(execFile)('unshare', argv, { timeout: 25_000 })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim())
}

t.test(
  'mounts, links and addresses are told as they change, nothing else is, and the end is the end',
  { skip: cannot },
  async (t) => {
    const told = [
      'at rest:',
      'mount: mount',
      'unmount: mount',
      'link: network',
      'address: network',
      'a table of ours: firewall',
      'a chain: firewall',
      'a rule: firewall',
      'a set: firewall',
      'an element: firewall',
      'tables of others:',
      'everything flushed: firewall',
      'flood: network',
      'after the flood: network',
      'after the end:'
    ]
    // A mount point that somebody removes elsewhere takes its mount out of every namespace, this one too: another test's
    // engine may do so at any moment, hardly three times in a row.
    let heard: readonly string[] = []
    for (let time = 0; time < 3 && heard.join() !== told.join(); time += 1) heard = await listens(t.testdir())
    t.strictSame(heard, told)
  }
)

t.test('where the kernel cannot be asked, what it shows is compared', { skip: cannot }, async (t) => {
  t.strictSame(await listens(t.testdir(), 'fallback'), [
    'at rest:',
    'mount: mount',
    'unmount: mount',
    'link: network',
    'address: network',
    'after the end:'
  ])
})
