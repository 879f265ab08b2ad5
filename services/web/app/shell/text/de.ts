import type { ShellWords } from './en.ts';

export const de: ShellWords = {
  tagline: 'Dein eigener Verlag',
  description:
    'Gemeinsam schreiben, veröffentlichen, gelesen werden: AuthorWorks ist ein Verlag, der auf deinem eigenen Rechner läuft.',
  skipToContent: 'Zum Text springen',
  mainNavigation: 'Hauptmenü',
  shelf: 'Regal',
  books: 'Bücher',
  operator: 'Betrieb',
  outbox: 'Postausgang',
  account: 'Konto',
  accountMenu: 'Dein Konto',
  signIn: 'Anmelden',
  signUp: 'Konto anlegen',
  signOut: 'Abmelden',
  theme: 'Aussehen',
  themeSystem: 'Wie das System',
  themeLight: 'Hell',
  themeDark: 'Dunkel',
  language: 'Sprache',
  notFoundTitle: 'Diese Seite steht nicht im Buch',
  notFound:
    'Unter dieser Adresse ist nichts. Vielleicht ist die Seite umgezogen, oder der Link ist unterwegs abgeschnitten worden.',
  toShelf: 'Zu deinem Regal',
  toBooks: 'Zu den Büchern',
  crashTitle: 'Diese Seite ist gestolpert',
  crash:
    'Das ist unser Fehler. Was du geschrieben hast, ist da: Text wird beim Tippen gespeichert und wartet in diesem Browser, wenn er nicht gesendet werden konnte.',
  crashDetails: 'Was geschehen ist, für den Betreiber',
  reload: 'Seite neu laden',
  notices: 'Hinweise des Hauses',
  offlineBanner: 'Du bist offline. Was du schreibst, bleibt hier und wird gesendet, sobald die Verbindung zurück ist.',
  verifyBanner: 'Bitte bestätige deine E-Mail-Adresse mit dem Link, den wir dir geschickt haben.',
  verifySend: 'Noch einmal senden',
  verifySent: 'Die Nachricht ist unterwegs.',
};
