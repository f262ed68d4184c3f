import type { Complaint } from './problem.ts'
import type { Path } from './shape.ts'
import type { CloudConfig } from './types.gen.ts'

/** A complaint about the merged document, and the path it is about. */
export interface Finding extends Complaint {
  readonly path: Path
  /** Whether the caret stands below the key or below its value; default key. */
  readonly at?: 'key' | 'value'
}

/** What the schema cannot say, because it takes more than one place of the document to see it. */
export function* check(data: CloudConfig): Generator<Finding> {
  yield* imageless(data)
}

/** A service may be spread over layers, so only the merged one can be asked for its image. */
function* imageless(data: CloudConfig): Generator<Finding> {
  for (const [name, service] of Object.entries(data.rancher?.services ?? {})) {
    if (service.image !== undefined || service.build !== undefined) continue
    if (data.rancher?.services_include?.[name] !== undefined) continue
    yield {
      path: ['rancher', 'services', name],
      code: 'ROS_DOC_NO_IMAGE',
      message: 'the service names no image',
      expected: '`image:` with the name of an image',
      fix: `add \`image: …\`, or take the service away with \`${name}: null\``
    }
  }
}
