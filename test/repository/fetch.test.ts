import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { type FetchOptions, fetchText } from '../../src/repository/fetch.ts'
import { repositoryServer } from './server.ts'

const plain: FetchOptions = { etag: '', proxies: {}, authorities: '', retries: 0, pauseMs: 1, silentMs: 5_000 }
const signal = AbortSignal.timeout(30_000)

t.test('a text comes with its version, and not again while it is the newest', async (t) => {
  const server = await repositoryServer({ 'index.yml': 'services: []\n' })
  t.teardown(server.close)
  const url = `${server.url}/index.yml`
  t.same(await fetchText(url, plain, signal), { text: 'services: []\n', etag: '"13"' })
  t.same(await fetchText(url, { ...plain, etag: '"13"' }, signal), { text: null, etag: '"13"' })
  t.same(server.asked(), ['/index.yml', '/index.yml "13"'])
})

t.test('what may pass is tried again, as often as it is said, and what will not is not', async (t) => {
  const server = await repositoryServer({ 'index.yml': 'services: []\n' })
  t.teardown(server.close)
  const url = `${server.url}/index.yml`
  server.next(500, 'cut', 'slow')
  t.match(await fetchText(url, { ...plain, retries: 3, silentMs: 1_000 }, signal), { text: 'services: []\n' })
  t.equal(server.asked().length, 4)
  server.always(500)
  await t.rejects(fetchText(url, { ...plain, retries: 2 }, signal), { message: 'the server answers 500' })
  t.equal(server.asked().length, 3)
  server.always('cut')
  await t.rejects(fetchText(url, plain, signal), { message: 'the connection was cut off' })
  server.asked()
  server.always(404)
  await t.rejects(fetchText(url, { ...plain, retries: 5 }, signal), { message: 'the server answers 404' })
  t.equal(server.asked().length, 1)
})

t.test('nobody there, too much, and redirects without end are told', async (t) => {
  const server = await repositoryServer({
    here: '-> /there',
    there: 'text\n',
    circle: '-> /circle',
    file: '-> file:///etc/shadow',
    large: 'x'.repeat((1 << 20) + 1)
  })
  t.teardown(server.close)
  t.match(await fetchText(`${server.url}/here`, plain, signal), { text: 'text\n' })
  for (const [path, message] of [
    ['circle', 'more than 5 redirects'],
    ['file', 'redirected to file://, which is not followed'],
    ['large', 'more than 1024 kB']
  ] as const)
    await t.rejects(fetchText(`${server.url}/${path}`, { ...plain, retries: 3 }, signal), { message }, path)
  await server.close()
  await t.rejects(fetchText(`${server.url}/here`, plain, signal), { message: /ECONNREFUSED/ })
})

t.test('whoever calls it off is not kept waiting for the next try', async (t) => {
  const server = await repositoryServer({})
  t.teardown(server.close)
  server.always(500)
  const abort = new AbortController()
  const asked = fetchText(`${server.url}/x`, { ...plain, retries: 9, pauseMs: 20_000 }, abort.signal)
  abort.abort()
  await t.rejects(asked, { name: 'AbortError' })
})

t.test('the proxy of the document is asked, but not for what no_proxy names', async (t) => {
  const server = await repositoryServer({ 'index.yml': 'services: []\n' })
  t.teardown(server.close)
  const seen: string[] = []
  const proxy = createServer((request, answer) => {
    seen.push(request.url ?? '')
    answer.end('from the proxy\n')
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise((resolve) => proxy.close(resolve)))
  const { port } = proxy.address() as AddressInfo // it listens
  const proxies = { http_proxy: `http://127.0.0.1:${port}` }
  const url = `${server.url}/index.yml`
  t.match(await fetchText(url, { ...plain, proxies }, signal), { text: 'from the proxy\n' })
  t.same(seen, [url])
  t.match(await fetchText(url, { ...plain, proxies: { ...proxies, no_proxy: '127.0.0.1' } }, signal), {
    text: 'services: []\n'
  })
  t.equal(seen.length, 1)
})
