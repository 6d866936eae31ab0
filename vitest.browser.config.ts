import { defineConfig } from 'vitest/config';

/** The tests of the chat page need Chromium and the built server, so they are not part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
