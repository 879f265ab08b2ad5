/**
 * What people choose first and guessers try first: words that a password may not be, even in other case, with letters
 * written as figures, or with a year, a count or a mark behind. Written for this house; short on purpose, because a list
 * that refuses too much teaches people to write passwords down.
 */
const WORDS = `
password passwort passwd passw pass passcode kennwort secret geheim hallo hello welcome willkommen letmein login logon signin admin
administrator root user username guest test testing tester default changeme change master access system manager server
qwerty qwertz azerty qwertyuiop qwertzuiop asdfgh asdfghjkl zxcvbn zxcvbnm yxcvbnm asdf qwer qazwsx qazwsxedc 1qaz2wsx 1q2w3e4r
1q2w3e4r5t 1q2w3e q1w2e3r4 zaq12wsx qweasd qweasdzxc poiuytrewq lkjhgfdsa mnbvcxz
abc abcd abcde abcdef abcdefg abcdefgh abc123 abcd1234 a1b2c3 a1b2c3d4 aa123456 1a2b3c4d
iloveyou ilovu iloveu love lovely lover loveme myheart darling sweetheart honey baby babygirl angel princess prince sunshine
schatz engel liebe sommer winter spring summer autumn herbst monday friday sunday january december
football fussball baseball basketball hockey soccer tennis golf liverpool chelsea arsenal barcelona juventus bayern realmadrid
dragon monkey tiger lion eagle falcon wolf horse rabbit kitten puppy butterfly dolphin panda buster
superman batman spiderman starwars skywalker matrix pokemon pikachu naruto minecraft fortnite warcraft
michael michelle jennifer jessica ashley daniel andrew joshua matthew robert thomas charlie george jordan hunter harley nicole
amanda hannah sophie anthony william samantha elizabeth alexander maria anna
shadow killer ninja samurai warrior legend hero freedom forever whatever nothing trustno trustnoone internet computer laptop
samsung iphone google facebook instagram youtube twitter microsoft windows apple android
cookie chocolate banana orange cherry pepper ginger cheese pizza coffee whiskey flower purple yellow silver golden diamond
mustang ferrari porsche mercedes corvette yamaha
book books author authors writer writing novel manuscript chapter story authorworks publisher
`;

const words = new Set(WORDS.split(/\s+/).filter((word) => word !== ''));

/** Whether a word, in small letters, is one that guessers try first. */
export const isCommonWord = (word: string): boolean => words.has(word);
