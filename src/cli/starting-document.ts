/**
 * A document to begin with, valid as it is. Examples are commented out: `#` right before the key; a remark has a space after its
 * `#`. The second line tells editors with yaml-language-server the schema.
 */
export function startingDocument(schema: string): string {
  return `#cloud-config
# yaml-language-server: $schema=${schema}
#
# What this machine is. Take the # off the lines you need. \`ros config explain KEY\` tells about a key,
# \`ros config validate -i FILE\` checks a file, \`ros config merge -i FILE\` makes it count.

#hostname: web-1

# Who may log in as rancher.
#ssh_authorized_keys:
#  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.com

#write_files:
#  - path: /etc/motd
#    permissions: "0644"
#    content: |
#      Welcome.

# Run once in every boot.
#runcmd:
#  - [sh, -c, "echo up > /dev/kmsg"]

#rancher:
#  network:
#    interfaces:
#      eth0:
#        address: 192.168.1.10/24
#        gateway: 192.168.1.1
#    dns:
#      nameservers: [192.168.1.1]

# Kernel parameters and modules.
#  sysctl:
#    vm.swappiness: 10
#  modules: [dm_crypt]

# Containers of User Docker.
#  services:
#    web:
#      image: nginx:1.27-alpine
#      ports: ["80:80"]
#      restart: always
`
}
