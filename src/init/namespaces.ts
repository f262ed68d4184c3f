/**
 * True when whoever started PID 1 made namespaces for it on a running host instead of a machine (src/vm, --namespaces):
 * consoles, swap, kernel log and clock are the host's then.
 */
export function isInNamespaces(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['container'] === 'rosd-namespaces'
}
