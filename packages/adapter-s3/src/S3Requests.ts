/**
 * Signed requests to S3, each bounded in time and repeated where that is safe.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
 */
import { MediaStorageFailed } from "@stoa/core/media/MediaErrors"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
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

/** An answer whose body is still to come. `seconds` may pass between two pieces of it. */
export interface S3Answer {
  readonly status: number
  /** The entity tag, or an empty text. */
  readonly etag: string
  readonly pieces: () => AsyncIterable<Uint8Array>
  readonly text: () => Promise<string>
  /** Lets go of a body that nobody will read. */
  readonly discard: () => void
}

/** Nothing of a request, which holds a signature, and nothing that the server said but its code. */
export const failed = (operation: string, reason: string): MediaStorageFailed =>
  new MediaStorageFailed({ storage: "s3", operation, cause: new Error(reason) })

/** The code of an error of S3: `NoSuchKey`. */
export const codeIn = (body: string): string => /<Code>([A-Za-z]{1,60})<\/Code>/.exec(body)?.[1] ?? "no code"

const isPassing = (status: number): boolean => status === 429 || status >= 500

/** The pieces of a body, which is given up when none comes for too long. */
const paced = async function*(
  body: AsyncIterable<Uint8Array>,
  milliseconds: number,
  giveUp: () => void
): AsyncGenerator<Uint8Array> {
  let timer = setTimeout(giveUp, milliseconds)
  try {
    for await (const piece of body) {
      clearTimeout(timer)
      yield piece
      timer = setTimeout(giveUp, milliseconds)
    }
  } finally {
    clearTimeout(timer)
    giveUp()
  }
}

const nothing = async function*(): AsyncGenerator<Uint8Array> {}

export const make = (credentials: S3Credentials, seconds: number) => {
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

  const once = async (request: S3Request, interrupted: AbortSignal): Promise<S3Answer> => {
    const hash = createHash("sha256").update(request.body ?? "").digest("hex")
    const signed = await signer({ ...request, headers: { ...request.headers, "x-amz-content-sha256": hash } }, {}).sign()
    const controller = new AbortController()
    const giveUp = () => controller.abort()
    interrupted.addEventListener("abort", giveUp, { once: true })
    const timer = setTimeout(giveUp, seconds * 1_000)
    try {
      const response = await fetch(signed.url, {
        method: request.method,
        headers: signed.headers,
        redirect: "error",
        signal: controller.signal,
        ...(request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> })
      })
      const pieces = () => paced(response.body ?? nothing(), seconds * 1_000, giveUp)
      return {
        status: response.status,
        etag: response.headers.get("etag") ?? "",
        pieces,
        text: async () => {
          const all: Array<Uint8Array> = []
          for await (const piece of pieces()) all.push(piece)
          return Buffer.concat(all).toString()
        },
        discard: giveUp
      }
    } finally {
      clearTimeout(timer)
      interrupted.removeEventListener("abort", giveUp)
    }
  }

  return {
    /**
     * Sends a request whose repetition does no harm: twice again, soon after, where nothing answers or the server is
     * in trouble. Answers of the kind 4xx are answers.
     */
    send: (operation: string, request: S3Request): Effect.Effect<S3Answer, MediaStorageFailed> =>
      Effect.tryPromise({
        try: (signal) => once(request, signal),
        catch: () => failed(operation, "nothing answers")
      }).pipe(
        Effect.flatMap((answer) => {
          if (!isPassing(answer.status)) return Effect.succeed(answer)
          answer.discard()
          return Effect.fail(failed(operation, `status ${answer.status}`))
        }),
        Effect.retry(Schedule.exponential("100 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 2 })))
      ),

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
