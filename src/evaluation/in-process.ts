import { type AskRequest, createAssistant } from '../assistant/assistant.js';
import type { Config } from '../config/config.js';
import type { Question } from './question-set.js';
import { corpusIdentity, RANKS, type System } from './system.js';

/** Takes lines for the maintainer that are not results. */
export type Log = (message: string) => void;

/**
 * The assistant over the corpus folder, in this process. A twin that refuses nothing answers what the first
 * refuses, so that the risk at every threshold is known.
 *
 * @param given Whether a question with a home may only be answered from there.
 * @throws Error when there is no index and none can be built.
 */
export async function openInProcess(config: Config, log: Log, { given = false }: { given?: boolean } = {}): Promise<System> {
  const assistant = await createAssistant(config, { log: (level, message) => (level === 'warn' ? log(message) : undefined) });
  const bold = await createAssistant({ ...config, ANSWER_THRESHOLD: 0 });
  const { documents, manifest } = assistant.generation();
  const request = ({ question, history, home }: Question): AskRequest => ({
    question,
    topK: RANKS,
    ...(history ? { history } : {}),
    ...(given && home ? { sources: home } : {}),
  });
  return {
    identity: {
      where: given ? 'in process, each question from its own paragraph' : 'in process',
      model: manifest.model,
      ...corpusIdentity([...documents.values()]),
      threshold: config.ANSWER_THRESHOLD,
    },
    documents,
    ask: (question) => assistant.ask(request(question)),
    askRegardless: (question) => bold.ask(request(question)),
    async search(query, topK) {
      return (await assistant.search({ query, topK })).passages;
    },
    async close() {
      await Promise.all([assistant.close(), bold.close()]);
    },
  };
}
