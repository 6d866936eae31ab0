// @ts-check
/**
 * What the server answers.
 *
 * @typedef {{id: number, source: string, title: string, paragraph: number, page?: number, start: number, end: number, quote: string}} Citation
 * @typedef {{source: string, title: string, paragraph: number, page?: number, start: number, end: number, text: string}} Passage
 * @typedef {{answer: string, answered: boolean, confidence: number, shortAnswer: string | null, citations: Citation[],
 *   conflicts: {about: string, values: {value: string, citations: number[]}[]}[], passages: Passage[],
 *   rewrittenQuestion: string | null, index: {generation: string, builtAt: string}, mode: string, aliases?: {said: string, used: string}[], warnings?: string[],
 *   conversationId?: string}} Reply
 * @typedef {{event: string, data: any}} AskEvent `status`, `sources` or `sentence`, as GET /docs describes them
 * @typedef {{askedAt: string, question: string, reply: Reply}} KeptTurn
 * @typedef {{paragraph: number, start: number, end: number, heading: boolean, page?: number}} Paragraph
 * @typedef {{source: string, title: string, text: string, sha256: string, paragraphs: Paragraph[], metadata: Record<string, string>}} SourceDocument
 * @typedef {{source: string, title: string, paragraphs?: number}} SourceSummary
 * @typedef {{role: 'user' | 'assistant', content: string}} Turn
 * @typedef {{ready: boolean, index: {builtAt: string}, counts: {documents: number, paragraphs: number}, warnings?: string[],
 *   conversations?: boolean}} Ready
 */

/** An answer of the server that is not what was asked for, in words for the reader. */
export class ServerError extends Error {
  /**
   * @param {string} title
   * @param {string} message
   * @param {{status?: number, retryAfter?: number | null, fields?: string[]}} [more] `fields` of the request that were refused
   */
  constructor(title, message, { status = 0, retryAfter = null, fields = [] } = {}) {
    super(message);
    this.fields = fields;
    this.title = title;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/**
 * Seconds to wait, from a `Retry-After` header that holds seconds or a date.
 *
 * @param {string | null} header
 * @returns {number | null}
 */
function retryAfterSeconds(header) {
  if (!header) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

/**
 * @param {number} status
 * @param {any} problem The problem document, if there was one.
 * @param {number | null} retryAfter
 */
function asError(status, problem, retryAfter) {
  if (status === 429 || status === 503) {
    const title = status === 429 ? 'Too many questions in a short time' : 'The server is busy';
    return new ServerError(title, problem?.detail ?? 'Try again in a moment.', { status, retryAfter });
  }
  const fields = /** @type {{field: string, message: string}[]} */ (problem?.errors ?? []);
  if (status === 400 && fields.length > 0) {
    return new ServerError(
      'This question cannot be asked',
      fields.map(({ field, message }) => `${field.replace(/^./, (letter) => letter.toUpperCase())}: ${message}`).join('\n'),
      { status, fields: fields.map(({ field }) => field) },
    );
  }
  return new ServerError(problem?.title ?? 'The server could not do this', problem?.detail ?? `It answered with status ${status}.`, { status });
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
async function request(path, init) {
  let response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (/** @type {Error} */ (error).name === 'AbortError') throw error;
    throw new ServerError('The server cannot be reached', 'Check that Verbatim is running on this address, then try again.');
  }
  if (response.ok) return response;
  throw asError(response.status, await response.json().catch(() => null), retryAfterSeconds(response.headers.get('retry-after')));
}

/** @param {string} path @returns {Promise<any>} */
const read = async (path) => (await request(path)).json();

/**
 * Server-sent events of a response; comments are left out.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<AskEvent>}
 */
async function* readEvents(body) {
  const reader = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split('\n\n');
    text = /** @type {string} */ (blocks.pop());
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => /** @type {[string, string]} */ (line.split(/: (.*)/s).slice(0, 2))));
      const event = fields.get('event');
      if (event) yield { event, data: JSON.parse(fields.get('data') ?? 'null') };
    }
  }
}

export const readSources = () => /** @type {Promise<{sources: SourceSummary[]}>} */ (read('sources'));

/** @param {string} source */
export const readSource = (source) => /** @type {Promise<SourceDocument>} */ (read(`sources/${source.split('/').map(encodeURIComponent).join('/')}`));

export const readReady = () => /** @type {Promise<Ready>} */ (read('ready'));

/** @param {string} id */
export const readConversation = (id) => /** @type {Promise<{turns: KeptTurn[]}>} */ (read(`conversations/${encodeURIComponent(id)}`));

/** @param {string} id */
export const deleteConversation = (id) => request(`conversations/${encodeURIComponent(id)}`, { method: 'DELETE' });

/**
 * Asks, and tells what is done meanwhile.
 *
 * @param {{question: string, history?: Turn[], conversationId?: string}} question
 * @param {AbortSignal} signal
 * @param {(event: AskEvent) => void} onEvent
 * @returns {Promise<Reply>}
 */
export async function postQuestion(question, signal, onEvent) {
  const response = await request('ask', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json' },
    body: JSON.stringify(question),
    signal,
  });
  // A server that does not stream answers all the same.
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.json();
  try {
    for await (const event of readEvents(/** @type {ReadableStream<Uint8Array>} */ (response.body))) {
      if (event.event === 'reply') return event.data.reply;
      if (event.event === 'error') throw asError(event.data.status, event.data, null);
      onEvent(event);
    }
  } catch (error) {
    if (error instanceof ServerError || /** @type {Error} */ (error).name === 'AbortError') throw error;
    throw new ServerError('The answer broke off', 'The connection to the server was lost. Try again.');
  }
  throw new ServerError('The answer broke off', 'The server ended it half-way. Try again.');
}
