import t from 'tap'
import { listedAs, parseReference } from '../../src/core/image-reference.ts'

const digest = `sha256:${'0'.repeat(64)}`

t.test('every way to write a name leads to what an engine lists', async (t) => {
  const rows: readonly (readonly [written: string, listed: string])[] = [
    ['busybox', 'busybox:latest'],
    ['library/busybox', 'busybox:latest'],
    ['docker.io/busybox:1', 'busybox:1'],
    ['docker.io/library/busybox:1', 'busybox:1'],
    ['index.docker.io/rosd/base:1', 'rosd/base:1'],
    ['rosd/base:1', 'rosd/base:1'],
    ['localhost/app', 'localhost/app:latest'],
    ['registry.lan:5000/app', 'registry.lan:5000/app:latest'],
    ['registry.lan:5000/library/app:1', 'registry.lan:5000/library/app:1'],
    [`busybox@${digest}`, `busybox@${digest}`],
    [`docker.io/busybox:1@${digest}`, `busybox@${digest}`],
    [`registry.lan:5000/a/b:1@${digest}`, `registry.lan:5000/a/b@${digest}`]
  ]
  for (const [written, listed] of rows) t.equal(listedAs(written), listed, written)
})

t.test('the registry of a name is its first part only where that can be no path', async (t) => {
  const rows: readonly (readonly [written: string, registry: string, path: string])[] = [
    ['nginx', 'docker.io', 'library/nginx'],
    ['team/nginx', 'docker.io', 'team/nginx'],
    ['localhost/nginx', 'localhost', 'nginx'],
    ['registry.lan/nginx', 'registry.lan', 'nginx'],
    ['[fd00::1]:5000/nginx', '[fd00::1]:5000', 'nginx'],
    ['Registry/nginx', 'Registry', 'nginx']
  ]
  for (const [written, registry, path] of rows) t.match(parseReference(written), { registry, path }, written)
})
