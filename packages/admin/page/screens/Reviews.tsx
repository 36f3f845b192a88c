/**
 * Reviews that wait for somebody to look at them, and those that were looked at.
 */
import { useState } from "preact/hooks"
import { call, fileAddress } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { StateFilter, stateIn } from "../parts/Filters.tsx"
import { Form, LongField, TextField } from "../parts/Form.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { smallest } from "../parts/Pictured.tsx"
import { link } from "../parts/Router.ts"
import { Stars } from "../parts/Stars.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.reviews

type Review = Answer<"reviews.list">["items"][number]
type Asking = { readonly what: "answer" | "reject"; readonly id: string }

/** The pictures that can be shown, each opened as it is, and the names of those that cannot. */
const Pictures = ({ review: { images, pictures } }: { readonly review: Review }) => {
  const missing = pictures.length - images.length
  return (
    <>
      {images.length === 0 ? null : (
        <ul class="review-pictures">
          {images.map((image, index) => (
            <li key={`${index} ${image.url}`}>
              <a href={fileAddress(image.url)} target="_blank" rel="noreferrer">
                <img src={fileAddress(smallest(image))} alt={say.picture(index + 1, images.length)} loading="lazy" width={96} height={96} />
              </a>
            </li>
          ))}
        </ul>
      )}
      {missing <= 0 ? null : <p class="muted small breaks">{say.otherPictures(images.length === 0 ? pictures.join(", ") : Format.number(missing))}</p>}
    </>
  )
}

const reasons: Readonly<Record<string, string>> = say.reasons

const Asked = ({ asking: { what }, onClose, onDone, review }: {
  readonly asking: Asking
  readonly review: Review
  readonly onClose: () => void
  readonly onDone: (text: string) => void
}) => {
  const { id, version } = review
  return what === "reject"
    ? (
      <Dialog title={say.reject} onClose={onClose}>
        <Form
          submit={say.reject}
          onSend={async (written) => {
            const reason = written.text("reason")
            await call("reviews.reject", { params: { id }, payload: { version, ...(reason === "" ? {} : { reason }) } })
            onClose()
            onDone(say.rejected)
          }}
        >
          <p>{say.rejectText}</p>
          <TextField name="reason" label={words.order.reason} optional />
        </Form>
      </Dialog>
    )
    : (
      <Dialog title={say.answer} onClose={onClose}>
        <Form
          submit={words.shell.save}
          onSend={async (written) => {
            await call("reviews.answer", { params: { id }, payload: { version, text: written.orNull("text") } })
            onClose()
            onDone(words.shell.saved)
          }}
        >
          <LongField name="text" label={say.answerLabel} value={review.answer?.text ?? ""} />
        </Form>
      </Dialog>
    )
}

export const Reviews = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const [asking, ask] = useState<Asking>()
  const status = stateIn(query, say.states) ?? "pending"
  const reviews = usePaged((page) => call("reviews.list", { query: { limit: 25, status, ...page } }), status)
  const onDone = (text: string) => {
    tell(text)
    void reviews.reload()
  }
  const asked = reviews.value?.items.find(({ id }) => id === asking?.id)
  return (
    <Page title={words.sections.reviews}>
      <StateFilter path={["reviews"]} query={query} states={say.states} whole={false} />
      <Paged of={reviews} none={status === "pending" ? say.nonePending : words.shell.none}>
        {(items) => (
          <ul class="stack">
            {items.map((review) => (
              <li key={review.id} class="card stack" aria-label={review.title ?? say.untitled}>
                <p class="states">
                  <Stars rating={review.rating} />
                  <strong>{review.title ?? say.untitled}</strong>
                  <Badge state={review.status} text={say.states[review.status]} />
                  {review.verifiedPurchase ? <Badge state="verified" tone="good" text={say.verified} /> : null}
                  {review.flags > 0 ? <Badge state="flagged" tone="bad" text={say.flagged(review.flags)} /> : null}
                </p>
                <p class="written">{review.text}</p>
                <Pictures review={review} />
                <p class="muted small">
                  {review.authorName ?? say.nobody} · {Format.time(review.createdAt, store)} ·{" "}
                  <a href={link(["products", review.productId])}>{say.product}</a>
                  {review.reasons.length === 0 ? null : ` · ${say.because} ${review.reasons.map((reason) => reasons[reason] ?? reason.replaceAll("_", " ")).join(", ")}`}
                </p>
                {review.answer === null ? null : <blockquote class="written">{review.answer.text}</blockquote>}
                <May to="reviews:write"><div class="actions">
                  {review.status === "published" ? null : (
                    <Deed
                      class=""
                      text={say.approve}
                      label={`${say.approve}: ${review.title ?? say.untitled}`}
                      does={async () => {
                        await call("reviews.approve", { params: { id: review.id }, payload: { version: review.version } })
                        onDone(say.approved)
                      }}
                    />
                  )}
                  <button type="button" class="quiet" onClick={() => ask({ what: "answer", id: review.id })}>{say.answer}</button>
                  {review.status === "rejected"
                    ? null
                    : <button type="button" class="danger" onClick={() => ask({ what: "reject", id: review.id })}>{say.reject}</button>}
                </div></May>
              </li>
            ))}
          </ul>
        )}
      </Paged>
      {asking === undefined || asked === undefined
        ? null
        : <Asked asking={asking} review={asked} onDone={onDone} onClose={() => ask(undefined)} />}
    </Page>
  )
}
