import type { Config } from '../config/config.js';
import type { ReadLimits } from './read-folder.js';

/** The bounds on the reading of one file, as they are set. */
export const readLimits = ({ MAX_FILE_BYTES, EXTRACT_TIMEOUT_MS, EXTRACT_MEMORY_MB, MAX_EXTRACTED_CHARACTERS }: Config): ReadLimits => ({
  maxBytes: MAX_FILE_BYTES,
  timeoutMs: EXTRACT_TIMEOUT_MS,
  memoryMb: EXTRACT_MEMORY_MB,
  maxCharacters: MAX_EXTRACTED_CHARACTERS,
});
