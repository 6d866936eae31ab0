import { type Assistant, type AssistantOptions, createAssistant } from '../assistant/assistant.js';
import type { Config } from '../config/config.js';
import { showProgress } from './progress.js';

/** Opens the assistant with progress and log lines on standard error, so that standard output holds results only. */
export async function openAssistant(config: Config, options: Pick<AssistantOptions, 'reindex' | 'full'> = {}): Promise<Assistant> {
  const progress = showProgress(process.stderr);
  try {
    return await createAssistant(config, {
      ...options,
      onProgress: progress.update,
      log: (level, message) => {
        progress.end();
        if (config.LOG_LEVEL === 'info' || config.LOG_LEVEL === level) console.error(`${level}: ${message}`);
      },
    });
  } finally {
    progress.end();
  }
}
