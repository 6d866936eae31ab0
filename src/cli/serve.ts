import type { Config } from '../config/config.js';
import { createApp } from '../server/app.js';
import { listen } from '../server/serve.js';
import { openAssistant } from './open-assistant.js';

const allowedHosts = ({ HOST, ALLOWED_HOSTS }: Config): string[] => [HOST, ...ALLOWED_HOSTS.split(',').map((name) => name.trim().toLowerCase())];

/** Brings the index up to date and serves until SIGINT or SIGTERM; what is under way is answered first. */
export async function serveCommand(config: Config): Promise<number> {
  const assistant = await openAssistant(config);
  const { manifest } = assistant.generation();
  const server = await listen(createApp(assistant, console.error, { allowedHosts: allowedHosts(config) }), config.HOST, config.PORT);
  console.log(`${manifest.counts.documents} documents, ${manifest.counts.paragraphs} paragraphs, generation ${manifest.generation}`);
  console.log(`chat page and API on ${server.url}`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await server.close();
  await assistant.close();
  return 0;
}
