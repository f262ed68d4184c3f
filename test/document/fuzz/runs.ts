import type { Parameters } from 'fast-check'

/** Documents of all fuzzing together: 100,000 in `npm test`, as many as one likes with FUZZ_RUNS. */
const altogether = Number(process.env['FUZZ_RUNS'] ?? 100_000)

/** How often one property is tried, and from where: a failure prints its seed and path, for FUZZ_SEED and FUZZ_PATH. */
export function runs(share: number): Parameters<unknown> {
  const { FUZZ_SEED: seed, FUZZ_PATH: path } = process.env
  return {
    numRuns: Math.ceil(altogether * share),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path })
  }
}
