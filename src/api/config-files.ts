// The document's files as the API reads and changes them. Changes go to the user's file, one at a time, and only when the
// document as a whole stays valid.
import { basename } from 'node:path'
import type { Operation } from 'fast-json-patch'
import type { Accepted } from '../agent/ticks.ts'
import { accept } from '../agent/readings.ts'
import { type Built, buildDocument, salvage } from '../document/build.ts'
import { valueTree } from '../document/cmdline.ts'
import { type Document, provenance } from '../document/document.ts'
import { applyMergePatch, type Edited, getIn, mergeInto, setIn } from '../document/edit.ts'
import { redact } from '../document/export.ts'
import { formatGet } from '../document/format.ts'
import type { DocumentPaths, Layer } from '../document/layers.ts'
import { applyJsonPatch } from '../document/patch.ts'
import { parsePath } from '../document/path.ts'
import type { Problem } from '../document/problem.ts'
import { readLayers } from '../document/read.ts'
import type { Path } from '../document/shape.ts'
import { toData } from '../document/tree.ts'
import type { Value } from '../document/value.ts'
import { ChangedMeanwhile, contentHash, writeAtomic } from '../document/write.ts'
import { type Change, changesOf } from './changes.ts'
import { exportText } from './export-text.ts'
import { Refusal } from './refusal.ts'

/** One change of the user document. */
export type Edit =
  /** The whole text. */
  | { readonly by: 'text'; readonly text: string }
  /** A document to merge: maps merge, everything else replaces. */
  | { readonly by: 'merge'; readonly text: string }
  /** The value of one key, as YAML. */
  | { readonly by: 'value'; readonly key: string; readonly text: string }
  | { readonly by: 'merge-patch'; readonly patch: unknown }
  | { readonly by: 'json-patch'; readonly patch: unknown }

export interface Changed {
  /** Of the user document as it is now. */
  readonly hash: string
  /** Of the merged document as it is now. */
  readonly documentHash: string
  readonly changes: readonly Change[]
  /** Warnings this change brought. */
  readonly warnings: readonly Problem[]
}

export interface ValueOf {
  readonly key: string
  readonly value: unknown
  readonly text: string
  readonly place: string
}

export interface UserDocument {
  readonly path: string
  readonly hash: string
  readonly text: string
}

export interface ConfigFiles {
  /** The merged document without its secrets. */
  merged(): Promise<unknown>
  get(key: string): Promise<ValueOf>
  user(): Promise<UserDocument>
  /** Writes the change, or refuses it: ROS_API_CHANGED when the user document has another hash than `ifMatch`. */
  change(edit: Edit, ifMatch: string | null): Promise<Changed>
  /** A text in the place of the user document. */
  validate(text: string): Promise<{ readonly valid: boolean; readonly problems: readonly Problem[] }>
  accept(text: string): Promise<Accepted>
  export(options: { readonly private: boolean; readonly full: boolean }): Promise<string>
}

export interface ConfigFilesParts {
  readonly paths: DocumentPaths
  readonly cmdline: () => string
  /** Called after a change was written. */
  readonly changed: () => void
}

