// The same services or interfaces, as rosd's document and as the other program's file.

export interface Input {
  readonly ours: string
  readonly theirs: string
}

/** Services with what services usually have, each started after the one before it; the other is a Compose file. */
export function services(count: number): Input {
  const names = Array.from({ length: count }, (_, i) => `s${i}`)
  const entries = names.map((name, i) =>
    [
      `${name}:`,
      `  image: registry.example.org/apps/web:1.${i % 20}`,
      `  command: serve --port 8080 --name ${name}`,
      '  restart: always',
      ...(i === 0 ? [] : [`  depends_on: [s${i - 1}]`]),
      '  environment:',
      `    NAME: ${name}`,
      '    LEVEL: info',
      '  labels:',
      `    org.example.team: "${i % 7}"`,
      '  ports:',
      `    - "${20_000 + i}:8080"`,
      '  volumes:',
      `    - /srv/${name}:/srv`
    ].join('\n')
  )
  return {
    ours: `#cloud-config\nrancher:\n  services:\n${indented(entries, 4)}`,
    theirs: `version: "2.4"\nservices:\n${indented(entries, 2)}`
  }
}

/** Interfaces with two addresses, a route and an MTU each, and name servers; the other is a file of netplan. */
export function interfaces(count: number): Input {
  const nets = Array.from({ length: count }, (_, i) => `10.${i >> 8}.${i & 255}`)
  const entries = nets.map((net, i) =>
    [
      `eth${i}:`,
      '  addresses:',
      `    - ${net}.2/24`,
      `    - fd00:${i.toString(16)}::2/64`,
      '  mtu: 9000',
      '  routes:',
      `    - to: 172.16.${i & 255}.0/24`,
      `      via: ${net}.1`,
      `      metric: ${100 + i}`
    ].join('\n')
  )
  const servers = '10.0.0.1, 10.0.0.53'
  return {
    ours: `#cloud-config\nrancher:\n  network:\n    dns:\n      nameservers: [${servers}]\n    interfaces:\n${indented(entries, 6)}`,
    theirs: `network:\n  version: 2\n  ethernets:\n${indented(
      entries.map((entry, i) => (i === 0 ? `${entry}\n  nameservers:\n    addresses: [${servers}]` : entry)),
      4
    )}`
  }
}

function indented(entries: readonly string[], columns: number): string {
  return `${entries.join('\n').replaceAll(/^/gm, ' '.repeat(columns))}\n`
}
