// Why a request was refused, as RFC 9457 says it: one table of codes, one error class, one body.
import { RosError } from '../core/errors.ts'
import type { Problem } from '../document/problem.ts'
import type { PlanView } from './view.ts'

/** Code -> HTTP status and the title of the problem. */
export const REFUSALS = {
  ROS_API_BAD_REQUEST: { status: 400, title: 'The request is not understood' },
  ROS_API_NO_ROUTE: { status: 404, title: 'There is no such route' },
  ROS_API_NO_RESOURCE: { status: 404, title: 'There is no such resource' },
  ROS_API_NO_ENGINE: { status: 404, title: 'There is no such engine' },
  ROS_API_NO_SERVICE: { status: 404, title: 'There is no such service' },
  ROS_API_NO_LOG: { status: 404, title: 'There is no such log' },
  ROS_API_NO_CONSOLE: { status: 404, title: 'There is no such console' },
  ROS_API_ENGINE_DOWN: { status: 409, title: 'The engine is not as it was to be' },
  ROS_API_NOT_BUILT: { status: 409, title: 'The service is not built' },
  ROS_API_NO_GENERATION: { status: 404, title: 'There is no such generation' },
  ROS_API_NO_KEY: { status: 404, title: 'The user document does not have the key' },
  ROS_API_NO_METHOD: { status: 405, title: 'The route does not do that' },
  ROS_API_EVENTS_GONE: { status: 410, title: 'Some of the events are gone' },
  ROS_API_TOO_LARGE: { status: 413, title: 'The request is too large' },
  ROS_API_CHANGED: { status: 412, title: 'The document was changed meanwhile' },
  ROS_API_MEDIA_TYPE: { status: 415, title: 'The request is of a type the route does not read' },
  ROS_API_INVALID_DOCUMENT: { status: 422, title: 'The document is not valid' },
  ROS_API_BAD_DOCUMENT: { status: 409, title: 'The newest document is not valid' },
  ROS_API_OTHER_PLAN: { status: 409, title: 'The plan is not the one that was shown' },
  ROS_API_NOTHING_TO_CONFIRM: { status: 409, title: 'Nothing waits to be confirmed' },
  ROS_API_NOT_CONFIRMED: { status: 409, title: 'The request does not prove that a new connection can be made' },
  ROS_API_NOT_ADOPTED: { status: 409, title: 'The resource can not be adopted' },
  ROS_API_PATCH: { status: 409, title: 'The patch does not fit the document' },
  ROS_API_NOT_WRITTEN: { status: 507, title: 'The document can not be written' },
  ROS_API_FAILED: { status: 500, title: 'The agent could not do it' }
} as const

export type RefusalCode = keyof typeof REFUSALS

/** A request that is refused; `detail` names the thing and the way out. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly problems: readonly Problem[]
  /** What would be done now, where that is the reason. */
  readonly plan: PlanView | null

  constructor(code: RefusalCode, detail: string, problems: readonly Problem[] = [], plan: PlanView | null = null) {
    super(detail)
    this.name = 'Refusal'
    this.code = code
    this.problems = problems
    this.plan = plan
  }
}

/** Body of an `application/problem+json` answer. */
export interface RefusalBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  /** Problems of a document, each with its place. */
  readonly errors?: readonly Problem[]
  /** What would be done now, of ROS_API_OTHER_PLAN. */
  readonly plan?: PlanView
}

/** Anything thrown, as the answer it becomes. Faults of the agent keep their words: whoever may ask is root. */
export function bodyOf(thrown: unknown): RefusalBody {
  if (thrown instanceof Refusal) {
    const { status, title } = REFUSALS[thrown.code]
    const errors = thrown.problems.length === 0 ? {} : { errors: thrown.problems }
    const plan = thrown.plan === null ? {} : { plan: thrown.plan }
    return { type: typeOf(thrown.code), title, status, detail: thrown.message, code: thrown.code, ...errors, ...plan }
  }
  if (thrown instanceof RosError) {
    const { status, title } = REFUSALS.ROS_API_FAILED
    return { type: typeOf(thrown.code), title, status, detail: thrown.message, code: thrown.code }
  }
  return bodyOf(new Refusal(codeOf(thrown), thrown instanceof Error ? thrown.message : String(thrown)))
}

/** A URI of its own for every kind of problem; nothing is to be fetched there. */
function typeOf(code: string): string {
  return `tag:rosd,2026:${code.replace(/^ROS_/, '').toLowerCase().replaceAll('_', '-')}`
}

/** Fastify's own errors carry a status. */
function codeOf(thrown: unknown): RefusalCode {
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : undefined
  if (status === 413) return 'ROS_API_TOO_LARGE'
  if (status === 415) return 'ROS_API_MEDIA_TYPE'
  return status === 400 ? 'ROS_API_BAD_REQUEST' : 'ROS_API_FAILED'
}
