/**
 * Says how long it takes from `createStoa` to the first product, and how long the modules took to load before that.
 */
const began = performance.now()
const { storage } = await import("./Target.ts")
const { createStoa } = await import("@stoa/core")
const loaded = performance.now()
const shop = await createStoa({ storage: storage(JSON.parse(process.argv[2] ?? "")), workers: false })
await shop.catalog.getProduct("thing-1")
process.send?.({ loadMillis: loaded - began, bootMillis: performance.now() - loaded })
await shop.close()
process.disconnect()
