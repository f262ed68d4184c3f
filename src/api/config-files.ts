// The document's files as the API reads and changes them. Changes go to the user's file, one at a time, and only when the
// document as a whole stays valid.
import { basename } from 'node:path'
import type { Announced } from '../agent/announced.ts'
import { accept } from '../agent/readings.ts'
import type { Accepted } from '../agent/ticks.ts'
import { touchesAccess } from '../core/access.ts'
import { agentRules } from '../core/agent-settings.ts'
import type { Author } from '../core/author.ts'
import { touchesPath } from '../core/operator-path.ts'
import { secondsToConfirm } from '../core/trial.ts'
import { type Built, buildDocument } from '../document/build.ts'
import { salvage } from '../document/salvage.ts'
import { type Document, provenance } from '../document/document.ts'
import { getIn } from '../document/edit.ts'
import { formatGet } from '../document/format.ts'
import { withKept } from '../document/kept.ts'
import type { DocumentPaths, Layer } from '../document/layers.ts'
import { type Origin, origins } from '../document/origins.ts'
import { parse } from '../document/parse.ts'
import { parsePath, showPath } from '../document/path.ts'
import { isError, type Problem } from '../document/problem.ts'
import { readLayers } from '../document/read.ts'
import { veil } from '../document/secret.ts'
import type { Path } from '../document/shape.ts'
import { treeAt } from '../document/tree.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import { isFields, type Value } from '../document/value.ts'
import { ChangedMeanwhile, contentHash, writeAtomic } from '../document/write.ts'
import { type Change, changesOf } from './changes.ts'
import { carryOut, type Edit, invalid, keyOf } from './edits.ts'
import { exportText } from './export-text.ts'
import { overridden, written } from './overridden.ts'
import { Refusal } from './refusal.ts'

export interface Changed {
  /** Of the user document as it is now. */
  readonly hash: string
  /** Of the merged document as it is now. */
  readonly documentHash: string
  /** Within which it has to be confirmed; 0: it need not be. */
  readonly confirmSeconds: number
  readonly changes: readonly Change[]
  /** Warnings this change brought, and what it sets in vain. */
  readonly warnings: readonly Problem[]
  /** Of a key that was unset: what another layer says of it, null where none does. */
  readonly beneath?: OriginView | null
}

/** What one layer says of a key, secrets veiled. */
export interface OriginView extends Omit<Origin, 'line' | 'column'> {
  readonly key: string
  /** It is the value; all others are overridden, or take the key away. */
  readonly counts: boolean
  /** file:line:column */
  readonly place: string
}

export interface ValueOf {
  readonly key: string
  readonly value: unknown
  readonly text: string
  readonly place: string
  /** Every layer that says something of it, the one that wins first; of a map, that of each value in it. */
  readonly origins: readonly OriginView[]
}

export interface UserDocument {
  readonly path: string
  readonly hash: string
  readonly text: string
}

export interface Checked {
  readonly valid: boolean
  readonly problems: readonly Problem[]
  /** What the merged document would become; nothing where it is not valid. */
  readonly changes: readonly Change[]
}

export interface ConfigFiles {
  /** The merged document, secrets veiled. */
  merged(): Promise<unknown>
  get(key: string): Promise<ValueOf>
  user(): Promise<UserDocument>
  /** Writes the change, or refuses it: ROS_API_CHANGED when the user document has another hash than `ifMatch`. */
  change(edit: Edit, ifMatch: string | null, by: Author): Promise<Changed>
  /** A text in the place of the user document. */
  validate(text: string): Promise<Checked>
  /** The files as they are against a document, as a rule the one in force. */
  differences(inForce: CloudConfig): Promise<Checked>
  accept(text: string): Promise<Accepted>
  /** Makes a text that was accepted the user document. */
  keep(text: string, by: Author): Promise<void>
  /** What one generation's layers say and another's do not, as today's image and command line have it. */
  compare(from: readonly Layer[], to: readonly Layer[]): Promise<readonly Change[]>
  export(options: { readonly private: boolean; readonly full: boolean }): Promise<string>
}

export interface ConfigFilesParts {
  readonly paths: DocumentPaths
  readonly cmdline: () => string
  readonly announced: Pick<Announced, 'expect'>
  /** Called after a change was written. */
  readonly changed: () => void
}

