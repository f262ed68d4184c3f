// What is enabled by command: the newest definitions are fetched, checked and copied, before the document names them. What the copies
// change of a document that names them already is told.
import { type Change, changesOf } from '../api/changes.ts'
import { invalid } from '../api/edits.ts'
import { Refusal } from '../api/refusal.ts'
import type { Author } from '../core/author.ts'
import { salvage } from '../document/salvage.ts'
import { buildDocument } from '../document/build.ts'
import type { Document } from '../document/document.ts'
import type { Layer } from '../document/layers.ts'
import { suggest } from '../document/suggest.ts'
import type { Value } from '../document/value.ts'
import type { Section } from '../repository/index.ts'
import { digestOf, parsePin, type Pin } from '../repository/pin.ts'
import { withPins } from '../repository/read.ts'
import type { Announced } from './announced.ts'
import type { Catalogue } from './catalogue.ts'

/** What became of one name. */
export interface Pinned {
  readonly name: string
  /** Where the copy is from; empty: there is none, for the image has it or it is a file of this machine. */
  readonly from: string
  /** Of the copy; null: there is none. */
  readonly sha256: string | null
  /** Of the copy there was; null: there was none. */
  readonly before: string | null
  /** Why the newest could not be had, and the copy is what it was; empty: it could. */
  readonly kept: string
}

export interface PinAnswer {
  readonly items: readonly Pinned[]
  /** What changes of the document that is written, beside what an edit of it will change. */
  readonly changes: readonly Change[]
  /** Of the merged document with the copies. */
  readonly documentHash: string
}

export interface Pinning {
  /** All of the names, or none: a name nobody has, and a definition that is not valid, are refused. */
  pin(section: Section, names: readonly string[], by: Author, signal: AbortSignal): Promise<PinAnswer>
}

export interface PinningParts {
  readonly root: string
  readonly catalogue: Pick<Catalogue, 'newest' | 'keep' | 'list'>
  readonly layers: () => Promise<readonly Layer[]>
  readonly announced: Pick<Announced, 'expect'>
  readonly changed: () => void
}

const ONE: Readonly<Record<Section, string>> = { services: 'service', consoles: 'console', engines: 'engine' }

export function createPinning({ root, catalogue, layers, announced, changed }: PinningParts): Pinning {
  const missing = async (section: Section, name: string, why: string): Promise<Refusal> => {
    const { items, repositories } = await catalogue.list()
    const near = suggest(
      name,
      items.filter((one) => one.section === section).map((one) => one.name)
    ) // a typing error
    const failed = repositories.flatMap((one) => (one.error === null ? [] : [`${one.name}: ${one.error}`]))
    const reasons = [...new Set([...(why === '' ? [] : [why]), ...failed])]
    const meant = near === null ? '' : `, did you mean '${near}'?`
    const detail = `${name} is not a valid ${ONE[section]}${meant}${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`
    return new Refusal('ROS_API_NO_SERVICE', detail)
  }

  /** Why the repository of a definition could not be asked for a newer one; empty: it could. */
  const unasked = async ({ from }: Pin): Promise<string> => {
    const { repositories } = await catalogue.list()
    const its = repositories.find(({ name, url }) => from.startsWith(`${name} ${url}/`))
    return its === undefined || its.error === null ? '' : `${its.name}: ${its.error}`
  }

  const found = async (section: Section, name: string, all: readonly Layer[], signal: AbortSignal) => {
    if (name.startsWith('/') && !/^\/var\/lib\/rancher\/conf\/[^/]+\.yml$/.test(name))
      throw new Refusal('ROS_API_BAD_REQUEST', `${name}: a service's file is /var/lib/rancher/conf/NAME.yml`)
    const copy = all.find(({ offer }) => offer?.from === null && offer.section === section && offer.name === name)
    const before = copy === undefined ? null : parsePin(copy.text)
    const newest = await catalogue.newest(section, name, signal)
    if (newest === null) return { name, before, pin: null, kept: '' }
    if (typeof newest !== 'string') {
      const kept = newest.text === before?.text ? await unasked(newest) : ''
      return { name, before, pin: newest, kept }
    }
    if (before === null) throw await missing(section, name, newest)
    return { name, before, pin: before, kept: newest || 'no repository has it any more' }
  }

  return {
    async pin(section, names, by, signal) {
      const all = await layers()
      const each = []
      for (const name of new Set(names)) each.push(await found(section, name, all, signal))
      const fresh = each.flatMap(({ pin, before }) => (pin === null || pin.text === before?.text ? [] : [pin]))
      const next = withPins(await layers(), fresh, root)
      refuseBroken(next, section, [...names])
      const [from, to] = [salvage(all).document, salvage(next).document]
      const changes = changesOf(plain(from), plain(to))
      if (changes.length > 0) announced.expect(next, by)
      for (const pin of fresh) await catalogue.keep(pin)
      if (fresh.length > 0) changed()
      const items = each.map(({ name, pin, before, kept }): Pinned => {
        // Of the texts: a copy may have been changed by hand.
        const [sha256, old] = [pin, before].map((one) => (one === null ? null : digestOf(one.text)))
        return { name, from: pin?.from ?? '', sha256: sha256 ?? null, before: old ?? null, kept }
      })
      return { items, changes, documentHash: to.hash }
    }
  }
}

/** Builds the document as it will be with all names enabled: a definition that would be left out is not enabled. */
function refuseBroken(layers: readonly Layer[], section: Section, names: readonly string[]): void {
  const [name = ''] = names
  const rancher =
    section === 'services'
      ? { services_include: Object.fromEntries(names.map((one) => [one, true])) }
      : section === 'consoles'
        ? { console: name }
        : { docker: { engine: name } }
  const text = `#cloud-config\n${JSON.stringify({ rancher })}\n`
  const built = buildDocument([...layers, { name: 'enable', file: '', kind: 'conf', text }])
  const own = new Set(
    layers.flatMap(({ name: file, offer }) => (offer !== undefined && names.includes(offer.name) ? [file] : []))
  )
  const problems = built.ok ? built.document.problems : built.problems
  const broken = problems.filter(({ file, message }) => own.has(file) && message.endsWith('the definition is left out'))
  if (broken.length === 0) return
  const told = broken.map((one) => ({ ...one, severity: 'error' as const }))
  throw invalid(`${names.join(', ')}: not a valid definition; nothing was enabled`, told)
}

function plain({ data }: Document): Value {
  // The data of a document is made of plain values.
  return data as unknown as Value
}
