// The OpenAPI 3.1 document of the routes.
import type { Answer, Param, Route } from './route.ts'
import { ref, schemas } from './schemas.ts'

type Json = Readonly<Record<string, unknown>>

/** Made from the routes' own tables when it is asked for; nothing of it is kept. */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    const path = templateOf(route.path)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'rosd',
      version,
      description: 'The agent of a rosd machine, on its unix socket /run/ros/agent.sock.'
    },
    servers: [{ url: 'http://localhost', description: 'through the unix socket' }],
    paths,
    components: { schemas }
  }
}

/** Fastify's path as OpenAPI writes it: `/v1/resources/:kind/*` -> `/v1/resources/{kind}/{name}`. */
export function templateOf(path: string): string {
  return path.replaceAll(/:([a-z]+)/gi, '{$1}').replace(/\*$/, '{name}')
}

function operation(route: Route): Json {
  const { summary, about, params = {}, query = {}, headers = {}, body, answers } = route
  const parameters = [
    ...Object.entries(params).map(([name, description]) => ({
      name: name === '*' ? 'name' : name,
      in: 'path',
      required: true,
      description,
      schema: { type: 'string' }
    })),
    ...Object.entries(query).map(([name, param]) => ({
      name,
      in: 'query',
      description: param.about,
      schema: schemaOf(param)
    })),
    ...Object.entries(headers).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: { type: 'string' }
    }))
  ]
  return {
    summary,
    ...(about === undefined ? {} : { description: about }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, response(Number(status), answer)])
      ),
      default: { description: 'Refused, as RFC 9457 says it.', content: refusal }
    }
  }
}

const refusal = { 'application/problem+json': { schema: ref('Refusal') } }

function response(status: number, { about, type = 'application/json', schema }: Answer): Json {
  if (status >= 400) return { description: about, content: refusal }
  return { description: about, ...(schema === undefined ? {} : { content: { [type]: { schema } } }) }
}

function contentOf(body: NonNullable<Route['body']>): Json {
  return Object.fromEntries(
    Object.entries(body).map(([type, { schema = { type: 'string' }, about }]) => [
      type,
      { schema: { ...schema, description: about } }
    ])
  )
}

function schemaOf({ type, minimum, maximum }: Param): Json {
  return { type, ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) }
}