export function createConfigFiles({ paths, cmdline, announced, changed }: ConfigFilesParts): ConfigFiles {
  const file = `${paths.root}${paths.user}`
  const name = basename(paths.user)
  const layers = () => readLayers(paths, cmdline())
  const textIn = (all: readonly Layer[]) => all.find(({ kind }) => kind === 'user')?.text ?? ''
  const withUser = (all: readonly Layer[], text: string) => replaceUser(all, { name, file, kind: 'user', text })
  /** As the files are; where they can not be one document, the best that can be made of them. */
  const document = async () => {
    const all = await layers()
    return documentOf(all, buildDocument(all))
  }

  const change = async (edit: Edit, ifMatch: string | null, by: Author): Promise<Changed> => {
    const all = await layers()
    const text = textIn(all)
    const hash = contentHash(text)
    if (ifMatch !== null && ifMatch !== hash) {
      throw new Refusal(
        'ROS_API_CHANGED',
        `${paths.user} is not what it was when it was read (its ETag is now "${hash}"): read it again and repeat the change`
      )
    }
    if (edit.by === 'unset') mustHave(all, name, text, keyOf(edit.key))
    const next = carryOut(text, edit, name)
    const before = buildDocument(all)
    const then = withUser(all, next)
    const after = buildDocument(then)
    if (!after.ok) throw invalid(refusalOf(edit, name, before.ok, after.problems), after.problems)
    if (next !== text) {
      announced.expect(then, by)
      await writeAtomic(file, next, { expectedHash: hash })
      changed()
    }
    const old = documentOf(all, before)
    const known = new Set(old.problems.map(idOf))
    const brought = after.document.problems.filter((one) => one.severity === 'warning' && !known.has(idOf(one)))
    const [from, to] = [old.data, after.document.data]
    const touches = touchesAccess(plain(from), plain(to))
    const touchesOwn = touches && by.path !== undefined && touchesPath(from, to, by.path)
    const set = edit.by === 'value' ? [keyOf(edit.key)] : written(all, then)
    return {
      hash: contentHash(next),
      documentHash: after.document.hash,
      confirmSeconds: next === text ? 0 : secondsToConfirm({ by, rules: agentRules(to), touches, touchesOwn }),
      changes: changesOf(plain(from), plain(to)),
      warnings: [...aboutInput(edit), ...brought, ...overridden(then, set)],
      ...(edit.by === 'unset' ? { beneath: originsOf(then, keyOf(edit.key))[0] ?? null } : {})
    }
  }

  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const turn = last.then(step)
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    async merged() {
      return veil(plain((await document()).data), [])
    },
    async get(key) {
      const all = await layers()
      return valueOf(documentOf(all, buildDocument(all)), all, key)
    },
    async user() {
      const text = textIn(await layers())
      return { path: paths.user, hash: contentHash(text), text }
    },
    change: (edit, ifMatch, by) =>
      inTurn(() => change(edit, ifMatch, by).catch((thrown: unknown) => asRefusal(thrown, paths.user))),
    async validate(text) {
      const all = await layers()
      const before = documentOf(all, buildDocument(all))
      const { problems, ...checked } = against(plain(before.data), buildDocument(withUser(all, text)))
      return {
        ...checked,
        problems: problems.filter((one) => one.file === name || (!checked.valid && isError(one)))
      }
    },
    async differences(inForce) {
      return against(plain(inForce), buildDocument(await layers()))
    },
    async accept(text) {
      const all = withUser(await layers(), text)
      const built = buildDocument(all)
      if (!built.ok) throw invalid('the document is not valid', built.problems)
      return accept(built.document, all)
    },
    keep: (text, by) =>
      inTurn(async () => {
        announced.expect(withUser(await layers(), text), by)
        await writeAtomic(file, text)
      }),
    async compare(from, to) {
      const all = await layers()
      const dataOf = (kept: readonly Layer[]) => plain(salvage(withKept(all, kept)).document.data)
      return changesOf(dataOf(from), dataOf(to))
    },
    async export(options) {
      return exportText(await document(), options)
    }
  }
}

function against(from: Value, built: Built): Checked {
  if (!built.ok) return { valid: false, problems: built.problems, changes: [] }
  const { data, problems } = built.document
  return { valid: true, problems, changes: changesOf(from, plain(data)) }
}

