// A route as data: what it answers to, what it reads, what it says, and the function that does it. The server registers it,
// the OpenAPI document and docs/api.md are made from it, and requests are checked against it.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AgentForApi } from './agent.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

export interface Param {
  readonly type: 'string' | 'integer' | 'number' | 'boolean'
  readonly about: string
  readonly minimum?: number
  readonly maximum?: number
}

export interface Answer {
  readonly about: string
  /** Default application/json. */
  readonly type?: string
  readonly schema?: JsonSchema
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Fastify's spelling: `:name` is one segment, `*` the rest. */
  readonly path: string
  readonly summary: string
  readonly about?: string
  /** Names of `:name` and `*` -> what they are. */
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, Param>>
  /** Request headers it obeys -> what they mean. */
  readonly headers?: Readonly<Record<string, string>>
  /** Media type -> what the body is. */
  readonly body?: Readonly<Record<string, { readonly about: string; readonly schema?: JsonSchema }>>
  /** Over a fresh connection it confirms a change that waits for that. */
  readonly confirms?: true
  readonly answers: Readonly<Record<number, Answer>>
  readonly run: (agent: AgentForApi, request: FastifyRequest, reply: FastifyReply) => unknown
}
