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
  },
  firewall: () => {
    throw new Error('no nftables')
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
  const nft = (words: string) => run(['nft', ...words.split(' ')])
  const ours = 'add rule inet rosd input tcp dport 22 accept'
  await nft('add table ip filter')
  await told('a table of ours', () => nft('add table inet rosd'), 'firewall')
  await told('a chain', () => nft('add chain inet rosd input { type filter hook input priority 0; }'), 'firewall')
  await told('a rule', () => nft(ours), 'firewall')
  await told('a set', () => nft('add set inet rosd office { type ipv4_addr; }'), 'firewall')
  await told('an element', () => nft('add element inet rosd office { 10.0.0.1 }'), 'firewall')
  seen.length = 0
  // What an engine does: a table of its own, and the rest of it as iptables makes it.
  await nft('add chain ip filter DOCKER')
  await nft('add table ip rosd')
  await run(['iptables', '-N', 'DOCKER-USER'])
  await new Promise((resolve) => setTimeout(resolve, 50))
  console.log(`tables of others: ${seen.join(' ')}`)
  await told('everything flushed', () => nft('flush ruleset'), 'firewall')
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
