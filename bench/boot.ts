/**
 * Prints how long it takes from `createStoa` to the first product, the loading of the modules included.
 */
const began = performance.now()
const { sqlite } = await import("@stoa/adapter-sqlite")
const { createStoa } = await import("@stoa/core")
const shop = await createStoa({ storage: sqlite({ filename: process.argv[2] ?? "" }), workers: false })
await shop.catalog.getProduct("thing-1")
process.stdout.write((performance.now() - began).toFixed(1))
await shop.close()
