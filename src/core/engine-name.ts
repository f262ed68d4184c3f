// User Docker's engines by the names people give them. Pure.
import type { CloudConfig } from '../document/types.gen.ts'

/** Label of User Docker's container: the engine it runs. */
export const ENGINE_LABEL = 'io.rancher.os.engine'

/** The engine that the image brings. */
export function ownEngine({ rancher }: CloudConfig): string {
  const name = rancher?.defaults?.docker?.engine ?? ''
  return name === '' ? 'default' : name
}

/** The engine the document asks for. */
export function wantedEngine(data: CloudConfig): string {
  const name = data.rancher?.docker?.engine ?? ''
  return name === '' || name === 'default' ? ownEngine(data) : name
}
