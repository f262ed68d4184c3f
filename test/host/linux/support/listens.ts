// Runs in a mount and network namespace of its own: what the kernel says while links and mounts come and go.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { kernelEvents, type Watchers } from '../../../../src/host/linux/kernel-events.ts'
import { mount, umount2 } from '../../../../src/host/linux/libc.ts'
import { run } from '../../../../src/host/linux/spawn.ts'

const broken: Watchers = {
  network: () => {
    throw new Error('no netlink')
  },
  mounts: () => {
    throw new Error('no epoll')
  }
}
const folder = process.argv[2] ?? ''
const seen: string[] = []
const events = process.argv[3] === 'fallback' ? kernelEvents(broken) : kernelEvents()
const subscription = events.subscribe((event) => {
  if (typeof event === 'string') seen.push(event)
})

async function within(limitMs: number, event: string): Promise<number> {
  const from = performance.now()
  while (!seen.includes(event)) {
    if (performance.now() - from > limitMs) throw new Error(`no '${event}' within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return performance.now() - from
}

/** Does something and waits for what the kernel says of it; other news than expected is a fault. */
async function told(what: string, act: () => unknown, event: string): Promise<void> {
  seen.length = 0
  await act()
  await within(5000, event)
  console.log(`${what}: ${[...new Set(seen)].join(' ')}`)
}

mkdirSync(folder, { recursive: true })
await new Promise((resolve) => setTimeout(resolve, 50))
console.log(`at rest: ${seen.join(' ')}`)
await told('mount', () => mount('tmpfs', folder, 'tmpfs', 0), 'mount')
await told('unmount', () => umount2(folder), 'mount')
await told('link', () => run(['ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1']), 'network')
await told('address', () => run(['ip', 'address', 'add', '192.0.2.1/24', 'dev', 'veth0']), 'network')
if (process.argv[3] !== 'fallback') {
  // More than the socket can hold at once: messages are lost, the news is not.
  const many = Array.from({ length: 2000 }, (_, i) => `address add 198.51.${100 + (i >> 8)}.${i & 255}/32 dev veth0`)
  // Nobody reads meanwhile.
  await told('flood', () => execFileSync('ip', ['-batch', '-'], { input: `${many.join('\n')}\n` }), 'network')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await told('after the flood', () => run(['ip', 'link', 'set', 'veth0', 'up']), 'network')
}
subscription.unsubscribe()
seen.length = 0
mount('tmpfs', folder, 'tmpfs', 0)
await new Promise((resolve) => setTimeout(resolve, 50))
console.log(`after the end: ${seen.join(' ')}`)
// Nothing is left open: the process ends by itself.
