/**
 * Whether words about a load that failed are about the archive itself, so that it will fail until it is another one: ours of an
 * archive, and those of the engine's readers of tar and packed files. All else is the engine's, its disk's or the moment's. Pure.
 */
export function isArchiveFault(words: string): boolean {
  return /^it |^.* is missing in it$|unexpected EOF|unexpected end|invalid tar header|archive\/tar|incorrect (header|data) check|invalid (block|distance|stored|code|literal)|gzip: invalid|magic number mismatch|xz: |zstd|JSON|no such file.*manifest|invalid manifest|invalid image|invalid diffID|checksum/i.test(
    words
  )
}
