// The API of the agent: Fastify on a unix socket that only root may open.
import { chmod, mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { AgentForApi } from './agent.ts'
import { noteConnection, wayOf } from './caller.ts'
import { readQuery } from './query.ts'
import { bodyOf, Refusal } from './refusal.ts'
import type { Route } from './route.ts'
import { routes } from './routes.ts'

export const PROBLEM = 'application/problem+json'

/** Bytes of the largest body: a document may be 1 MiB, and JSON takes some more. */
const LARGEST_BODY = 2_097_152

/** The API, not listening yet; tests use `inject` of it. */
export function createApi(agent: AgentForApi, logger: FastifyBaseLogger): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    // One line per state change, none per request: what changes something says so itself.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LARGEST_BODY,
    forceCloseConnections: true,
    // A resource's name may be a long path.
    routerOptions: { maxParamLength: 4096 },
    // Requests are checked against the routes' own tables, answers are plain JSON.stringify: without these two, Fastify loads
    // its schema compilers (100 ms and 20 MB).
    schemaController: {
      compilersFactory: {
        // Never asked: no route hands Fastify a schema.
        buildValidator: (): never => {
          throw new Error('requests are checked by their routes')
        },
        buildSerializer: () => () => (value) => JSON.stringify(value)
      }
    }
  })
  app.removeAllContentTypeParsers()
  const json = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser(/^application\/(.+\+)?json\b/, { parseAs: 'string' }, json)
  app.addContentTypeParser(/^(text\/|application\/(x-)?yaml\b)/, { parseAs: 'string' }, (_request, text, done) =>
    done(null, text)
  )

  app.server.on('connection', (socket) => noteConnection(socket, agent.uptime()))
  app.setErrorHandler((thrown, _request, reply) => {
    const body = bodyOf(thrown)
    if (body.status >= 500) app.log.error({ err: thrown }, 'request failed')
    return reply.code(body.status).type(PROBLEM).send(JSON.stringify(body))
  })
  app.setNotFoundHandler((request) => {
    const path = request.url.replace(/\?.*/s, '')
    const others = routes.filter((route) => matches(route, path)).map((route) => route.method)
    if (others.length > 0)
      throw new Refusal('ROS_API_NO_METHOD', `${path} answers to ${others.join(', ')}, not to ${request.method}`)
    throw new Refusal('ROS_API_NO_ROUTE', `there is no ${path}; GET /v1/openapi.json lists the routes`)
  })
  for (const route of routes) add(app, agent, route)
  return app
}

function add(app: FastifyInstance, agent: AgentForApi, route: Route): void {
  const accepted = Object.keys(route.body ?? {})
  app.route({
    method: route.method,
    url: route.path,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      request.query = readQuery(route.query ?? {}, request.query)
      const type = request.headers['content-type']?.replace(/;.*/s, '').trim()
      if (type !== undefined && request.body !== undefined && !accepted.includes(type)) {
        const reads = accepted.length === 0 ? 'no body' : accepted.join(', ')
        throw new Refusal('ROS_API_MEDIA_TYPE', `${route.method} ${route.path} reads ${reads}, not ${type}`)
      }
      if (route.confirms === true) await agent.trial.heard(wayOf(agent, request))
      return route.run(agent, request, reply)
    }
  })
}

function matches(route: Route, path: string): boolean {
  const pattern = route.path
    .replaceAll(/[.+?^$()|[\]\\]/g, '\\$&')
    .replaceAll(/:[a-z]+/gi, '[^/]+')
    .replaceAll('*', '.+')
  return new RegExp(`^${pattern}$`).test(path)
}

/** The API on the machine's socket; the running server, to be closed. */
export async function startServer(
  agent: AgentForApi,
  { socketPath, logger }: { readonly socketPath: string; readonly logger: FastifyBaseLogger }
): Promise<{ close(): Promise<void> }> {
  const app = createApi(agent, logger)
  await listen(app, socketPath)
  return { close: () => app.close() }
}

/**
 * Listens on a unix socket: mode 0600 in a directory others may look into. A socket left over by an agent that was killed (or
 * replaced by execve) is taken away first: PID 1 is the only agent of a machine.
 */
export async function listen(app: FastifyInstance, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 })
  await rm(path, { force: true })
  // From bind to chmod the socket would be open to all but for the umask.
  const before = process.umask(0o177)
  try {
    await app.listen({ path })
  } finally {
    process.umask(before)
  }
  await chmod(path, 0o600)
}
