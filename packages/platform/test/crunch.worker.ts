/** What a test's thread does. */
export default function crunch(task: { kind: 'count' | 'spin' | 'hoard' | 'throw'; upTo?: number }): number {
  if (task.kind === 'throw') throw new RangeError('a task may fail');
  if (task.kind === 'hoard') {
    const hoard: number[][] = [];
    for (;;) hoard.push(Array.from({ length: 100_000 }, (_, index) => index * Math.random()));
  }
  if (task.kind === 'spin') for (;;) Math.random();
  let sum = 0;
  for (let index = 0; index < (task.upTo ?? 0); index += 1) sum += index;
  return sum;
}
