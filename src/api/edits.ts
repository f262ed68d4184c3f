// Changes of a document's text, as requests ask for them.
import type { Operation } from 'fast-json-patch'
import type { Setting } from '../core/adoption.ts'
import { valueTree } from '../document/cmdline.ts'
import { applyMergePatch, type Edited, mergeInto, setIn, unsetIn } from '../document/edit.ts'
import { parse } from '../document/parse.ts'
import { applyJsonPatch } from '../document/patch.ts'
import { parsePath } from '../document/path.ts'
import { isError, type Problem } from '../document/problem.ts'
import type { Path } from '../document/shape.ts'
import { isMap, type Tree, toData, treeAt } from '../document/tree.ts'
import type { Value } from '../document/value.ts'
import { Refusal } from './refusal.ts'

/** One change of the user document. */
export type Edit =
  /** The whole text. */
  | { readonly by: 'text'; readonly text: string }
  /** A document to merge: maps merge, everything else replaces. */
  | { readonly by: 'merge'; readonly text: string }
  /** The value of one key, as YAML. */
  | { readonly by: 'value'; readonly key: string; readonly text: string }
  /** One key goes; it has to be there. */
  | { readonly by: 'unset'; readonly key: string }
  /** Several keys at once; undefined takes one out, if it is there. */
  | { readonly by: 'settings'; readonly settings: readonly Setting[] }
  | { readonly by: 'merge-patch'; readonly patch: unknown }
  | { readonly by: 'json-patch'; readonly patch: unknown }

/** The text after the change; a change that can not be made is refused. `name` is the text's in problems. */
export function carryOut(text: string, edit: Edit, name: string): string {
  switch (edit.by) {
    case 'text':
      return edit.text
    case 'merge':
      return textOf(mergeInto(text, edit.text, name, 'input'), 'the text to merge is not valid; nothing was written')
    case 'settings':
      return edit.settings.reduce(
        (made, { path, value }) =>
          textOf(value === undefined ? unsetIn(made, path, name) : setIn(made, path, value, name)),
        text
      )
    case 'merge-patch':
      if (typeof edit.patch !== 'object' || edit.patch === null || Array.isArray(edit.patch)) {
        throw new Refusal('ROS_API_BAD_REQUEST', 'a merge patch of a document is a JSON object')
      }
      // A JSON object is made of plain values.
      return textOf(applyMergePatch(text, edit.patch as Value, name))
    case 'json-patch':
      return textOf(applyJsonPatch(text, operationsOf(edit.patch), name))
    case 'value': {
      const path = keyOf(edit.key)
      return textOf(setIn(text, path, typed(edit.text, path), name))
    }
    case 'unset':
      return textOf(unsetIn(text, emptied(parse(name, text, 0).tree, keyOf(edit.key)), name))
  }
}

/** The path a key names; an empty one is refused. */
export function keyOf(key: string): Path {
  const path = parsePath(key)
  if (path.length === 0) throw new Refusal('ROS_API_BAD_REQUEST', 'the key is empty')
  return path
}

/** The path, or the one of the topmost map that would be left without content. */
function emptied(tree: Tree | null, path: Path): Path {
  const above = path.slice(0, -1)
  const map = tree === null ? undefined : treeAt(tree, above)?.value
  return above.length > 0 && map !== undefined && isMap(map) && map.size === 1 ? emptied(tree, above) : path
}

/** A value as typed after a key. A number stays one in the file even where text is wanted: nobody puts 10 in quotes. */
function typed(text: string, path: Path): Value {
  if (String(Number(text)) === text) return Number(text)
  // Trees are made of plain values.
  return toData(valueTree(text, 0, 0, 0, path)) as Value
}

function operationsOf(patch: unknown): readonly Operation[] {
  const fits =
    Array.isArray(patch) &&
    patch.every(
      (one) => typeof one === 'object' && one !== null && typeof one.op === 'string' && typeof one.path === 'string'
    )
  if (!fits) throw new Refusal('ROS_API_BAD_REQUEST', 'a JSON patch is a list of operations with `op` and `path`')
  return patch
}

function textOf(edited: Edited, detail = 'the change can not be made; nothing was written'): string {
  if (edited.ok) return edited.text
  const patch = edited.problems.find(({ code }) => code === 'ROS_DOC_PATCH')
  if (patch !== undefined) throw new Refusal('ROS_API_PATCH', `${patch.message}; ${patch.fix}`)
  throw invalid(detail, edited.problems)
}

/** The refusal of a document with its errors. */
export function invalid(detail: string, problems: readonly Problem[]): Refusal {
  return new Refusal('ROS_API_INVALID_DOCUMENT', detail, problems.filter(isError))
}
