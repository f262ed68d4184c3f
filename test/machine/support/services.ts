// Services for a machine of tests, which idle.
import type { Value } from '../../../src/document/value.ts'

export const REF = 'test/busybox:1'

/** A service of User Docker. */
export const user = (more: Readonly<Record<string, Value>> = {}): Value => ({
  image: REF,
  command: 'sleep 1d',
  stop_grace_period: '1s',
  ...more
})

/** A service of System Docker, with the machine's programs. */
export const system = (more: Readonly<Record<string, Value>> = {}): Value => ({
  image: 'rosd/base:${VERSION}',
  command: ['sleep', '1000000'],
  net: 'none',
  volumes_from: ['command-volumes'],
  labels: { 'io.rancher.os.scope': 'system' },
  stop_signal: 'SIGKILL',
  ...more
})

/** What is there before the first case: `stays` is never touched. */
export const BASE: Value = {
  rancher: {
    services: { stays: user(), web: user({ environment: ['GREETING'] }), sys: system() }
  }
}
