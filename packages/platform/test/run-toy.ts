// A pod's main.ts, with the toy of http-toy.ts.
import { run } from '../src/run.ts';
import { hardToy } from './http-toy.ts';

await run(hardToy);
