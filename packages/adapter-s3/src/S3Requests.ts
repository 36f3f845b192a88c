/**
 * Signed requests to S3.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
 */
import type { MediaStorageFailed } from "@stoa/core/media/MediaErrors"
import * as StorageRequests from "@stoa/core/media/StorageRequests"
import * as Effect from "effect/Effect"
import { AwsV4Signer } from "aws4fetch"
import { createHash } from "node:crypto"

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  readonly region: string
}

export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE"
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** The code of an error of S3: `NoSuchKey`. */
export const codeIn = (body: string): string => /<Code>([A-Za-z]{1,60})<\/Code>/.exec(body)?.[1] ?? "no code"

export const make = (credentials: S3Credentials, seconds: number) => {
  const { failed, send, textOf } = StorageRequests.make("s3", seconds)

  const signer = (request: S3Request, options: { readonly signQuery?: boolean; readonly allHeaders?: boolean }) =>
    new AwsV4Signer({
      method: request.method,
      url: request.url.href,
      headers: { ...request.headers },
      service: "s3",
      region: credentials.region,
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
      ...options
    })

  const signed = async (request: S3Request): Promise<StorageRequests.StorageRequest> => {
    const hash = createHash("sha256").update(request.body ?? "").digest("hex")
    const { headers, url } = await signer({ ...request, headers: { ...request.headers, "x-amz-content-sha256": hash } }, {}).sign()
    const body = request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> }
    return { url: url.href, init: { method: request.method, headers, ...body } }
  }

  return {
    failed,
    textOf,

    /** Sends a request whose repetition does no harm. */
    send: (operation: string, request: S3Request) => send(operation, () => signed(request)),

    /** The request as an address that whoever has it may use for a time, with exactly these headers. */
    presign: (operation: string, request: S3Request, expiresInSeconds: number): Effect.Effect<string, MediaStorageFailed> =>
      Effect.tryPromise({
        try: async () => {
          const url = new URL(request.url)
          url.searchParams.set("X-Amz-Expires", String(expiresInSeconds))
          const signed = await signer({ ...request, url }, { signQuery: true, allHeaders: true }).sign()
          return signed.url.href
        },
        catch: () => failed(operation, "the address cannot be signed")
      })
  }
}

export type S3Requests = ReturnType<typeof make>
