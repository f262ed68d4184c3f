import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { withAdopted } from '../../../src/host/linux/adopted.ts'
import type { ContainerInfo, Docker } from '../../../src/host/ports.ts'

const KEY = 'io.rancher.os.key'
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)]
const info = (id: string, name: string, labels: ContainerInfo['labels'] = {}) => ({ id, name, labels }) as ContainerInfo

/** An engine with these containers; nothing else is asked of it. */
function engine(all: ContainerInfo[]): Docker {
  const docker: Partial<Docker> = {
    containers: async (every = false) => all.filter(({ labels }) => every || KEY in labels),
    container: async (name) => all.find((one) => one.name === name) ?? null
  }
  return docker as Docker
}

t.test('an adopted container is one of ours, with the labels it was given', async (t) => {
  const folder = join(t.testdir(), 'adopted')
  const all = [info(A, 'other', { mine: 'x' }), info(B, 'web', { [KEY]: 'container/user/web' }), info('c', 'stranger')]
  const docker = withAdopted(engine(all), folder)
  const names = async () => (await docker.containers()).map(({ name }) => name)
  t.same(await names(), ['web'])
  await docker.adopt?.(A, { [KEY]: 'container/user/other' })
  t.same(await names(), ['other', 'web'])
  t.same((await docker.container('other'))?.labels, { mine: 'x', [KEY]: 'container/user/other' })
  t.equal((await docker.containers(true)).length, 3)
  t.equal(statSync(join(folder, A)).mode & 0o777, 0o600)
  t.same(await withAdopted(engine(all), folder).containers(), await docker.containers(), 'the next agent knows it')
  await docker.adopt?.(A, null)
  t.same(await names(), ['web'])
})

t.test('what is no container any more is forgotten', async (t) => {
  const folder = join(t.testdir(), 'adopted')
  const all = [info(A, 'one'), info(B, 'two')]
  const docker = withAdopted(engine(all), folder)
  await docker.adopt?.(A, { [KEY]: 'container/user/one' })
  all.shift()
  t.same(await docker.containers(), [])
  await docker.adopt?.(B, { [KEY]: 'container/user/two' })
  t.same(readdirSync(folder), [B])
})
