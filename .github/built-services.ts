// Prints the names of the services that images are made of, one a line. The table needs no package, so nothing is installed.
import { builtServiceNames } from '../packages/contracts/src/services.ts';

process.stdout.write(`${builtServiceNames.join('\n')}\n`);
