// Everything that can be asked for by name, and what became of it. Pure.
import { type Asked, repositoriesOf } from '../document/included.ts'
import type { Layer } from '../document/layers.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import { parseIndex, SECTIONS, type Section } from '../repository/index.ts'
import { parsePin } from '../repository/pin.ts'

/** One name that can be asked for. */
export interface Offered {
  readonly section: Section
  readonly name: string
  /** The document asks for it. */
  readonly enabled: boolean
  /** The repository that has it, empty for the image's own; null: none has, it is a file, an address, or gone. */
  readonly repository: string | null
  /** sha256 of the copy that was taken when it was enabled; null: there is none. */
  readonly pinned: string | null
  /** Its repository has another definition than the copy. */
  readonly newer: boolean
}

/** By section and name: what the indices have, and what the document names besides. */
export function offeredIn(layers: readonly Layer[], asked: readonly Asked[], data: CloudConfig): readonly Offered[] {
  const declared = repositoriesOf(data)
  const indices = layers.flatMap(({ kind, name, text, file, repository = '' }) => {
    if (kind !== 'repository' || (repository !== '' && declared.get(repository) !== file)) return []
    return [{ repository, index: parseIndex(name, text).index }]
  })
  const enabled = new Set(asked.map(({ section, name }) => `${section} ${name}`))
  return SECTIONS.flatMap((section) => {
    const named = [
      ...asked.filter((one) => one.section === section).map(({ name }) => name),
      ...(section === 'services' ? Object.keys(data.rancher?.services_include ?? {}) : [])
    ]
    const names = new Set([...indices.flatMap(({ index }) => index[section]), ...named])
    return [...names].toSorted().map((name): Offered => {
      const holder = indices.find(({ index }) => index[section].includes(name))
      const repository = holder?.repository ?? null
      const pin = pinIn(layers, section, name)
      const theirs = layers.find(
        ({ offer }) => offer?.section === section && offer.name === name && offer.from === repository
      )
      return {
        section,
        name,
        enabled: enabled.has(`${section} ${name}`),
        repository,
        pinned: pin?.sha256 ?? null,
        newer: pin !== null && repository !== null && theirs !== undefined && theirs.text !== pin.text
      }
    })
  })
}

function pinIn(layers: readonly Layer[], section: Section, name: string) {
  const copy = layers.find(({ offer }) => offer?.from === null && offer.section === section && offer.name === name)
  return copy === undefined ? null : parsePin(copy.text)
}
