// What repositories have, and what of it is kept here.
import type { JsonSchema } from '../route.ts'
import { among, boolean, list, object, string } from './words.ts'

export const repositories: JsonSchema = {
  ...list(
    object({
      name: string,
      url: string,
      at: { type: ['string', 'null'], description: 'when its index was last known to be the newest' },
      error: { type: ['string', 'null'], description: 'why not all of it could be read' }
    })
  ),
  description: 'repositories of the document that are not on this machine'
}

export const catalogueSchemas = {
  Pin: object({ section: among('services', 'consoles', 'engines'), names: list(string) }),
  Pinned: object(
    {
      items: list(
        object({
          name: string,
          from: { ...string, description: 'where the copy is from; empty: it is of this machine, and none is needed' },
          sha256: { type: ['string', 'null'], description: 'of the copy; null: there is none' },
          before: { type: ['string', 'null'], description: 'of the copy there was; null: there was none' },
          kept: {
            ...string,
            description: 'why the newest could not be had and the copy is what it was; empty: it could'
          }
        })
      ),
      changes: {
        ...list({ $ref: '#/components/schemas/Change' }),
        description: 'of the document that is in force, where it has the names already'
      },
      settled: boolean,
      status: { $ref: '#/components/schemas/Status' }
    },
    ['settled', 'status']
  ),
  Catalogue: object({
    items: list(
      object({
        section: among('services', 'consoles', 'engines'),
        name: string,
        enabled: { ...boolean, description: 'the document asks for it' },
        repository: {
          type: ['string', 'null'],
          description: "the repository that has it, empty for the image's own; null: none has"
        },
        pinned: { type: ['string', 'null'], description: 'sha256 of the copy that counts; null: there is none' },
        newer: { ...boolean, description: 'its repository has another definition than the copy' }
      })
    ),
    repositories
  })
} as const satisfies Readonly<Record<string, JsonSchema>>
