import { main } from './main.ts';

process.exitCode = await main('deploy', process.argv.slice(2));
