import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Author } from '../../core/author.ts'
import type { AgentForApi } from '../agent.ts'
import { authorOf } from '../caller.ts'
import type { Changed } from '../config-files.ts'
import type { Edit } from '../edits.ts'
import type { Query } from '../query.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'
import { statusView } from '../view.ts'
import { converged, isSettled } from '../wait.ts'
import { LONGEST_WAIT, textOf } from './plan.ts'

export const wait = {
  type: 'number',
  minimum: 0,
  maximum: LONGEST_WAIT,
  about: 'Seconds to wait until the machine is as the changed document says.'
} as const
export const confirm = {
  type: 'integer',
  minimum: 0,
  maximum: 86_400,
  about:
    'Seconds within which `ros confirm`, or another change, has to come over a connection made after this one; else the generation before is restored. 0: it need not be. Without it `rancher.agent.confirm` says so of what the way to the machine hangs on; where that is not given, 120 for what may close the way of the ssh session the request came from.'
} as const
const ifMatch = {
  'if-match': 'The ETag of the user document the change was made for; without it the newest is changed.'
}
const yaml = { about: 'Text of a document.' }
const changed = {
  200: {
    about: 'Written, or nothing to write. `changes` is what it means for the merged document.',
    schema: ref('Changed')
  },
  409: { about: 'The patch does not fit the document.' },
  412: { about: 'The user document is not the one of If-Match.' },
  422: { about: 'The document as a whole would not be valid; nothing was written.' }
}

export const configRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/config',
    summary: 'The merged document, a value of it, or the user document',
    about:
      "In the merged document and in values `(secret)` stands where a secret would. The text of the user document has its secrets: it is root's own file, and only root may open the socket. The ETag is always that of the user document.",
    query: {
      key: { type: 'string', about: 'Dotted path of a value, as for `ros config get`.' },
      layer: { type: 'string', about: '`user`: the text of cloud-config.yml.' }
    },
    answers: {
      200: {
        about: 'The document, or with `key` a Value, or with `layer` a UserDocument.',
        schema: { anyOf: [{ type: 'object' }, ref('Value'), ref('UserDocument')] }
      }
    },
    async run(agent, request, reply) {
      const { key, layer } = request.query as Query
      if (layer !== undefined && layer !== 'user')
        throw new Refusal('ROS_API_BAD_REQUEST', `layer is user, not '${layer}'`)
      const user = await agent.config.user()
      void reply.header('etag', `"${user.hash}"`)
      if (layer !== undefined) return user
      return key === undefined ? agent.config.merged() : agent.config.get(String(key))
    }
  },
  {
    method: 'PATCH',
    path: '/v1/config',
    summary: 'Change the user document',
    about: 'The document as a whole is checked before anything is written. Comments in the file stay.',
    query: {
      key: {
        type: 'string',
        about: 'With application/yaml: the body is the value of this key, and replaces what the file says of it.'
      },
      confirm,
      wait
    },
    confirms: true,
    headers: ifMatch,
    body: {
      'application/merge-patch+json': {
        about: 'RFC 7396: null takes a key out of the user document.',
        schema: { type: 'object' }
      },
      'application/json-patch+json': {
        about: 'RFC 6902, on the user document.',
        schema: { type: 'array', items: { type: 'object' } }
      },
      'application/yaml': { about: 'A document to merge: maps merge, lists and plain values replace.' }
    },
    answers: changed,
    run: (agent, request, reply) => change(agent, request, reply, editOf(request))
  },
  {
    method: 'PUT',
    path: '/v1/config',
    summary: 'Replace the user document',
    query: { confirm, wait },
    confirms: true,
    headers: ifMatch,
    body: { 'application/yaml': yaml },
    answers: changed,
    run: (agent, request, reply) => change(agent, request, reply, { by: 'text', text: textOf(request.body) })
  },
  {
    method: 'DELETE',
    path: '/v1/config',
    summary: 'Take a key out of the user document',
    about: 'Maps that would be left without content go with it. `beneath` is what another layer says of the key.',
    query: { key: { type: 'string', about: 'Dotted path, as for `ros config get`.' }, confirm, wait },
    confirms: true,
    headers: ifMatch,
    answers: { ...changed, 404: { about: 'The user document does not have the key.' } },
    run(agent, request, reply) {
      const { key = '' } = request.query as Query
      return change(agent, request, reply, { by: 'unset', key: String(key) })
    }
  },
  {
    method: 'POST',
    path: '/v1/config/validate',
    summary: 'Check a text as the user document',
    about: 'In the place of the present one, with all other layers. Nothing is written.',
    body: { 'application/yaml': yaml },
    answers: {
      200: {
        about: 'Whether it is valid, every problem of it, and what it would change of the merged document.',
        schema: ref('Validation')
      }
    },
    run: (agent, request) => agent.config.validate(textOf(request.body))
  },
  {
    method: 'GET',
    path: '/v1/config/diff',
    summary: 'What is saved against what is in force',
    about: 'As a rule they are the same: a saved document that is valid comes into force at once.',
    answers: {
      200: {
        about: 'Whether the files as they are make a document, every problem of it, and what it would change.',
        schema: ref('Validation')
      }
    },
    run: (agent) => agent.config.differences(agent.loop.inForce() ?? {})
  },
  {
    method: 'GET',
    path: '/v1/config/export',
    summary: 'The document of this machine as YAML',
    query: {
      private: { type: 'boolean', about: 'With private keys and certificates.' },
      full: { type: 'boolean', about: 'With what the image and the OEM partition bring.' }
    },
    answers: {
      200: {
        about: 'A document that can be the user document of another machine.',
        type: 'application/yaml',
        schema: { type: 'string' }
      }
    },
    async run(agent, request, reply) {
      const { private: secrets = false, full = false } = request.query as Query
      const text = await agent.config.export({ private: secrets === true, full: full === true })
      return reply.type('application/yaml').send(text)
    }
  }
]

