import { counter, type Metrics } from '@authorworks/platform';

/** What the service counts beside the platform's own figures. */
export interface UserMetrics {
  /** Sign-ins by method and what came of them. */
  readonly signIns: ReturnType<typeof counter<'method' | 'result'>>;
  /** Refresh tokens that came twice: each is a thief, or a client that lost an answer. */
  readonly reuses: ReturnType<typeof counter>;
}

export const openMetrics = (metrics: Metrics): UserMetrics => ({
  signIns: counter(metrics, 'user_sign_ins_total', 'Sign-ins', ['method', 'result']),
  reuses: counter(metrics, 'user_refresh_reuses_total', 'Sessions ended because a refresh token came twice'),
});
