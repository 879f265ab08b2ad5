import { counter, gauge, type Metrics } from '@authorworks/platform';

export const openMetrics = (metrics: Metrics) => ({
  bytesReceived: counter(metrics, 'storage_received_bytes_total', 'Bytes of files that arrived'),
  filesStored: counter(metrics, 'storage_files_stored_total', 'Files that were stored', ['purpose']),
  filesRefused: counter(metrics, 'storage_files_refused_total', 'Files that were refused for what is in them', [
    'reason',
  ]),
  variantsMade: counter(metrics, 'storage_variants_made_total', 'Sizes of pictures that were made'),
  /** Somebody removed them behind our back. */
  objectsMissing: gauge(metrics, 'storage_objects_missing', 'Files whose bytes are gone, as the last scan found'),
  removalsDue: gauge(metrics, 'storage_removals_due', 'Objects that are due to be removed and are not yet'),
});
export type StorageMetrics = ReturnType<typeof openMetrics>;
