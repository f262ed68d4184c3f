// The proxies of the document, as its environment has them in both spellings (src/document/expand.ts puts rancher.network's there). Pure.
import type { CloudConfig } from '../document/types.gen.ts'

export const PROXIES = ['http_proxy', 'https_proxy', 'no_proxy'] as const

/** `[name, value]` of each that is set, as it is spelled; values may hold passwords. */
export function proxiesOf({ rancher }: CloudConfig): readonly (readonly [name: string, value: string])[] {
  const environment = rancher?.environment ?? {}
  return PROXIES.flatMap((name) =>
    [name, name.toUpperCase()].flatMap((spelling) => {
      const value = environment[spelling]
      return value === undefined || value === '' ? [] : [[spelling, value] as const]
    })
  )
}
