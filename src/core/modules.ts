// Entries of rancher.modules. Pure.

/** `nbd nbds_max=16` -> nbd; the kernel takes `-` and `_` for the same, and lists modules with `_`. */
export function moduleName(entry: string): string {
  return (entry.trim().split(/\s+/)[0] ?? '').replaceAll('-', '_')
}
