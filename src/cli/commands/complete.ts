import type { Offered } from '../../agent/offered.ts'
import type { Summary } from '../../agent/history.ts'
import type { Service } from '../../api/agent.ts'
import type { NetworkView } from '../../api/network.ts'
import { parsePath } from '../../document/path.ts'
import { type Candidate, candidates, FILES, type Sources } from '../candidates.ts'
import { createClient } from '../client.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { print } from '../print.ts'
import { readSchema } from '../schema-file.ts'
import { firstSentence, partAt, resolved } from '../schema-part.ts'
import { commands, groups } from '../table.ts'

/** Milliseconds the agent may take: who presses a key waits for it. */
const patience = 200

export async function run(context: Context): Promise<number> {
  const found = await candidates(context.args, commands, groups, sourcesOf(context))
  print(context, found, (some) =>
    some === FILES ? ':files\n' : some.map(({ word, about }) => `${word}\t${about}\n`).join('')
  )
  return EXIT.done
}

function sourcesOf({ io, client }: Context): Sources {
  const agent = createClient(client.socket, AbortSignal.any([io.signal, AbortSignal.timeout(patience)]))
  const items = async <T>(path: string, query = {}): Promise<readonly T[]> => {
    const { items: all } = await agent
      .call<{ readonly items: readonly T[] }>(path, { query })
      .catch(() => ({ items: [] }))
    return all
  }
  let schema: ReturnType<typeof readSchema> | undefined
  return {
    async about(key) {
      try {
        schema ??= readSchema(io)
        const top = await schema
        const part = partAt(top, parsePath(key))
        return part === undefined ? '' : firstSentence(resolved(part, top).description ?? '')
      } catch {
        return '' // without the schema's file there are keys, and nothing said about them
      }
    },
    services: async () =>
      (await items<Service>('/v1/services')).map(({ name, image }): Candidate => ({ word: name, about: image })),
    offered: async () =>
      (await items<Offered>('/v1/catalogue')).flatMap(({ section, name, enabled }): readonly Candidate[] =>
        section === 'services' ? [{ word: name, about: enabled ? 'enabled' : 'disabled' }] : []
      ),
    logs: async () => (await items<string>('/v1/logs/sources')).map((word): Candidate => ({ word, about: '' })),
    generations: async () =>
      (await items<Summary>('/v1/history'))
        .toReversed()
        .map(({ generation, changed }) => ({ word: String(generation), about: changed.join(', ') })),
    links: async () =>
      (await agent.call<NetworkView>('/v1/network').catch(() => null))?.links.map(({ name, kind }) => ({
        word: name,
        about: kind
      })) ?? [],
    resources: async (kind) =>
      (await items<{ readonly key: string }>('/v1/resources', { kind })).map(({ key }) => ({ word: key, about: '' }))
  }
}
