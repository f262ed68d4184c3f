// The copy of a definition that was enabled: one file, whose first line says what it is. It counts whatever its repository says
// later, and where there is no repository at all. Pure.
import { createHash } from 'node:crypto'
import { SECTIONS, type Section } from './index.ts'

export interface Pin {
  readonly section: Section
  /** As the document names it: a name, or an address. */
  readonly name: string
  /** The repository it is from, and the address there. */
  readonly from: string
  /** ISO time. */
  readonly at: string
  /** Of `text`. */
  readonly sha256: string
  readonly text: string
}

/** Where copies lie, in a folder for each section. */
export const PINNED = '/var/lib/rancher/conf/pinned'

/** Longer ones than a file's name may be are named by their digest. */
const LONGEST = 200

export function pinPath(section: Section, name: string): string {
  const file = encodeURIComponent(name)
  return `${PINNED}/${section}/${file.length > LONGEST ? digestOf(name) : file}.yml`
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The file of a pin. */
export function pinText({ text, ...head }: Pin): string {
  return `# ${JSON.stringify(head)}\n${text}`
}

/** What such a file says; null: it is none. Its text may be another than the one its digest is of. */
export function parsePin(file: string): Pin | null {
  const end = file.indexOf('\n')
  try {
    const { section, name, from, at, sha256 }: Partial<Pin> = JSON.parse(file.slice(2, end))
    const known = SECTIONS.find((one) => one === section)
    const all = [name, from, at, sha256].every((one) => typeof one === 'string')
    if (!file.startsWith('# ') || known === undefined || !all) return null
    return {
      section: known,
      name: `${name}`,
      from: `${from}`,
      at: `${at}`,
      sha256: `${sha256}`,
      text: file.slice(end + 1)
    }
  } catch {
    return null
  }
}
