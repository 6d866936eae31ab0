import type { Config } from '../config/config.js';
import { openAssistant } from './open-assistant.js';

/** Brings the index up to date and reports what it holds. Exit code 1 when it could not be brought up to date. */
export async function indexCommand(config: Config): Promise<number> {
  const assistant = await openAssistant(config);
  const { manifest, dense } = assistant.generation();
  const { documents, paragraphs, passages } = manifest.counts;
  console.log(
    `generation ${manifest.generation} of ${manifest.builtAt}: ${documents} documents, ${paragraphs} paragraphs, ${passages} passages; model ${manifest.model}, search ${dense.kind}`,
  );
  for (const warning of assistant.warnings()) console.log(`warning: ${warning}`);
  await assistant.close();
  return assistant.isUpToDate() ? 0 : 1;
}
