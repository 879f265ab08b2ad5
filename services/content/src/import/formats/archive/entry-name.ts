import { getFileNameLowLevel, type Entry } from 'yauzl';

const NAME_LIMIT = 1_024;
const DRIVE = /^[A-Za-z]:/;
const SYMLINK = 0o120000;
const FILE_TYPE = 0o170000;
const UNIX = 3;

const decodeName = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string => {
  // UTF-8 without the flag that says so is far commoner than what the standard says such names are (CP437)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(fileNameRaw);
  } catch {
    return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  }
};

const isLink = ({ versionMadeBy, externalFileAttributes }: Entry): boolean =>
  versionMadeBy >> 8 === UNIX && ((externalFileAttributes >>> 16) & FILE_TYPE) === SYMLINK;

/**
 * A path within an archive in the one form in which it is looked up: `/` between its steps, whatever the machine that
 * made it puts there, and no `.` or empty steps. Null for a path that leads out of the archive or means a device.
 */
export const normalPath = (path: string): string | null => {
  const written = path.replaceAll('\\', '/');
  if (written.length > NAME_LIMIT || written.includes('\0') || written.startsWith('/') || DRIVE.test(written))
    return null;
  const steps: string[] = [];
  for (const step of written.split('/')) {
    if (step === '..') return null;
    if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.length === 0 ? null : steps.join('/').normalize('NFC');
};

/** The path of an entry; null when nothing may be read by it: a link, or a name that leads out of the archive. */
export const entryPath = (entry: Entry): string | null => (isLink(entry) ? null : normalPath(decodeName(entry)));

/** Whether an entry is a folder, which holds nothing. */
export const isFolder = ({ fileNameRaw }: Entry): boolean => {
  const last = fileNameRaw.at(-1);
  return last === 0x2f || last === 0x5c;
};
