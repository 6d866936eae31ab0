// @ts-check
/**
 * What the server answers.
 *
 * @typedef {{id: number, source: string, title: string, paragraph: number, page?: number, start: number, end: number, quote: string}} Citation
 * @typedef {{source: string, title: string, paragraph: number, page?: number, start: number, end: number, text: string}} Passage
 * @typedef {{answer: string, answered: boolean, confidence: number, shortAnswer: string | null, citations: Citation[],
 *   conflicts: {about: string, values: {value: string, citations: number[]}[]}[], passages: Passage[],
 *   rewrittenQuestion: string | null, index: {generation: string, builtAt: string}, mode: string}} Reply
 * @typedef {{paragraph: number, start: number, end: number, heading: boolean, page?: number}} Paragraph
 * @typedef {{source: string, title: string, text: string, sha256: string, paragraphs: Paragraph[], metadata: Record<string, string>}} SourceDocument
 * @typedef {{source: string, title: string, paragraphs?: number}} SourceSummary
 * @typedef {{role: 'user' | 'assistant', content: string}} Turn
 * @typedef {{ready: boolean, index: {builtAt: string}, counts: {documents: number, paragraphs: number}, warnings?: string[]}} Ready
 */

/** An answer of the server that is not what was asked for, in words for the reader. */
export class ServerError extends Error {
  /**
   * @param {string} title
   * @param {string} message
   * @param {{status?: number, retryAfter?: number | null}} [more]
   */
  constructor(title, message, { status = 0, retryAfter = null } = {}) {
    super(message);
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
 * @param {Response} response
 * @returns {Promise<ServerError>}
 */
async function readProblem(response) {
  const { status } = response;
  const problem = await response.json().catch(() => null);
  const retryAfter = retryAfterSeconds(response.headers.get('retry-after'));
  if (status === 429 || status === 503) {
    const title = status === 429 ? 'Too many questions in a short time' : 'The server is busy';
    return new ServerError(title, problem?.detail ?? 'Try again in a moment.', { status, retryAfter });
  }
  const fields = /** @type {{field: string, message: string}[]} */ (problem?.errors ?? []);
  if (status === 400 && fields.length > 0) {
    return new ServerError(
      'This question cannot be asked',
      fields.map(({ field, message }) => `${field.replace(/^./, (letter) => letter.toUpperCase())}: ${message}`).join('\n'),
      { status },
    );
  }
  return new ServerError(problem?.title ?? 'The server could not do this', problem?.detail ?? `It answered with status ${status}.`, { status });
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
async function request(path, init) {
  let response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (/** @type {Error} */ (error).name === 'AbortError') throw error;
    throw new ServerError('The server cannot be reached', 'Check that Verbatim is running on this address, then try again.');
  }
  if (!response.ok) throw await readProblem(response);
  return response.json();
}

export const readSources = () => /** @type {Promise<{sources: SourceSummary[]}>} */ (request('sources'));

/** @param {string} source */
export const readSource = (source) => /** @type {Promise<SourceDocument>} */ (request(`sources/${source.split('/').map(encodeURIComponent).join('/')}`));

export const readReady = () => /** @type {Promise<Ready>} */ (request('ready'));

/**
 * @param {string} question
 * @param {Turn[]} history
 * @param {AbortSignal} signal
 */
export const postQuestion = (question, history, signal) =>
  /** @type {Promise<Reply>} */ (
    request('ask', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question, ...(history.length > 0 ? { history } : {}) }),
      signal,
    })
  );
