import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import {
  CompactSign,
  type CompactJWSHeaderParameters,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  UnsecuredJWT
} from "jose"
import { Auth } from "../identity/Auth.ts"
import { SigningKeyRepository } from "../identity/SigningKeyRepository.ts"
import { defaultStoreId, within } from "../kernel/CurrentStore.ts"
import * as Secrets from "../kernel/Secrets.ts"
import {
  account,
  ada,
  bearing,
  customer,
  engine,
  failure,
  foundation,
  type IdentityServices,
  otherStore,
  shop,
  storedSession
} from "./IdentityFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** The time of the test clock. */
const theBeginning = new Date(0)

/** The shop's own signing key, as only somebody inside could have it. */
const signingKey = Effect.gen(function*() {
  const [stored] = yield* (yield* SigningKeyRepository).list
  if (stored === undefined) return yield* Effect.die("no signing key")
  const secrets = yield* Secrets.Secrets
  const jwk = yield* secrets.decrypt(stored.privateKey, `signing_keys:${defaultStoreId}:${stored.kid}`)
  const key = yield* Effect.promise(() => importJWK(JSON.parse(jwk) as JWK, "EdDSA"))
  return { key, kid: stored.kid, publicKey: stored.publicKey }
})

type Key = Parameters<CompactSign["sign"]>[0]

const sign = (header: CompactJWSHeaderParameters, payload: unknown, key: Key) =>
  Effect.promise(() =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(payload))).setProtectedHeader(header).sign(key, {
      crit: { "x-engine": true }
    })
  )

/** The tokens that an attacker without, and one with, the shop's private key may try. */
const forgeries = Effect.fnUntraced(function*(accessToken: string) {
  const { key, kid, publicKey } = yield* signingKey
  const claims = decodeJwt(accessToken)
  const header = { alg: "EdDSA", typ: "at+jwt", kid }
  const own = yield* Effect.promise(() => generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true }))
  const ownJwk = yield* Effect.promise(() => exportJWK(own.publicKey))
  const rsa = yield* Effect.promise(() => generateKeyPair("RS256"))
  const spki = yield* Effect.promise(async () =>
    exportSPKI((await importJWK(publicKey as JWK, "EdDSA", { extractable: true })) as Parameters<typeof exportSPKI>[0])
  )
  const without = (claim: string) => Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim))
  const text = (value: string) => new TextEncoder().encode(value)
  const [head = "", payload = "", signature = ""] = accessToken.split(".")
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const swapped = encode({ ...claims, sub: "user_01jd5m8x2vf6grc1x7e9w0b3qk" })
  const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1)
  const symmetric = { ...header, alg: "HS256" }
  const secretOf = (jwk: { readonly x?: string }) => new Uint8Array(Buffer.from(jwk.x ?? "", "base64url"))

  return {
    "alg none": new UnsecuredJWT(claims).encode(),
    "alg none with the right header otherwise": `${encode({ ...header, alg: "none" })}.${payload}.`,
    "no signature": `${head}.${payload}.`,
    "a signature with one bit flipped": `${head}.${payload}.${flipped}`,
    "another subject under the same signature": `${head}.${swapped}.${signature}`,
    "HS256 with the public key's bytes": yield* sign(symmetric, claims, secretOf(publicKey)),
    "HS256 with the public key as JWK": yield* sign(symmetric, claims, text(JSON.stringify(publicKey))),
    "HS256 with the public key as PEM": yield* sign(symmetric, claims, text(spki)),
    "RS256 with a key of one's own": yield* sign({ ...header, alg: "RS256" }, claims, rsa.privateKey),
    "EdDSA with a key of one's own": yield* sign(header, claims, own.privateKey),
    "a key of one's own in the header (jwk)": yield* sign({ ...header, jwk: ownJwk }, claims, own.privateKey),
    "a key of one's own by address (jku)": yield* sign(
      { ...header, jku: "http://127.0.0.1:9/jwks.json" },
      claims,
      own.privateKey
    ),
    "a certificate of one's own by address (x5u)": yield* sign(
      { ...header, x5u: "http://127.0.0.1:9/cert" },
      claims,
      own.privateKey
    ),
    "no kid": yield* sign({ alg: "EdDSA", typ: "at+jwt" }, claims, key),
    "a kid that is a path": yield* sign({ ...header, kid: "../../../../dev/null" }, claims, key),
    "a kid that is SQL": yield* sign({ ...header, kid: "' UNION SELECT 1 --" }, claims, key),
    "a kid that is unknown": yield* sign({ ...header, kid: "jwk_00000000000000000000000000" }, claims, key),
    "a kid of another type": yield* sign({ ...header, kid: [kid] as never }, claims, key),
    "crit": yield* sign({ ...header, crit: ["x-engine"], "x-engine": 1 }, claims, key),
    "typ JWT": yield* sign({ ...header, typ: "JWT" }, claims, key),
    "no typ": yield* sign({ alg: "EdDSA", kid }, claims, key),
    "another audience": yield* sign(header, { ...claims, aud: otherStore }, key),
    "another issuer": yield* sign(header, { ...claims, iss: "https://accounts.example" }, key),
    ...Object.fromEntries(
      yield* Effect.forEach(
        ["iss", "aud", "sub", "sid", "jti", "iat", "exp"],
        (claim) => Effect.map(sign(header, without(claim), key), (token) => [`no ${claim}`, token] as const)
      )
    ),
    "an expiry that is no number": yield* sign(header, { ...claims, exp: "never" }, key),
    "expired": yield* sign(header, { ...claims, exp: 0 }, key),
    "not valid for ten minutes yet": yield* sign(header, { ...claims, iat: 600, nbf: 600 }, key),
    "not yet valid": yield* sign(header, { ...claims, nbf: 9_999 }, key),
    "a session that does not exist": yield* sign(header, { ...claims, sid: "sess_00000000000000000000000000" }, key),
    "a session of somebody else": yield* sign(header, { ...claims, sub: "user_00000000000000000000000000" }, key),
    "a subject that is an object": yield* sign(header, { ...claims, sub: { "$ne": null } }, key),
    "a payload that is no object": yield* sign(header, [claims], key),
    "a payload that is no JSON": yield* Effect.promise(() =>
      new CompactSign(text("{")).setProtectedHeader(header).sign(key)
    )
  }
})

