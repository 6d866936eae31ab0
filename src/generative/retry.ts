/** Milliseconds before the first retry; each further one waits twice as long. */
const FIRST_DELAY = 500;

interface HttpError {
  status?: number;
  headers?: Headers | Record<string, string>;
}

/** Why a call failed, in words for the reader of a warning; never what the other side wrote, which may hold anything. */
export function failureOf(error: unknown): string {
  const { status, name } = error as HttpError & { name?: string };
  if (status === 401 || status === 403) return `it refused the key (status ${status}); check LLM_API_KEY`;
  if (status === 404) return 'it does not know the address or the model (status 404); check LLM_BASE_URL and LLM_MODEL';
  if (status === 429) return 'it has too much to do (status 429)';
  if (status) return `it answered with status ${status}`;
  if (name === 'SyntaxError') return 'it sent something that is not its protocol';
  return 'the connection failed';
}

/** Whether the same call may succeed a little later: the connection failed, too many calls, a failure over there. */
const isPassing = (error: unknown): boolean => {
  const { status } = error as HttpError;
  return status === undefined ? (error as Error).name !== 'SyntaxError' : status === 408 || status === 429 || status >= 500;
};

/** Milliseconds that a `Retry-After` header asks for, in seconds or as a date; null where there is none. */
function retryAfter({ headers }: HttpError): number | null {
  const value = headers instanceof Headers ? headers.get('retry-after') : headers?.['retry-after'];
  if (!value) return null;
  const wait = /^\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/** Milliseconds to wait before another try; null where another would not help. @param tries Tries made so far. */
export function retryDelay(error: unknown, tries: number): number | null {
  if (!isPassing(error)) return null;
  return retryAfter(error as HttpError) ?? FIRST_DELAY * 2 ** (tries - 1);
}
