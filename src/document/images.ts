import type { CloudConfig } from './types.gen.ts'

/** Images named by a document's services and bootstrap containers, each once, sorted, as `ros config images` lists them. */
export function imagesOf({ rancher }: CloudConfig): readonly string[] {
  const services = [...Object.values(rancher?.bootstrap ?? {}), ...Object.values(rancher?.services ?? {})]
  return [...new Set(services.flatMap(({ image }) => image ?? []))].toSorted()
}
