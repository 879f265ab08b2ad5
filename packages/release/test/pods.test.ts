import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { isHopeless, lastWordsIn, podOf } from '../src/cluster.ts';

const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);

const pod = (status: V1Pod['status']) =>
  podOf({
    metadata: {
      name: 'web-green-1',
      labels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/component': 'service' },
    },
    ...(status ? { status } : {}),
  });

const waiting = (reason: string, seconds: number, restartCount = 0) =>
  pod({
    startTime: ago(seconds),
    containerStatuses: [
      { name: 'web', image: '', imageID: '', ready: false, restartCount, state: { waiting: { reason } } },
    ],
  });

const unscheduled = (seconds: number) =>
  pod({ conditions: [{ type: 'PodScheduled', status: 'False', lastTransitionTime: ago(seconds) }] });

describe('a pod that does not start', () => {
  it.each([
    ['whose container is being made', waiting('ContainerCreating', 600), false],
    ['that ended once', waiting('CrashLoopBackOff', 600, 1), false],
    ['that ends again and again', waiting('CrashLoopBackOff', 10, 2), true],
    ['whose kubelet is out of breath', waiting('CreateContainerConfigError', 10), false],
    ['whose Secret is not there', waiting('CreateContainerConfigError', 90), true],
    ['whose image could not be fetched yet', waiting('ErrImagePull', 10), false],
    ['whose image nobody has', waiting('ImagePullBackOff', 90), true],
    ['that waits until others have ended', unscheduled(20), false],
    ['for which there is no place', unscheduled(90), true],
    ['of which nothing is known yet', pod(undefined), false],
  ])('%s: waiting longer will help, or not', (_, one, hopeless) => expect(isHopeless(one)).toBe(hopeless));
});

describe('the last words of a program', () => {
  it.each([
    [
      'listening\nTypeError: x is not a function\n    at a.ts:1\n    at b.ts:2\nNode.js v24',
      'TypeError: x is not a function at a.ts:1',
    ],
    [
      'The settings of editor are not complete:\n  LINGER_SECONDS  must be a number',
      'The settings of editor are not complete: LINGER_SECONDS must be a number',
    ],
    ['one\ntwo\nthree\nfour\n', 'two three four'],
    ['', ''],
  ])('are its error, or the end of its log: %j', (log, words) => {
    expect(lastWordsIn(log).replace(/\s+/g, ' ')).toBe(words);
  });
});
