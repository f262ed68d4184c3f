/** HTTP status of an engine's refusal; 0 for what is none. */
export function statusOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 0
}
