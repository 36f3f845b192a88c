/**
 * Which network addresses belong to the public internet. What others make the shop call must not reach the machines
 * beside it: loopback, private networks, the metadata services of clouds.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
import { BlockList, isIP } from "node:net"

const special = new BlockList()

for (
  const [network, bits] of [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 4],
    ["240.0.0.0", 4]
  ] as const
) special.addSubnet(network, bits, "ipv4")

// Of IPv6 only 2000::/3 is handed out; some of it leads to IPv4 or is for documentation.
const handedOut = new BlockList()
handedOut.addSubnet("2000::", 3, "ipv6")
for (const [network, bits] of [["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["3fff::", 20]] as const) {
  special.addSubnet(network, bits, "ipv6")
}

/** Whether an address, as text, can be reached by everybody. `false` for what is no address. */
export const isPublic = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4")
    case 6:
      // an IPv4 address in the clothes of IPv6 is outside of 2000::/3
      return handedOut.check(address, "ipv6") && !special.check(address, "ipv6")
    default:
      return false
  }
}
