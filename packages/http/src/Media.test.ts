import { sqlite } from "@stoa/adapter-sqlite"
import * as MemoryMedia from "@stoa/core/testing/MemoryMedia"
import * as Pictures from "@stoa/core/testing/Pictures"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as ByteRange from "./ByteRange.ts"
import { open, problem } from "./testing/People.ts"

describe("files over HTTP", () => {
  const memory = MemoryMedia.make()
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signIn>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), { media: { storage: memory.storage, fileBytes: 100_000 } })
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  const get = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
    const response = await server.handler(new Request(new URL(path, "http://shop.test"), { headers, method }))
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
  }

  const upload = (contentType: string, body: Uint8Array) =>
    server.handler(
      new Request("http://shop.test/api/v1/admin/media?name=board.jpg", {
        method: "POST",
        headers: { authorization: `Bearer ${owner.accessToken}`, "content-type": contentType },
        body: body as Uint8Array<ArrayBuffer>
      })
    )

  it("are uploaded by staff and read by everybody, and caches keep them for ever", async () => {
    const picture = Pictures.png(6, 4)
    const photo = await owner.as.adminMedia.upload({ query: { alt: "A board" }, payload: picture })
    assert.deepInclude(photo, { contentType: "image/png", width: 6, alt: "A board", url: `/api/v1/media/${photo.id.slice(6)}.png` })
    const path = photo.url ?? ""
    const { body, headers, status } = await get(path)
    assert.strictEqual(status, 200)
    assert.isTrue(picture.equals(body))
    assert.deepStrictEqual(
      ["content-type", "content-length", "cache-control", "accept-ranges", "x-content-type-options", "content-security-policy"]
        .map((name) => headers.get(name)),
      [
        "image/png",
        String(picture.length),
        "public, max-age=31536000, immutable",
        "bytes",
        "nosniff",
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
      ]
    )
    const etag = headers.get("etag") ?? ""
    const same = await get(path, { "if-none-match": `"other", W/${etag}` })
    assert.deepStrictEqual([same.status, same.body.length, same.headers.get("etag")], [304, 0, etag])
    const part = await get(path, { range: "bytes=1-3" })
    assert.deepStrictEqual(
      [part.status, part.body.toString(), part.headers.get("content-range"), part.headers.get("content-length")],
      [206, "PNG", `bytes 1-3/${picture.length}`, "3"]
    )
    const stale = await get(path, { range: "bytes=1-3", "if-range": "\"other\"" })
    assert.deepStrictEqual([stale.status, stale.body.length], [200, picture.length])
    const beyond = await get(path, { range: "bytes=9999-" })
    assert.deepStrictEqual([beyond.status, beyond.headers.get("content-range")], [416, `bytes */${picture.length}`])
    const head = await get(path, {}, "HEAD")
    assert.deepStrictEqual([head.status, head.body.length, head.headers.get("content-length")], [200, 0, String(picture.length)])
  })

  it("are what their bytes say, whatever the request says", async () => {
    const lie = await upload("image/jpeg", Pictures.gif(1))
    assert.strictEqual(lie.status, 201)
    assert.strictEqual(((await lie.json()) as { readonly contentType: string }).contentType, "image/gif")
    const answers = [
      await upload("image/png", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")),
      await upload("image/svg+xml", Buffer.from("<svg/>")),
      await upload("image/jpeg", Pictures.jpeg(9, 9).subarray(0, 60)),
      await upload("application/octet-stream", Buffer.alloc(0)),
      await upload("application/pdf", Buffer.concat([Buffer.from("%PDF-"), Buffer.alloc(200_000)])),
      await upload("text/html", Buffer.from("<html>"))
    ]
    const seen = await Promise.all(answers.map(async (answer) => {
      const { code, reason } = (await answer.json()) as { readonly code: string; readonly reason?: string }
      return [answer.status, code, reason]
    }))
    assert.deepStrictEqual(seen, [
      [422, "media_refused", "svg"],
      [422, "media_refused", "svg"],
      [422, "media_refused", "incomplete"],
      [422, "media_refused", "empty"],
      [413, "media_too_large", undefined],
      [415, "unsupported_media_type", undefined]
    ])
    assert.deepStrictEqual(await problem(server.guest.adminMedia.upload({ payload: Pictures.png(1, 1) })), [401, "unauthenticated"])
  })

  it("are sent by a browser to an address without another credential", async () => {
    const picture = Pictures.png(7, 7)
    const ticket = await owner.as.adminMedia.requestUpload({ payload: { bytes: picture.length } })
    const put = (url: string, body: Uint8Array) =>
      server.handler(
        new Request(new URL(url, "http://shop.test"), {
          method: ticket.method,
          headers: { "content-type": "image/png", ...ticket.headers },
          body: body as Uint8Array<ArrayBuffer>
        })
      )
    assert.strictEqual((await put(`${ticket.url}x`, picture)).status, 404)
    assert.strictEqual((await put(ticket.url, picture)).status, 204)
    const photo = await owner.as.adminMedia.completeUpload({ params: { id: ticket.id } })
    assert.strictEqual(photo.width, 7)
    assert.strictEqual((await get(photo.url ?? "")).status, 200)
    assert.strictEqual((await put(ticket.url, picture)).status, 404)
  })

  it("that are private are read with a signature only, and by no cache that others share", async () => {
    const book = await owner.as.adminMedia.upload({
      query: { visibility: "private", name: "book.pdf" },
      payload: Buffer.from("%PDF-1.7 book")
    })
    assert.strictEqual(book.url, null)
    assert.strictEqual((await get(`/api/v1/media/${book.id.slice(6)}.pdf`)).status, 404)
    const { url } = await owner.as.adminMedia.signDownload({ params: { id: book.id }, payload: { expiresInSeconds: 300 } })
    const { body, headers, status } = await get(url)
    assert.deepStrictEqual([status, body.toString()], [200, "%PDF-1.7 book"])
    assert.match(headers.get("cache-control") ?? "", /^private, max-age=(300|29\d), immutable$/)
    assert.include(headers.get("content-disposition"), "attachment; filename=\"book.pdf\"")
    assert.strictEqual((await get(url.replace("signature=", "signature=A"))).status, 404)
  })

  it("are pictures whose sizes staff have made again", async () => {
    const media = { storage: MemoryMedia.make().storage, images: MemoryMedia.images, widths: [40] }
    const server = await open(sqlite({ filename: ":memory:" }), { media })
    const owner = await server.signInOwner()
    const photo = await owner.as.adminMedia.upload({ query: {}, payload: Pictures.png(90, 45) })
    const params = { id: photo.id }
    await server.shop.jobs.drain()
    const { renditions } = await owner.as.adminMedia.get({ params })
    assert.sameMembers(renditions.map(({ contentType, width }) => `${contentType} ${width}`), ["image/avif 40", "image/webp 40"])
    const smallest = await server.handler(new Request(new URL(renditions[0]?.url ?? "", "http://shop.test")))
    assert.strictEqual(await smallest.text(), "avif 40")
    assert.strictEqual((await owner.as.adminMedia.render({ params })).renditionState, "waiting")
    await server.shop.jobs.drain()
    assert.deepInclude(await owner.as.adminMedia.get({ params }), { renditionState: "ready" })
    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.adminMedia.render({ params })), [403, "forbidden"])
    await server.close()
  })

  it("become pictures of products, and are taken off them", async () => {
    const photo = await owner.as.adminMedia.upload({ query: { alt: "A lamp" }, payload: Pictures.png(9, 9) })
    const lamp = await owner.as.adminProducts.create({
      payload: { title: "Lamp", variants: [{ price: { amount: 9_000, currency: "USD" } }] }
    })
    const shown = await owner.as.adminProducts.addImage({ params: { id: lamp.id }, payload: { mediaId: photo.id } })
    assert.deepInclude(shown.images[0], { mediaId: photo.id, url: photo.url ?? "", alt: "A lamp", width: 9, height: 9 })
    const { items } = await server.guest.products.list()
    assert.deepInclude(items.find(({ id }) => id === lamp.id)?.image, { url: photo.url ?? "", alt: "A lamp" })
    assert.deepStrictEqual(await problem(owner.as.adminMedia.delete({ params: { id: photo.id } })), [409, "media_in_use"])
    const bare = await owner.as.adminProducts.removeImage({ params: { id: lamp.id, imageId: photo.id } })
    assert.deepStrictEqual(bare.images, [])
    await owner.as.adminMedia.delete({ params: { id: photo.id } })
    assert.deepStrictEqual(
      await problem(owner.as.adminProducts.addImage({ params: { id: lamp.id }, payload: { mediaId: photo.id } })),
      [404, "media_not_found"]
    )
  })

  it("are described, listed and deleted", async () => {
    const { id } = await owner.as.adminMedia.upload({ payload: Pictures.png(8, 8) })
    const changed = await owner.as.adminMedia.update({ params: { id }, payload: { altTexts: { de: "Ein Brett" } } })
    assert.deepStrictEqual(await owner.as.adminMedia.get({ params: { id } }), changed)
    assert.deepStrictEqual((await owner.as.adminMedia.list({ query: { limit: 1, unused: true } })).items, [changed])
    assert.deepStrictEqual(
      await problem(owner.as.adminMedia.update({ params: { id }, payload: { alt: "x" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    await owner.as.adminMedia.delete({ params: { id } })
    assert.deepStrictEqual(await problem(owner.as.adminMedia.get({ params: { id } })), [404, "media_not_found"])
    assert.strictEqual((await get(changed.url ?? "")).status, 404)
  })
})

describe("a range", () => {
  const parse = (range: string | undefined, bytes = 10) => ByteRange.parse(range, undefined, "\"a\"", bytes)

  it("is a part from the beginning, the middle or the end", () => {
    assert.deepStrictEqual(parse("bytes=0-0"), { offset: 0, length: 1 })
    assert.deepStrictEqual(parse("bytes=3-"), { offset: 3, length: 7 })
    assert.deepStrictEqual(parse("bytes=3-99"), { offset: 3, length: 7 })
    assert.deepStrictEqual(parse("bytes=-4"), { offset: 6, length: 4 })
    assert.deepStrictEqual(parse("bytes=-99"), { offset: 0, length: 10 })
  })

  it("that makes no sense is all of it, and one that is not there is refused", () => {
    for (const range of [undefined, "", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "lines=1-2", "bytes=0-1,3-4", "bytes=1e3-2"]) {
      assert.strictEqual(parse(range), undefined, range)
    }
    for (const range of ["bytes=10-", "bytes=10-12", "bytes=-0"]) assert.strictEqual(parse(range), "unsatisfiable", range)
    assert.strictEqual(parse("bytes=0-", 0), "unsatisfiable")
  })
})
