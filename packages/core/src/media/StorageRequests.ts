/**
 * Requests to a server that keeps files, for storages that speak HTTP: each bounded in time, and repeated where that is safe.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { MediaStorageFailed } from "./MediaErrors.ts"

/** What is sent; its method is `GET` where none is named. */
export interface StorageRequest {
  readonly url: string
  readonly init: Omit<RequestInit, "signal">
}

/** An answer whose body is still to come. `seconds` may pass between two pieces of it. */
export interface StorageAnswer {
  readonly status: number
  readonly headers: Headers
  readonly pieces: () => AsyncIterable<Uint8Array>
  readonly text: () => Promise<string>
  /** Lets go of a body that nobody will read. */
  readonly discard: () => void
}

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

/** Requests to the server of a storage that has this name, which may take so many seconds to answer. */
export const make = (storage: string, seconds: number) => {
  /** Nothing of a request, which holds a signature, and nothing that the server said but its code. */
  const failed = (operation: string, reason: string): MediaStorageFailed =>
    new MediaStorageFailed({ storage, operation, cause: new Error(reason) })

  const once = async (prepare: () => StorageRequest | Promise<StorageRequest>, interrupted: AbortSignal): Promise<StorageAnswer> => {
    const { init, url } = await prepare()
    const controller = new AbortController()
    const giveUp = () => controller.abort()
    interrupted.addEventListener("abort", giveUp, { once: true })
    const timer = setTimeout(giveUp, seconds * 1_000)
    try {
      const response = await fetch(url, { redirect: "error", ...init, signal: controller.signal })
      const pieces = () => paced(response.body ?? nothing(), seconds * 1_000, giveUp)
      return {
        status: response.status,
        headers: response.headers,
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
    failed,

    /**
     * Sends a request whose repetition does no harm: twice again, soon after, where nothing answers or the server is
     * in trouble. It is made anew each time. Answers of the kind 4xx are answers.
     */
    send: (
      operation: string,
      prepare: () => StorageRequest | Promise<StorageRequest>
    ): Effect.Effect<StorageAnswer, MediaStorageFailed> =>
      Effect.tryPromise({
        try: (signal) => once(prepare, signal),
        catch: () => failed(operation, "nothing answers")
      }).pipe(
        Effect.flatMap((answer) => {
          if (!isPassing(answer.status)) return Effect.succeed(answer)
          answer.discard()
          return Effect.fail(failed(operation, `status ${answer.status}`))
        }),
        Effect.retry(Schedule.exponential("100 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 2 })))
      ),

    /** The whole body of an answer. */
    textOf: (operation: string, { text }: StorageAnswer): Effect.Effect<string, MediaStorageFailed> =>
      Effect.tryPromise({ try: text, catch: () => failed(operation, "the answer broke off") })
  }
}