/** `ros config get KEY`; the password has no value for anybody. */
function valueOf(document: Document, layers: readonly Layer[], key: string): ValueOf {
  const path = parsePath(key)
  const data = veil(plain(document.data), [])
  const text = formatGet(data, key)
  const place = provenance(document, path)
  return {
    key,
    value: text === '\n' ? null : (getIn(data, path) ?? null),
    text,
    place: place === null ? '' : `${place.file}:${place.line}:${place.column}`,
    origins: everyOrigin(layers, path)
  }
}

function originsOf(layers: readonly Layer[], path: Path): readonly OriginView[] {
  return origins(layers, path).map(({ line, column, ...origin }, i) => ({
    key: showPath(path),
    ...origin,
    value: veil(origin.value, path),
    place: `${origin.file}:${line}:${column}`,
    counts: i === 0 && !origin.taken
  }))
}

function everyOrigin(layers: readonly Layer[], path: Path): readonly OriginView[] {
  const all = originsOf(layers, path)
  const maps = all.flatMap(({ value }) => (isFields(value) ? [value] : []))
  const keys = [...new Set(maps.flatMap((value) => Object.keys(value)))]
  if (keys.length === 0 || all.some(({ value, taken }) => !taken && !isFields(value))) return all
  return keys.flatMap((key) => everyOrigin(layers, [...path, key]))
}

function documentOf(layers: readonly Layer[], built: Built): Document {
  return built.ok ? built.document : salvage(layers).document
}

/** The layers with another user document, at its place. */
function replaceUser(layers: readonly Layer[], user: Layer): readonly Layer[] {
  if (layers.some(({ kind }) => kind === 'user')) return layers.map((layer) => (layer.kind === 'user' ? user : layer))
  const above = layers.findIndex(({ kind }) => kind === 'metadata' || kind === 'cmdline' || kind === 'arguments')
  return layers.toSpliced(above === -1 ? layers.length : above, 0, user)
}

/** Refuses a key the user document does not have, and says who has it. */
function mustHave(layers: readonly Layer[], name: string, text: string, path: Path): void {
  const { tree } = parse(name, text, 0)
  if (tree === null || treeAt(tree, path) !== undefined) return
  const key = showPath(path)
  const [other] = originsOf(layers, path)
  if (other === undefined) throw new Refusal('ROS_API_NO_KEY', `${name} does not set ${key}, and nothing else does`)
  const away = isFields(other.value)
    ? `To take it away set what is in it to null; \`ros config get ${key} --explain\` lists it`
    : `To take it away: ros config set ${key} null`
  throw new Refusal('ROS_API_NO_KEY', `${name} does not set ${key}; it comes from ${other.place}. ${away}`)
}

/** What reading the text to merge gave cause to say. */
function aboutInput(edit: Edit): readonly Problem[] {
  return edit.by === 'merge' ? parse('input', edit.text, 0).problems : []
}

/** Why a change is refused: in the words of the key that was typed, where it is that key's fault. */
function refusalOf(edit: Edit, name: string, wasValid: boolean, problems: readonly Problem[]): string {
  if (edit.by === 'value') {
    const key = showPath(keyOf(edit.key))
    const within = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}.`)
    const own = problems.find((one) => isError(one) && one.key !== '' && (within(one.key, key) || within(key, one.key)))
    if (own !== undefined) return `${own.key} is not set: ${own.message}`
  }
  return `${wasValid ? `${name} would not be valid` : 'the document is not valid apart from this'}; nothing was written`
}

/** What a disk refuses, in words. */
const DISK: Readonly<Record<string, string>> = {
  EROFS:
    'read-only; the kernel makes it so when it finds an error (`dmesg`). Once it is sound: mount -o remount,rw /var/lib/rancher',
  ENOSPC: 'full; remove what is not needed (`docker system df`, `df`) and repeat the change',
  EDQUOT: 'full for its owner; remove what is not needed and repeat the change',
  EIO: 'faulty (`dmesg`); keep a copy of what is on it, and replace it'
}

function asRefusal(thrown: unknown, file: string): never {
  if (thrown instanceof ChangedMeanwhile) throw new Refusal('ROS_API_CHANGED', thrown.message)
  const why = DISK[(thrown as NodeJS.ErrnoException).code ?? '']
  if (why === undefined) throw thrown
  throw new Refusal('ROS_API_NOT_WRITTEN', `${file} is as it was: the disk it lies on is ${why}`)
}

/** The data of a document is made of plain values. */
function plain(data: CloudConfig): Value {
  return data as unknown as Value
}

function idOf({ code, key, message }: Problem): string {
  return `${code} ${key} ${message}`
}
