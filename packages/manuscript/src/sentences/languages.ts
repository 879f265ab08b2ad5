/** What the rules know about the writing of one language. Words are in lower case, without their last period. */
export interface LanguageRules {
  /** Stand before a name: a sentence never ends with them. */
  readonly titles: ReadonlySet<string>;
  /** Stand before a name or end a sentence: `St. John`, `Main St.`; a starter tells. */
  readonly maybeTitles: ReadonlySet<string>;
  /** Always go on, whatever follows: `e.g.`, `z. B.`. Periods between letters stay, spaces do not. */
  readonly inner: ReadonlySet<string>;
  /** Go on when a number follows: `No. 5`. */
  readonly beforeNumbers: ReadonlySet<string>;
  /** Words that begin sentences and are no names: after an initial or an ordinal they begin a new one. */
  readonly starters: ReadonlySet<string>;
  /** Verbs of saying that follow a name after quoted speech: `“Stop!” John said.` */
  readonly speech: RegExp | null;
  /** `3. Mai` is a date, not the end of a sentence. */
  readonly hasOrdinalPeriods: boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** A name or a pronoun of the first person, and then one of the verbs. */
const speech = (verbs: string): RegExp =>
  new RegExp(
    String.raw`^(?:I|(?:\p{Lu}[\p{L}’'.-]*\s+){1,3}?)\s*(?:${verbs.trim().split(/\s+/).join('|')})(?![\p{L}\p{N}])`,
    'u',
  );

const NOTHING: ReadonlySet<string> = new Set();

const plain: LanguageRules = {
  titles: NOTHING,
  maybeTitles: NOTHING,
  inner: NOTHING,
  beforeNumbers: NOTHING,
  starters: NOTHING,
  speech: null,
  hasOrdinalPeriods: false,
};

const english: LanguageRules = {
  titles: words(
    `mr mrs ms messrs mme mlle dr prof rev revd hon ste fr sra capt cmdr col gen lt maj sgt cpl pvt adm gov pres sen rep supt
     insp det amb ald pfc`,
  ),
  maybeTitles: words('st mt ft sr jr esq inc ltd co corp bros ave rd blvd dept univ'),
  inner: words('e.g i.e cf viz vs v al approx ca c incl esp resp a.k.a w.r.t'),
  beforeNumbers: words(
    `no nos vol vols ch chap fig figs p pp sec art eq ref ed par pt nr tab ver op opp jan feb mar apr jun jul aug sep sept oct
     nov dec ext tel apt rm`,
  ),
  starters: words(
    `the a an he she it they we you i this that these those there then but and or so yet for nor if when while as at in on by
     from to with without after before his her its their my our your what who where why how which not no yes now never once
     only even all some many most every each one another still here perhaps maybe however thus hence meanwhile suddenly
     although because since until though`,
  ),
  speech: speech(
    `said says say asked asks ask cried cries replied replies answered answers shouted shouts whispered whispers called calls
     exclaimed murmured muttered yelled screamed demanded inquired enquired began continued added thought snapped growled
     sighed laughed gasped hissed roared bellowed wondered repeated insisted agreed protested pleaded begged ordered told
     remarked observed responded returned interrupted breathed groaned moaned sobbed stammered suggested urged warned went
     put chimed snarled barked chuckled declared announced explained commented concluded`,
  ),
  hasOrdinalPeriods: false,
};

const german: LanguageRules = {
  maybeTitles: words('str'),
  titles: words('hr hrn fr frl dr prof dipl ing mag st sr med phil jur rer nat h.c gen maj hptm lt'),
  inner: words(
    `z.b d.h u.a o.ä u.ä i.d.r i.a z.t s.o s.u v.a m.e u.u d.i i.e e.g bzw vgl ca evtl ggf inkl exkl sog bes insb etw zit zz
     v.chr n.chr`,
  ),
  beforeNumbers: words(
    'nr abs abb art bd bde kap s jh tel tab ziff anm aufl fig jan feb mär apr jun jul aug sep sept okt nov dez',
  ),
  starters: words(
    `der die das er sie es ich wir ihr du man ein eine einen einem einer und aber oder doch denn da dann als wenn nun so in im
     am an auf aus bei mit nach von vor zu zum zur über unter durch für ohne um dies diese dieser dieses jene jener was wer wo
     wie warum weil dass ob obwohl während bevor nachdem seit bis sein seine ihre mein meine unser alle viele kein keine nicht
     noch schon auch nur jetzt hier dort plötzlich endlich niemand jemand etwas nichts vielleicht`,
  ),
  speech: null,
  hasOrdinalPeriods: true,
};

const french: LanguageRules = {
  maybeTitles: words('bd av'),
  titles: words('m mm mme mmes mlle mlles dr pr mgr st ste gén col cap lt prof'),
  inner: words('p.ex c.-à-d c.à.d cf env av.j.-c apr.j.-c i.e e.g vs'),
  beforeNumbers: words('n no p pp vol chap fig art éd t tél janv févr avr juil sept oct nov déc'),
  starters: words(
    `le la les un une des il elle ils elles on nous vous je tu ce cet cette ces cela ça et mais ou donc or ni car si quand comme
     lorsque puis alors ensuite dans sur sous avec sans pour par en au aux à de du son sa ses mon ma mes leur leurs notre votre
     que qui quoi où pourquoi comment rien personne tout tous toute toutes jamais toujours enfin soudain pourtant cependant
     ainsi maintenant ici là non oui`,
  ),
  speech: null,
  hasOrdinalPeriods: false,
};

const spanish: LanguageRules = {
  titles: words(
    'sr sra srta sres sras d dña dra dr dres prof profa lic ing arq gral cnel cap tte sto sta fr pbro mons',
  ),
  maybeTitles: words('avda'),
  inner: words('p.ej ej etc.a i.e cf vs a.c d.c aprox'),
  beforeNumbers: words('n núm num no pág págs p pp vol cap art fig ed t tel'),
  starters: words(
    `el la los las un una unos unas él ella ellos ellas yo tú nosotros usted ustedes lo le les se y e o pero sino que si cuando
     como porque aunque mientras entonces luego después antes en de del a al con sin por para desde hasta sobre su sus mi mis
     tu tus este esta estos estas ese esa eso aquel aquella esto qué quién dónde cómo nada nadie nunca siempre todo todos no sí
     ya aquí allí ahora también tampoco`,
  ),
  speech: null,
  hasOrdinalPeriods: false,
};

const italian: LanguageRules = {
  titles: words('sig sigg sig.ra sig.na dott dr prof prof.ssa ing avv arch on mons don s ss gen col cap ten'),
  maybeTitles: NOTHING,
  inner: words('p.es es ecc.a cfr i.e ca a.c d.c'),
  beforeNumbers: words('n nn p pp pag pagg vol cap art fig ed tel'),
  starters: words(
    `il lo la i gli le un uno una egli ella esso essa loro io tu noi voi lui lei e ed ma o però se quando come perché che chi
     dove poi allora in di del della a al con senza per da su non sì no ora qui là tutto tutti niente nessuno mai sempre`,
  ),
  speech: null,
  hasOrdinalPeriods: false,
};

const portuguese: LanguageRules = {
  titles: words('sr sra srta srs dr dra prof profa eng d st sto sta pe gen cel cap ten v.exa'),
  maybeTitles: words('av'),
  inner: words('p.ex i.e cf vs a.c d.c aprox'),
  beforeNumbers: words('n nº no p pp pág págs vol cap art fig ed tel'),
  starters: words(
    `o a os as um uma ele ela eles elas eu tu nós você vocês e mas ou porém se quando como porque que quem onde então depois
     em no na de do da ao à com sem por para não sim já aqui ali agora tudo todos nada ninguém nunca sempre seu sua meu minha`,
  ),
  speech: null,
  hasOrdinalPeriods: false,
};

const dutch: LanguageRules = {
  titles: words('dhr mevr mw mej dr drs prof ir ing mr st gen kol kap lt ds'),
  maybeTitles: words('str'),
  inner: words('bijv bv d.w.z m.a.w o.a t.a.v i.p.v e.d m.b.t i.v.m t/m ca resp incl evt vgl'),
  beforeNumbers: words('nr nrs blz p pag hfst art fig afb jan feb mrt apr jun jul aug sept okt nov dec tel'),
  starters: words(
    `de het een hij zij ze het wij we ik jij je u jullie en maar of want dus als toen wanneer terwijl omdat dan nu in op aan bij
     met naar van voor door over onder zonder dit dat deze die wat wie waar waarom hoe niet geen nog al ook alleen hier daar
     plotseling eindelijk niemand iemand iets niets misschien zijn haar hun mijn ons onze alle`,
  ),
  speech: null,
  hasOrdinalPeriods: false,
};

const rules: ReadonlyMap<string, LanguageRules> = new Map([
  ['en', english],
  ['de', german],
  ['fr', french],
  ['es', spanish],
  ['ca', spanish],
  ['gl', spanish],
  ['it', italian],
  ['pt', portuguese],
  ['nl', dutch],
  ['af', dutch],
]);

const WITH_ORDINALS = words('da nb no nn fi et cs sk hu pl hr sl sr bs lv lt tr is fo');

/** The rules for a language (BCP 47). Of a language without rules only initials and ordinals are known. */
export const rulesFor = (language: string): LanguageRules => {
  const primary = language.split('-', 1)[0]?.toLowerCase() ?? '';
  const known = rules.get(primary);
  if (known) return known;
  return WITH_ORDINALS.has(primary) ? { ...plain, hasOrdinalPeriods: true } : plain;
};