/** Access tokens and the keys that sign them. */
export const accessTokensSuite = (harness: StorageHarness) =>
  describe(`access tokens, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, IdentityServices>) =>
      it.effect(name, () => Effect.provide(effect, shop(harness)))

    test(
      "a token says who, for which store and for how long, and anybody can verify it with the public keys",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens, user } = yield* customer(ada)
        const session = yield* storedSession(tokens.refreshToken)
        const keys = yield* auth.publicKeys
        assert.deepStrictEqual(keys.keys.map(({ alg, crv, kty, use }) => ({ alg, crv, kty, use })), [
          { alg: "EdDSA", crv: "Ed25519", kty: "OKP", use: "sig" }
        ])
        assert.notProperty(keys.keys[0], "d")
        const { payload, protectedHeader } = yield* Effect.promise(() =>
          jwtVerify(tokens.accessToken, createLocalJWKSet(keys as never), { currentDate: theBeginning })
        )
        assert.deepStrictEqual(protectedHeader, { alg: "EdDSA", typ: "at+jwt", kid: keys.keys[0]?.kid ?? "" })
        const { jti, ...claims } = payload
        assert.deepStrictEqual(claims, {
          iss: "stoa",
          aud: defaultStoreId,
          sub: user.id,
          sid: session?.id,
          iat: 0,
          exp: 900
        })
        assert.match(jti ?? "", /^[\w-]{22}$/)
        assert.deepStrictEqual(yield* auth.authenticate(tokens.accessToken), {
          _tag: "customer",
          assurance: { secondFactor: false, freshUntil: "1970-01-01T00:10:00.000Z" },
          customerId: user.id,
          sessionId: session?.id ?? ""
        })
      })
    )

    test(
      "attack 50, algorithm confusion and forged claims: every one is an invalid token, and the session goes on",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        yield* TestClock.adjust("1 second")
        const before = yield* storedSession(tokens.refreshToken)
        for (const [name, token] of Object.entries(yield* forgeries(tokens.accessToken))) {
          assert.strictEqual(yield* failure(auth.authenticate(token)), "InvalidToken", name)
        }
        assert.deepStrictEqual(yield* storedSession(tokens.refreshToken), before)
        yield* auth.authenticate(tokens.accessToken)
      })
    )

    test(
      "attack 50: a token made again with the shop's own key is a token, so the cases above test what they say",
      Effect.gen(function*() {
        const { tokens } = yield* customer(ada)
        const { key, kid } = yield* signingKey
        const again = yield* sign({ alg: "EdDSA", typ: "at+jwt", kid }, decodeJwt(tokens.accessToken), key)
        yield* (yield* Auth).authenticate(again)
      })
    )

    test(
      "attack 50: what is no token at all is an invalid token",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        for (
          const token of [
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            "Bearer x",
            tokens.refreshToken,
            `${tokens.accessToken} `,
            ` ${tokens.accessToken}`,
            `${tokens.accessToken}.x`,
            tokens.accessToken.slice(0, -1),
            tokens.accessToken.toUpperCase(),
            "é\u0000",
            `${"a".repeat(5_000)}.b.c`,
            undefined,
            null,
            5,
            {}
          ]
        ) {
          const answer = yield* failure(auth.authenticate(token as never))
          assert.strictEqual(answer, "InvalidToken", String(token).slice(0, 40))
        }
      })
    )

    test(
      "a token is good to the last second of its fifteen minutes, and no longer",
      Effect.gen(function*() {
        const auth = yield* Auth
        const { tokens } = yield* customer(ada)
        yield* TestClock.adjust(899_999)
        yield* auth.authenticate(tokens.accessToken)
        yield* TestClock.adjust(1)
        assert.strictEqual(yield* failure(auth.authenticate(tokens.accessToken)), "InvalidToken")
        yield* auth.refresh({ refreshToken: tokens.refreshToken })
      })
    )

    test(
      "each store signs with a key of its own",
      Effect.gen(function*() {
        const auth = yield* Auth
        const here = yield* auth.publicKeys
        const there = yield* within(otherStore)(auth.publicKeys)
        assert.notStrictEqual(here.keys[0]?.kid, there.keys[0]?.kid)
        const { tokens } = yield* within(otherStore)(customer(ada))
        assert.strictEqual(decodeProtectedHeader(tokens.accessToken).kid, there.keys[0]?.kid)
        assert.strictEqual(yield* failure(auth.authenticate(tokens.accessToken)), "InvalidToken")
        yield* within(otherStore)(auth.authenticate(tokens.accessToken))
      })
    )

    it.effect("many first sign-ins at once, in two processes, make one key, and every token is good in both", () => {
      const storage = foundation(harness.storage())
      return Effect.gen(function*() {
        const process = () => Effect.provide(Effect.all({ auth: Effect.service(Auth) }), engine())
        const first = yield* process()
        const second = yield* process()
        yield* Effect.forEach([1, 2, 3, 4, 5, 6], (n) => account({ ...ada, email: `ada${n}@example.com` }))
        const tokens = yield* Effect.forEach(
          [1, 2, 3, 4, 5, 6],
          (n) => (n % 2 === 0 ? first : second).auth.login({ ...ada, email: `ada${n}@example.com` }),
          { concurrency: "unbounded" }
        )
        assert.strictEqual((yield* (yield* SigningKeyRepository).list).length, 1)
        for (const { accessToken } of tokens) {
          yield* first.auth.authenticate(accessToken)
          yield* second.auth.authenticate(accessToken)
        }
      }).pipe(Effect.provide(storage))
    })

    it.effect("the private key is encrypted at rest, and cannot be read with another secret", () => {
      const storage = foundation(harness.storage())
      const secretA = Redacted.make("a secret of more than 32 characters, for A")
      const secretB = Redacted.make("a secret of more than 32 characters, for B")
      const withSecrets = (...secrets: readonly [Redacted.Redacted, ...ReadonlyArray<Redacted.Redacted>]) =>
        Effect.provide(
          Effect.all({ auth: Effect.service(Auth) }),
          Layer.provide(engine(), Secrets.layer(...secrets))
        )
      return Effect.gen(function*() {
        const a = yield* withSecrets(secretA)
        yield* account(ada)
        const tokens = yield* a.auth.login(ada)
        const [stored] = yield* (yield* SigningKeyRepository).list
        assert.match(stored?.privateKey ?? "", /^v1\.[\w-]{8}\.[\w-]{16}\.[\w-]+$/)

        const b = yield* withSecrets(secretB)
        const login = yield* Effect.flip(b.auth.login(ada))
        assert.deepInclude(login, { _tag: "SecretUnreadable", kind: "unavailable" })
        const sessions = yield* bearing(tokens)(b.auth.sessions).pipe(Effect.provideService(Auth, b.auth))
        assert.strictEqual(sessions.length, 1)

        const both = yield* withSecrets(secretB, secretA)
        yield* both.auth.login(ada)
        assert.strictEqual((yield* (yield* SigningKeyRepository).list).length, 1)
      }).pipe(Effect.provide(storage))
    })
  })