export function createConfigFiles({ paths, cmdline, changed }: ConfigFilesParts): ConfigFiles {
  const file = `${paths.root}${paths.user}`
  const name = basename(paths.user)
  const layers = () => readLayers(paths, cmdline())
  const textIn = (all: readonly Layer[]) => all.find(({ kind }) => kind === 'user')?.text ?? ''
  /** As the files are; where they can not be one document, the best that can be made of them. */
  const document = async () => {
    const all = await layers()
    return documentOf(all, buildDocument(all))
  }
  const withUser = async (text: string): Promise<Built> =>
    buildDocument(replaceUser(await layers(), { name, file, kind: 'user', text }))

  const change = async (edit: Edit, ifMatch: string | null): Promise<Changed> => {
    const all = await layers()
    const text = textIn(all)
    const hash = contentHash(text)
    if (ifMatch !== null && ifMatch !== hash) {
      throw new Refusal(
        'ROS_API_CHANGED',
        `${paths.user} is not what it was when it was read (its ETag is now "${hash}"): read it again and repeat the change`
      )
    }
    const next = carryOut(text, edit, name)
    const before = buildDocument(all)
    const after = buildDocument(replaceUser(all, { name, file, kind: 'user', text: next }))
    if (!after.ok) throw invalid(`${name} would not be valid; nothing was written`, after.problems)
    if (next !== text) {
      await writeAtomic(file, next, { expectedHash: hash })
      changed()
    }
    const old = documentOf(all, before)
    const known = new Set(old.problems.map(idOf))
    return {
      hash: contentHash(next),
      documentHash: after.document.hash,
      changes: changesOf(plain(old), plain(after.document)),
      warnings: after.document.problems.filter((problem) => problem.severity === 'warning' && !known.has(idOf(problem)))
    }
  }

  let last: Promise<unknown> = Promise.resolve()
  return {
    async merged() {
      return redact((await document()).data)
    },
    async get(key) {
      return valueOf(await document(), key)
    },
    async user() {
      const text = textIn(await layers())
      return { path: paths.user, hash: contentHash(text), text }
    },
    change(edit, ifMatch) {
      const turn = last.then(() => change(edit, ifMatch)).catch(refusalOf)
      last = turn.catch(() => undefined)
      return turn
    },
    async validate(text) {
      const built = await withUser(text)
      const problems = built.ok ? built.document.problems : built.problems
      return {
        valid: built.ok,
        problems: problems.filter((problem) => problem.file === name || (!built.ok && problem.severity === 'error'))
      }
    },
    async accept(text) {
      const built = await withUser(text)
      if (!built.ok) throw invalid('the document is not valid', built.problems)
      return accept(built.document)
    },
    async export(options) {
      return exportText(await document(), options)
    }
  }
}

/** `ros config get KEY`; the password has no value for anybody. */
function valueOf(document: Document, key: string): ValueOf {
  const text = formatGet(document.data, key)
  const place = provenance(document, key)
  return {
    key,
    value: text === '\n' ? null : (getIn(document.data, key) ?? null),
    text,
    place: place === null ? '' : `${place.file}:${place.line}:${place.column}`
  }
}

function documentOf(layers: readonly Layer[], built: Built): Document {
  return built.ok ? built.document : salvage(layers).document
}

function replaceUser(layers: readonly Layer[], user: Layer): readonly Layer[] {
  const above = layers.filter(({ kind }) => kind === 'cmdline' || kind === 'arguments')
  const below = layers.filter(({ kind }) => kind !== 'user' && kind !== 'cmdline' && kind !== 'arguments')
  return [...below, user, ...above]
}

function carryOut(text: string, edit: Edit, name: string): string {
  switch (edit.by) {
    case 'text':
      return edit.text
    case 'merge':
      return textOf(mergeInto(text, edit.text, name, 'input'), 'the text to merge is not valid; nothing was written')
    case 'merge-patch':
      if (typeof edit.patch !== 'object' || edit.patch === null || Array.isArray(edit.patch)) {
        throw new Refusal('ROS_API_BAD_REQUEST', 'a merge patch of a document is a JSON object')
      }
      // A JSON object is made of plain values.
      return textOf(applyMergePatch(text, edit.patch as Value, name))
    case 'json-patch':
      return textOf(applyJsonPatch(text, operationsOf(edit.patch), name))
    case 'value': {
      const path = parsePath(edit.key)
      if (path.length === 0) throw new Refusal('ROS_API_BAD_REQUEST', 'the key is empty')
      return textOf(setIn(text, path, typed(edit.text, path), name))
    }
  }
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

function invalid(detail: string, problems: readonly Problem[]): Refusal {
  return new Refusal(
    'ROS_API_INVALID_DOCUMENT',
    detail,
    problems.filter(({ severity }) => severity === 'error')
  )
}

function refusalOf(thrown: unknown): never {
  if (thrown instanceof ChangedMeanwhile) throw new Refusal('ROS_API_CHANGED', thrown.message)
  throw thrown
}

/** The data of a document is made of plain values. */
function plain(document: Document): Value {
  return document.data as unknown as Value
}

function idOf({ code, key, message }: Problem): string {
  return `${code} ${key} ${message}`
}
