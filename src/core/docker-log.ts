/**
 * The lines of an engine's log stream without their line ends. The engine frames what was not written to a terminal: 1 byte
 * stream number, 3 bytes zero, 4 bytes length, then the text (Docker Engine API, "Stream format").
 */
export async function* demux(stream: AsyncIterable<unknown>): AsyncIterable<string> {
  let buffer = Buffer.alloc(0)
  let framed: boolean | null = null
  let line = ''
  for await (const chunk of stream) {
    buffer = Buffer.concat([buffer, Buffer.from(chunk as Uint8Array)]) // an engine's body is bytes
    if (framed === null && buffer.length >= 4) framed = (buffer[0] ?? 9) <= 2 && buffer.readUIntBE(1, 3) === 0
    for (let text = take(); text !== null; text = take()) {
      const lines = (line + text).split('\n')
      line = lines.pop() ?? ''
      for (const full of lines) yield full.replace(/\r$/, '')
    }
  }
  if (line !== '') yield line

  function take(): string | null {
    if (framed === null) return null
    const size = framed ? (buffer.length < 8 ? -1 : buffer.readUInt32BE(4)) : buffer.length
    const start = framed ? 8 : 0
    if (size < 0 || buffer.length < start + size || (!framed && size === 0)) return null
    const text = buffer.toString('utf8', start, start + size)
    buffer = buffer.subarray(start + size)
    return text
  }
}
