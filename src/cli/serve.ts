import type { Config } from '../config/config.js';
import { watchFolder } from '../indexing/watch.js';
import { createApp } from '../server/app.js';
import { listen } from '../server/serve.js';
import { openAssistant } from './open-assistant.js';

/** Milliseconds between two looks at which generation another process made the current one. */
const FOLLOW_MS = 2000;

const allowedHosts = ({ HOST, ALLOWED_HOSTS }: Config): string[] => [HOST, ...ALLOWED_HOSTS.split(',').map((name) => name.trim().toLowerCase())];

/** Brings the index up to date and serves until SIGINT or SIGTERM; what is under way is answered first. */
export async function serveCommand(config: Config): Promise<number> {
  const assistant = await openAssistant(config);
  const { index } = assistant;
  const { manifest } = assistant.generation();
  const documents = { adminKey: config.ADMIN_KEY, corpusFolder: config.CORPUS_DIR, maxFileBytes: config.MAX_FILE_BYTES };
  const server = await listen(createApp(assistant, console.error, { allowedHosts: allowedHosts(config), documents }), config.HOST, config.PORT);
  console.log(`${manifest.counts.documents} documents, ${manifest.counts.paragraphs} paragraphs, generation ${manifest.generation}`);
  console.log(`chat page and API on ${server.url}`);
  const following = setInterval(() => void index.follow(), FOLLOW_MS);
  const unwatch =
    config.WATCH === 'true' ? await watchFolder(config.CORPUS_DIR, async () => index.isPinned() || (await index.reindex()).error === null) : () => {};
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  clearInterval(following);
  unwatch();
  await server.close();
  await assistant.close();
  return 0;
}
