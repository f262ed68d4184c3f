// A file that holds the newest of something, written in turn: of writes asked for at once the older never lands on the newer.

/** Where the bytes are kept. */
export interface TextFile {
  read(): Promise<string | null>
  /** Atomic and durable. */
  write(text: string): Promise<void>
}

/**
 * A function that resolves when what `text` gives now is in the file. Calls during a write share the next one. A rejection is
 * that of the write; the next call tries again.
 */
export function keeper(file: TextFile, text: () => string): () => Promise<void> {
  let under: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null
  return () => {
    next ??= under
      .catch(() => undefined)
      .then(() => {
        next = null
        under = file.write(text())
        return under
      })
    return next
  }
}
