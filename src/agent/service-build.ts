// `ros service build`: the image of a service is made anew from its folder, whether it is there or not.
import { Refusal } from '../api/refusal.ts'
import type { BuildLine } from '../api/agent.ts'
import type { Want } from '../core/resource.ts'
import type { BuildOptions, Host } from '../host/ports.ts'

/** What the engine says, line by line; the last line of a build that failed says why. */
export async function* buildService(
  host: Pick<Host, 'docker'>,
  want: Want<'image'> | undefined,
  name: string,
  how: BuildOptions,
  signal: AbortSignal
): AsyncIterable<BuildLine> {
  const { build, ref, scope } = want?.spec ?? {}
  if (build === undefined || ref === undefined || scope === undefined)
    throw new Refusal('ROS_API_NOT_BUILT', `service '${name}' is not built from a folder: it has no \`build\``)
  const said: BuildLine[] = []
  let wake = () => {}
  let ended = false
  const tell = (line: string, failed: boolean) => {
    for (const one of line.split('\n')) if (one.trim() !== '') said.push({ service: name, line: one.trimEnd(), failed })
    wake()
  }
  const work = host.docker[scope]
    .build(ref, build, how, ({ status, layer }) => tell(layer === '' ? status : `${layer}: ${status}`, false), signal)
    .catch((cause: unknown) => tell(cause instanceof Error ? cause.message : String(cause), true))
    .finally(() => {
      ended = true
      wake()
    })
  while (!ended || said.length > 0) {
    yield* said.splice(0)
    if (ended) continue
    await new Promise<void>((resolve) => {
      wake = resolve
      if (said.length > 0) resolve()
    })
  }
  await work
}
