import type { RetrievedParagraph } from '../retrieval/retriever.js';
import type { Citation, Reply } from './reply.js';

/** What an answer is being worked at. */
export type AskStatus = 'searching' | 'reading' | 'writing' | 'verifying';

/**
 * What happens while a question is answered, in this order: statuses, the passages found, sentences, the reply.
 * A sentence is sent when it is verified and never taken back: the texts of the sentences, one after the other, are
 * the `answer` of a reply that is `answered`. Where nothing is said, the reply alone tells that the documents have no answer.
 */
export type AskEvent =
  | { type: 'status'; status: AskStatus }
  | { type: 'sources'; passages: RetrievedParagraph[] }
  /** `text` as it stands in the answer, with the space before it and its `[1]`; `citations` are those not sent before. */
  | { type: 'sentence'; text: string; citations: Citation[]; citationIds: number[] }
  | { type: 'reply'; reply: Reply };

export interface AskOptions {
  /** Stops the work; `ask` then rejects with its reason. */
  signal?: AbortSignal;
  onEvent?: (event: AskEvent) => void;
}
