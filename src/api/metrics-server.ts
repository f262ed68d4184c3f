// /metrics over TCP, and nothing else, where the document asks for it (rancher.metrics.listen). An address that can not be
// taken is told and tried again: it may be given to the machine later, or be let go of.
import { createServer, type Server } from 'node:http'
import type { Events } from '../agent/events.ts'
import { CONTENT_TYPE } from '../agent/exposition.ts'
import type { Store } from '../agent/store.ts'

export interface MetricsServer {
  /** ADDRESS:PORT; '' for nowhere. Resolves when it listens, or has failed to; calls are served in turn. */
  listen(address: string): Promise<void>
  close(): Promise<void>
}

export interface MetricsServerParts {
  readonly text: () => Promise<string>
  readonly store: Store
  readonly events: Events
  /** Milliseconds between two tries. */
  readonly again?: number
}

/** Milliseconds. */
const AGAIN = 5_000
const PATIENCE = 10_000
/** Readers at once; further ones are cut off. */
const MOST = 32

export function createMetricsServer({ text, store, events, again = AGAIN }: MetricsServerParts): MetricsServer {
  let wanted = ''
  let server: Server | null = null
  let timer: NodeJS.Timeout | null = null
  let turn: Promise<void> = Promise.resolve()

  const stop = async () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const old = server
    server = null
    if (old === null) return
    old.closeAllConnections()
    await new Promise((resolve) => old.close(resolve))
  }

  const start = async (address: string) => {
    try {
      server = await listening(address, text)
      tell(address, null)
    } catch (thrown) {
      tell(address, reasonOf(thrown))
      const retry = async () => {
        if (wanted === address) await start(address)
      }
      timer = setTimeout(() => void inTurn(retry), again)
      timer.unref()
    }
  }

  const tell = (listen: string, error: string | null) => {
    const before = store.value.metrics
    if (before?.listen === listen && before.error === error) return
    store.next({ metrics: { listen, error } })
    if (error !== null)
      events.add({ type: 'Warning', reason: 'MetricsNotServed', message: `${listen}: ${error}`, key: null })
    else events.add({ type: 'Normal', reason: 'MetricsServed', message: `http://${listen}/metrics`, key: null })
  }

  const inTurn = (work: () => Promise<void>) => {
    turn = turn.then(work)
    return turn
  }

  return {
    listen: (address) =>
      inTurn(async () => {
        if (address === wanted) return
        wanted = address
        await stop()
        if (address !== '') await start(address)
        else store.next({ metrics: null })
      }),
    close: () =>
      inTurn(async () => {
        wanted = ''
        await stop()
      })
  }
}

function listening(address: string, text: () => Promise<string>): Promise<Server> {
  const server = createServer(
    { requestTimeout: PATIENCE, headersTimeout: PATIENCE, keepAliveTimeout: PATIENCE },
    (request, answer) => {
      request.resume()
      const path = request.url?.replace(/\?.*/s, '')
      if (path !== '/metrics') {
        answer.writeHead(404, { 'content-type': 'text/plain' }).end('only /metrics is here\n')
      } else if (request.method !== 'GET' && request.method !== 'HEAD') {
        answer.writeHead(405, { allow: 'GET, HEAD' }).end()
      } else {
        text().then(
          (body) => answer.writeHead(200, { 'content-type': CONTENT_TYPE }).end(request.method === 'HEAD' ? '' : body),
          () => answer.writeHead(500).end()
        )
      }
    }
  )
  server.maxConnections = MOST
  const { host, port } = /^\[?(?<host>.*?)\]?:(?<port>\d+)$/.exec(address)?.groups ?? {}
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: host ?? '', port: Number(port) }, () => {
      server.off('error', reject)
      server.on('error', () => {})
      resolve(server)
    })
  })
}

function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException // of listen
  if (code === 'EADDRINUSE') return 'somebody else listens there'
  return code === 'EADDRNOTAVAIL' ? 'the machine has no such address' : message
}
