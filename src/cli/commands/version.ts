import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { print } from '../print.ts'
import { VERSION } from '../version.ts'

export async function run(context: Context): Promise<number> {
  const agent = await context.client.call<{ readonly version: string }>('/v1/version').then(
    ({ version }) => version,
    (error: unknown) => {
      // This command is of use without an agent, too.
      if (error instanceof Failure && error.exit === EXIT.unreachable) return null
      throw error
    }
  )
  print(context, { ros: `v${VERSION}`, agent }, () => `ros    v${VERSION}\nagent  ${agent ?? 'not reachable'}\n`)
  return EXIT.done
}