function editOf({ body, headers, query }: FastifyRequest): Edit {
  const { key } = query as Query
  const type = headers['content-type'] ?? ''
  if (!type.startsWith('application/yaml')) {
    if (key !== undefined) throw new Refusal('ROS_API_BAD_REQUEST', 'key goes with a body of application/yaml only')
    return type.startsWith('application/json-patch')
      ? { by: 'json-patch', patch: body }
      : { by: 'merge-patch', patch: body }
  }
  return key === undefined ? { by: 'merge', text: textOf(body) } : { by: 'value', key: String(key), text: textOf(body) }
}

function change(agent: AgentForApi, request: FastifyRequest, reply: FastifyReply, edit: Edit): Promise<unknown> {
  const match = request.headers['if-match']
  const ifMatch = match === undefined ? null : match.replaceAll('"', '')
  return answerOf(agent, request, reply, (by) => agent.config.change(edit, ifMatch, by))
}

/** Makes a change of the user document and says what it came to, after the time the request waits for it. */
export async function answerOf(
  agent: AgentForApi,
  request: FastifyRequest,
  reply: FastifyReply,
  make: (by: Author) => Promise<Changed>
): Promise<unknown> {
  const { wait: seconds } = request.query as Query
  const by = await authorOf(agent, request)
  const { generation, confirm } = agent.store.value
  const { documentHash, confirmSeconds, ...written } = await make(by)
  const back = confirm?.back ?? generation
  const trial = confirmSeconds === 0 ? null : { seconds: confirmSeconds, back, path: by.path ?? null }
  const done = { ...written, trial }
  void reply.header('etag', `"${done.hash}"`)
  if (typeof seconds !== 'number') return done
  const state = await converged(agent.store, documentHash, seconds * 1000)
  return { ...done, settled: isSettled(state, documentHash), status: statusView(state) }
}
