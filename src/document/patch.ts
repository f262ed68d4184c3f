import jsonPatch, { type Operation } from 'fast-json-patch'
import { type Edited, edit } from './edit.ts'
import { problem } from './problem.ts'
import { sourceOf } from './source.ts'
import type { Value } from './value.ts'

/** The text changed by an RFC 6902 patch; all operations or, with the problem, none. */
export function applyJsonPatch(text: string, operations: readonly Operation[], name = 'cloud-config.yml'): Edited {
  try {
    // The patch is made to plain values, which is what it leaves behind.
    return edit(
      text,
      name,
      (from) => jsonPatch.applyPatch(structuredClone(from), [...operations], true, true).newDocument as Value
    )
  } catch (error) {
    if (!(error instanceof jsonPatch.JsonPatchError)) throw error
    const at = error.index === undefined ? '' : `operation ${error.index}: `
    const message = `${at}${error.message.split('\n', 1)[0]}`
    return {
      ok: false,
      problems: [
        problem(sourceOf(name, ''), null, {
          code: 'ROS_DOC_PATCH',
          message,
          fix: 'read the document again and make the patch anew'
        })
      ]
    }
  }
}
