/**
 * The port that draws documents. `@stoa/adapter-pdf` has one.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { DocumentContent, DocumentKind } from "./Document.ts"

/** What is to be drawn. A packing slip has no number and shows no prices. */
export type Paper =
  | { readonly kind: DocumentKind; readonly number: string; readonly issuedAt: string; readonly content: DocumentContent }
  | { readonly kind: "packing_slip"; readonly issuedAt: string; readonly content: DocumentContent }

export interface DocumentRenderer {
  /** `"application/pdf"`. */
  readonly contentType: string
  /** What a file of it is called at its end: `"pdf"`. */
  readonly extension: string
  readonly render: (paper: Paper) => Effect.Effect<Uint8Array>
}

/** Read when the services are built. A shop draws no documents unless one is given. */
export const DocumentRenderer: Context.Reference<DocumentRenderer | undefined> = Context.Reference<
  DocumentRenderer | undefined
>("@stoa/core/documents/DocumentRenderer", { defaultValue: () => undefined })
