import type { PulledImage, Service } from '../../api/agent.ts'
import { Refused } from '../client.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { print } from '../print.ts'
import { named } from '../services.ts'
import { withProgress } from '../with-progress.ts'

export async function run(context: Context): Promise<number> {
  const { client, args, io, json, options } = context
  const { items } = await client.call<{ readonly items: readonly Service[] }>('/v1/services')
  const pulled: PulledImage[] = []
  for (const { name } of named(items, args)) {
    const path = `/v1/services/${encodeURIComponent(name)}/pull`
    try {
      const one = await withProgress(context, () => client.call<PulledImage>(path, { method: 'POST' }))
      pulled.push(one)
      if (!json) io.out(pulledText(one))
    } catch (error) {
      if (options['ignore-pull-failures'] !== true || !(error instanceof Refused)) throw error
      io.err(`${name}: ${error.message}\n`)
    }
  }
  if (json) print(context, { items: pulled }, () => '')
  return EXIT.done
}

function pulledText({ name, image, before, after }: PulledImage): string {
  if (before === after) return `${name}: ${image} is the newest (${short(after)})\n`
  if (before === null) return `${name}: ${image} is here (${short(after)})\n`
  return `${name}: ${image} ${short(before)} -> ${short(after)}; \`ros service up --force-recreate ${name}\` takes it\n`
}

function short(id: string | null): string {
  return (id ?? '').replace(/^sha256:/, '').slice(0, 12)
}
