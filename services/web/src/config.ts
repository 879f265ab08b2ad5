import { defineConfig, integer, optional, text, url } from '@authorworks/platform';

/** Settings of web beside the base settings. */
export const config = defineConfig({
  s3PublicUrl: optional(
    url({ doc: 'The object storage as browsers reach it, where pictures and uploads do not go through the house' }),
  ),
  webDirectory: optional(text({ doc: 'Folder of the built app; absent: dist/ of this service' })),
  bookDeadlineMs: integer({
    doc: 'How long the page of a published book waits for its title before it is sent without',
    default: 800,
    min: 10,
    max: 10_000,
  }),
});
