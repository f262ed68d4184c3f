// Who makes a request, and how it came: what `ros` says of itself, what the kernel says of the connection.
import type { FastifyRequest } from 'fastify'
import type { Author } from '../core/author.ts'
import type { OperatorPath } from '../core/operator-path.ts'
import type { Way } from '../core/trial.ts'
import type { Peer } from '../host/ports.ts'
import type { AgentForApi } from './agent.ts'
import type { Query } from './query.ts'

/** Header in which a program says who uses it. */
export const CALLER = 'ros-caller'

/** What `ros` says; each may be empty. */
export interface Said {
  /** The person, also behind sudo. */
  readonly user: string
  readonly tty: string
  /** Address the ssh connection comes from. */
  readonly from: string
  /** The command without values that may be secret. */
  readonly words: string
}

const connected = new WeakMap<object, number>()

/** Notes when a connection was made, in milliseconds of uptime. */
export function noteConnection(socket: object, uptime: number): void {
  connected.set(socket, uptime)
}

/** How a request came. */
export function wayOf(agent: AgentForApi, request: FastifyRequest): Way {
  return {
    connected: connected.get(request.raw.socket) ?? null,
    session: peerOf(agent, request)?.session ?? null
  }
}

/** Who brings a change by this request, and over what. */
export async function authorOf(agent: AgentForApi, request: FastifyRequest): Promise<Author> {
  const { confirm } = request.query as Query // a route without the parameter has none
  const peer = peerOf(agent, request)
  const path = await pathOf(agent, request)
  return {
    how: 'api',
    who: sentence(saidOf(request), peer, request),
    why: '',
    ...(typeof confirm === 'number' ? { confirm } : {}),
    ...(path === null ? {} : { path })
  }
}

/** Over what the session came in which a request was made; null: it came over no network. */
export async function pathOf(agent: AgentForApi, request: FastifyRequest): Promise<OperatorPath | null> {
  const peer = peerOf(agent, request)
  return peer === null ? null : agent.path(peer)
}

function sentence(said: Said | null, peer: Peer | null, { method, routeOptions }: FastifyRequest): string {
  const route = `${method} ${routeOptions.url ?? ''}`
  const from = said?.from || peer?.from || ''
  const program = peer === null ? '' : `${peer.name} (pid ${peer.pid})`
  const name = said === null ? program : said.user
  const place = [said?.tty ? `on ${said.tty}` : '', from === '' ? '' : `from ${from}`]
  const where = [name, ...place].filter((part) => part !== '').join(' ')
  const what = said?.words || route
  return where === '' ? what : `${where}: ${what}`
}

function peerOf(agent: AgentForApi, { raw }: FastifyRequest): Peer | null {
  // Node keeps the descriptor of a socket there and has no public word for it; a request of a test has none.
  const { _handle: handle } = raw.socket as { readonly _handle?: { readonly fd?: number } | null }
  return typeof handle?.fd === 'number' && handle.fd >= 0 ? agent.peer(handle.fd) : null
}

function saidOf({ headers }: FastifyRequest): Said | null {
  const text = headers[CALLER]
  if (typeof text !== 'string') return null
  try {
    const said: Readonly<Record<string, unknown>> = JSON.parse(decodeURIComponent(text))
    const word = (name: string) => cleaned(said[name])
    return { user: word('user'), tty: word('tty'), from: word('from'), words: word('words') }
  } catch {
    return null
  }
}

/** What somebody says of themselves goes into logs and tables: one short line of it. */
function cleaned(value: unknown): string {
  // Control characters.
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200) : ''
}
