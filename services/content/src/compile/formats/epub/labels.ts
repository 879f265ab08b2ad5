/** The few words that the house adds to a book, in the language of the book where it knows it. */
export interface Labels {
  /** The language in which they are, BCP 47. */
  readonly language: string;
  readonly cover: string;
  readonly titlePage: string;
  readonly imprint: string;
  readonly contents: string;
  readonly beginning: string;
  readonly edition: (number: number, day: string) => string;
  readonly draft: (day: string) => string;
  /** For readers who choose by it whether they can read the book: whether it has pictures, and whether all are described. */
  readonly accessibility: Readonly<Record<'text' | 'described' | 'undescribed', string>>;
}

const english: Labels = {
  language: 'en',
  cover: 'Cover',
  titlePage: 'Title page',
  imprint: 'Imprint',
  contents: 'Contents',
  beginning: 'Beginning of the text',
  edition: (number, day) => `Edition ${number}, ${day}`,
  draft: (day) => `Draft of ${day}`,
  accessibility: {
    text: 'This book is text throughout; it adapts to any size and screen, has a table of contents, headings and links to notes and back.',
    described:
      'This book adapts to any size and screen, has a table of contents, headings and links to notes and back. All its pictures are described.',
    undescribed:
      'This book adapts to any size and screen, has a table of contents, headings and links to notes and back. Some of its pictures are not described.',
  },
};

const german: Labels = {
  language: 'de',
  cover: 'Umschlag',
  titlePage: 'Titelseite',
  imprint: 'Impressum',
  contents: 'Inhalt',
  beginning: 'Beginn des Textes',
  edition: (number, day) => `${number}. Ausgabe, ${day}`,
  draft: (day) => `Entwurf vom ${day}`,
  accessibility: {
    text: 'Dieses Buch besteht ganz aus Text; es passt sich jeder Größe und jedem Bildschirm an und hat ein Inhaltsverzeichnis, Überschriften und Verweise zu den Anmerkungen und zurück.',
    described:
      'Dieses Buch passt sich jeder Größe und jedem Bildschirm an und hat ein Inhaltsverzeichnis, Überschriften und Verweise zu den Anmerkungen und zurück. Alle Bilder sind beschrieben.',
    undescribed:
      'Dieses Buch passt sich jeder Größe und jedem Bildschirm an und hat ein Inhaltsverzeichnis, Überschriften und Verweise zu den Anmerkungen und zurück. Einige Bilder sind nicht beschrieben.',
  },
};

const french: Labels = {
  language: 'fr',
  cover: 'Couverture',
  titlePage: 'Page de titre',
  imprint: 'Mentions',
  contents: 'Table des matières',
  beginning: 'Début du texte',
  edition: (number, day) => `Édition ${number}, ${day}`,
  draft: (day) => `Version de travail du ${day}`,
  accessibility: {
    text: 'Ce livre ne contient que du texte ; il s’adapte à toutes les tailles et à tous les écrans, avec une table des matières, des titres et des liens vers les notes et retour.',
    described:
      'Ce livre s’adapte à toutes les tailles et à tous les écrans, avec une table des matières, des titres et des liens vers les notes et retour. Toutes les images sont décrites.',
    undescribed:
      'Ce livre s’adapte à toutes les tailles et à tous les écrans, avec une table des matières, des titres et des liens vers les notes et retour. Certaines images ne sont pas décrites.',
  },
};

const spanish: Labels = {
  language: 'es',
  cover: 'Cubierta',
  titlePage: 'Portada',
  imprint: 'Créditos',
  contents: 'Índice',
  beginning: 'Comienzo del texto',
  edition: (number, day) => `Edición ${number}, ${day}`,
  draft: (day) => `Borrador del ${day}`,
  accessibility: {
    text: 'Este libro es todo texto; se adapta a cualquier tamaño y pantalla y tiene índice, títulos y enlaces a las notas y de vuelta.',
    described:
      'Este libro se adapta a cualquier tamaño y pantalla y tiene índice, títulos y enlaces a las notas y de vuelta. Todas las imágenes están descritas.',
    undescribed:
      'Este libro se adapta a cualquier tamaño y pantalla y tiene índice, títulos y enlaces a las notas y de vuelta. Algunas imágenes no están descritas.',
  },
};

const italian: Labels = {
  language: 'it',
  cover: 'Copertina',
  titlePage: 'Frontespizio',
  imprint: 'Colophon',
  contents: 'Indice',
  beginning: 'Inizio del testo',
  edition: (number, day) => `Edizione ${number}, ${day}`,
  draft: (day) => `Bozza del ${day}`,
  accessibility: {
    text: 'Questo libro è interamente testuale; si adatta a ogni dimensione e schermo e ha un indice, titoli e rimandi alle note e ritorno.',
    described:
      'Questo libro si adatta a ogni dimensione e schermo e ha un indice, titoli e rimandi alle note e ritorno. Tutte le immagini sono descritte.',
    undescribed:
      'Questo libro si adatta a ogni dimensione e schermo e ha un indice, titoli e rimandi alle note e ritorno. Alcune immagini non sono descritte.',
  },
};

const portuguese: Labels = {
  language: 'pt',
  cover: 'Capa',
  titlePage: 'Folha de rosto',
  imprint: 'Ficha técnica',
  contents: 'Índice',
  beginning: 'Início do texto',
  edition: (number, day) => `Edição ${number}, ${day}`,
  draft: (day) => `Rascunho de ${day}`,
  accessibility: {
    text: 'Este livro é todo em texto; adapta-se a qualquer tamanho e ecrã e tem índice, títulos e ligações para as notas e de volta.',
    described:
      'Este livro adapta-se a qualquer tamanho e ecrã e tem índice, títulos e ligações para as notas e de volta. Todas as imagens são descritas.',
    undescribed:
      'Este livro adapta-se a qualquer tamanho e ecrã e tem índice, títulos e ligações para as notas e de volta. Algumas imagens não são descritas.',
  },
};

const dutch: Labels = {
  language: 'nl',
  cover: 'Omslag',
  titlePage: 'Titelpagina',
  imprint: 'Colofon',
  contents: 'Inhoud',
  beginning: 'Begin van de tekst',
  edition: (number, day) => `Editie ${number}, ${day}`,
  draft: (day) => `Concept van ${day}`,
  accessibility: {
    text: 'Dit boek bestaat geheel uit tekst; het past zich aan elke grootte en elk scherm aan en heeft een inhoudsopgave, koppen en verwijzingen naar de noten en terug.',
    described:
      'Dit boek past zich aan elke grootte en elk scherm aan en heeft een inhoudsopgave, koppen en verwijzingen naar de noten en terug. Alle afbeeldingen zijn beschreven.',
    undescribed:
      'Dit boek past zich aan elke grootte en elk scherm aan en heeft een inhoudsopgave, koppen en verwijzingen naar de noten en terug. Sommige afbeeldingen zijn niet beschreven.',
  },
};

const known = new Map(
  [english, german, french, spanish, italian, portuguese, dutch].map((labels) => [labels.language, labels]),
);

/** The labels for a language; English ones where the house does not know it. */
export const labelsFor = (language: string): Labels =>
  known.get(language.toLowerCase().split('-', 1)[0] ?? '') ?? english;
