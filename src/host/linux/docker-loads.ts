// Loads of archives into one engine: so many at once, and those unpacked here that not every engine unpacks.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createZstdDecompress } from 'node:zlib'
import type Dockerode from 'dockerode'
import { HEAD, type Packing, packingOf } from '../../core/image-archive.ts'
import type { Docker } from '../ports.ts'
import { follow } from './docker-progress.ts'
import { createTurns } from './turns.ts'

/** At once: an engine unpacks all of an archive into a folder of its own first. */
const WIDTH = 3

export function createLoads(engine: Dockerode): Docker['load'] {
  const turns = createTurns(WIDTH)
  return (archive, progress, signal) => {
    const load = async () => {
      const packing = await packingOfFile(archive)
      const broken = new AbortController()
      const source = createReadStream(archive)
      const bytes = packing === 'zstd' ? source.pipe(createZstdDecompress()) : source
      // The call is given up with what keeps its bytes from coming; an error that nobody hears would end the agent.
      for (const stream of [source, bytes]) stream.on('error', (error: Error) => broken.abort(error))
      const abortSignal = AbortSignal.any([signal, broken.signal])
      try {
        await follow(await engine.loadImage(bytes, { quiet: false, abortSignal }), progress, abortSignal)
      } catch (thrown) {
        signal.throwIfAborted()
        throw broken.signal.aborted ? broken.signal.reason : thrown
      } finally {
        source.destroy()
        bytes.destroy()
      }
    }
    const waits = () => progress({ status: 'waits for its turn', layer: '', current: 0, total: 0 })
    return turns.take('', load, waits, signal)
  }
}

/** How a file is packed; null: it is no archive. */
export async function packingOfFile(path: string): Promise<Packing | null> {
  const file = await open(path)
  try {
    const head = Buffer.alloc(HEAD)
    const { bytesRead } = await file.read(head, 0, HEAD, 0)
    return packingOf(head.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}
