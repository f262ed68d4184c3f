// A real HTTP server with the files of a repository, that fails as it is told.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What it does with a request. */
export type Fault = 'none' | 'cut' | 'slow' | 500 | 404

export async function repositoryServer(files: Record<string, string>) {
  let faults: Fault[] = []
  let standing: Fault = 'none'
  const asked: string[] = []
  const server = createServer((request, answer) => {
    const path = request.url ?? ''
    const fault = faults.shift() ?? standing
    asked.push(`${path}${request.headers['if-none-match'] === undefined ? '' : ` ${request.headers['if-none-match']}`}`)
    const text = files[path.slice(1)]
    if (fault === 'cut') {
      answer.writeHead(200, { 'content-length': 1000 }).write('services: [', () => answer.destroy())
      return
    }
    if (fault === 'slow') {
      answer.writeHead(200).write('services: [')
      return
    }
    if (typeof fault === 'number') {
      answer.writeHead(fault).end('no')
      return
    }
    if (text === undefined) {
      answer.writeHead(404).end()
      return
    }
    if (text.startsWith('-> ')) {
      answer.writeHead(302, { location: text.slice(3) }).end()
      return
    }
    const etag = `"${text.length}"`
    if (request.headers['if-none-match'] === etag) answer.writeHead(304, { etag }).end()
    else answer.writeHead(200, { etag }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens
  return {
    url: `http://127.0.0.1:${port}`,
    files,
    /** Paths in the order they were asked for, each with the version that was there; emptied by the look. */
    asked: () => asked.splice(0),
    /** What becomes of the next requests, one each. */
    next: (...some: readonly Fault[]) => {
      faults = [...some]
    },
    /** What becomes of all. */
    always: (fault: Fault) => {
      standing = fault
    },
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
}
