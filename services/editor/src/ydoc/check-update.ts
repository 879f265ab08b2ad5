import * as Y from 'yjs';
import { FRAGMENT, fragmentOf } from './fragment.ts';
import { checkMark, type ElementRule, manuscriptRules, type Rules } from './rules.ts';
import { scanUpdate, UpdateRefused } from './scan-update.ts';

/** Deepest nesting of a manuscript; the same as `manuscriptLimits.depth`. */
const MAX_DEPTH = 64;

type Struct = Y.Item | Y.GC;
type Type = Y.AbstractType<unknown>;

/** Where an item belongs: in the list of a type, or (with `key`) among its attributes. `parent` null: nowhere any more. */
interface Place {
  readonly parent: Type | null;
  readonly key: string | null;
}
const NOWHERE: Place = { parent: null, key: null };

const invalid = (reason: string): UpdateRefused => new UpdateRefused('invalid', reason);
const outOfOrder = (reason: string): UpdateRefused => new UpdateRefused('out-of-order', reason);

/** An update and the document that it is to be applied to, seen as one. */
class Proposal {
  readonly structs: readonly Struct[];
  readonly #doc: Y.Doc;
  readonly #root: Type;
  readonly #byClient = new Map<number, Struct[]>();
  readonly #places = new Map<Y.Item, Place>();
  /** The items that hold types which are not in the document yet. */
  readonly #holders = new Map<Type, Y.Item>();

  constructor(doc: Y.Doc, update: Uint8Array) {
    this.#doc = doc;
    this.#root = fragmentOf(doc) as unknown as Type;
    const { structs, ds } = Y.decodeUpdate(update);
    this.structs = structs;
    for (const struct of this.structs) {
      const list = this.#byClient.get(struct.id.client);
      if (list) list.push(struct);
      else this.#byClient.set(struct.id.client, [struct]);
      if (struct instanceof Y.Item && struct.content instanceof Y.ContentType)
        this.#holders.set(struct.content.type, struct);
    }
    this.#checkDependencies();
    for (const [client, deletes] of ds.clients)
      for (const { clock, len } of deletes)
        if (clock + len > this.#reach(client)) throw outOfOrder('it deletes what is not here');
  }

  /** Clock up to which this client's changes are known, with those of the update. */
  #reach(client: number): number {
    const last = this.#byClient.get(client)?.at(-1);
    return Math.max(Y.getState(this.#doc.store, client), last ? last.id.clock + last.length : 0);
  }

  #checkDependencies(): void {
    for (const [client, [first]] of this.#byClient)
      if (first && first.id.clock > Y.getState(this.#doc.store, client))
        throw outOfOrder('changes before it are missing');
    for (const struct of this.structs) {
      if (!(struct instanceof Y.Item)) continue;
      const { origin, rightOrigin, parent } = struct;
      for (const id of [origin, rightOrigin, parent])
        if (id instanceof Y.ID && id.clock >= this.#reach(id.client))
          throw outOfOrder('it stands beside what is not here');
    }
  }

  isKnown(struct: Struct): boolean {
    return struct.id.clock + struct.length <= Y.getState(this.#doc.store, struct.id.client);
  }

  #find(id: Y.ID): Struct {
    if (id.clock < Y.getState(this.#doc.store, id.client)) return Y.getItem(this.#doc.store, id);
    const list = this.#byClient.get(id.client) ?? [];
    let low = 0;
    let high = list.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((list[middle]?.id.clock ?? 0) <= id.clock) low = middle;
      else high = middle - 1;
    }
    const found = list[low];
    if (!found) throw outOfOrder('it stands beside what is not here');
    return found;
  }

  /** Where an item stands by its own word; undefined when it only says beside which other one. */
  #statedPlace(item: Y.Item): Place | undefined {
    const { parent, parentSub: key } = item as { parent: unknown; parentSub: string | null };
    if (typeof parent === 'string') {
      if (parent !== FRAGMENT) throw invalid('it writes outside of the manuscript');
      return { parent: this.#root, key };
    }
    if (parent instanceof Y.ID) {
      const holder = this.#find(parent);
      const content = holder instanceof Y.Item ? holder.content : undefined;
      return content instanceof Y.ContentType ? { parent: content.type as unknown as Type, key } : NOWHERE;
    }
    // an item of the document, whose parent Yjs has found already
    return parent === null ? undefined : { parent: parent as Type, key };
  }

  /** Where an item stands; as Yjs finds it, in Item.getMissing. */
  placeOf(start: Y.Item): Place {
    const trail: Y.Item[] = [];
    let item = start;
    let place = this.#places.get(item) ?? this.#statedPlace(item);
    while (!place) {
      trail.push(item);
      if (trail.length > this.structs.length) throw outOfOrder('its parts wait for each other');
      const left = item.origin ? this.#find(item.origin) : null;
      const right = item.rightOrigin ? this.#find(item.rightOrigin) : null;
      const beside = left ?? right;
      if (left instanceof Y.GC || right instanceof Y.GC) place = NOWHERE;
      else if (beside instanceof Y.Item) {
        item = beside;
        place = this.#places.get(item) ?? this.#statedPlace(item);
      } else throw invalid('a part of it stands nowhere');
    }
    for (const passed of trail) this.#places.set(passed, place);
    return place;
  }

  /** The place of the item that holds a type; undefined for the root. */
  holderPlaceOf(type: Type): Place | undefined {
    const holder = type._item ?? this.#holders.get(type);
    return holder ? this.placeOf(holder) : undefined;
  }

  isRoot(type: Type): boolean {
    return type === this.#root;
  }
}

const nameOf = (proposal: Proposal, type: Type): string =>
  proposal.isRoot(type) ? 'doc' : type instanceof Y.XmlElement ? type.nodeName : '';

const ruleFor = (rules: Rules, name: string): ElementRule => {
  const rule = rules.get(name);
  if (!rule) throw invalid(`there is no element "${name.slice(0, 40)}" in a manuscript`);
  return rule;
};

const checkDepth = (proposal: Proposal, parent: Type): void => {
  let depth = 1;
  for (let type: Type | null = parent; type && !proposal.isRoot(type); depth += 1) {
    if (depth > MAX_DEPTH) throw invalid('it is nested too deeply');
    type = proposal.holderPlaceOf(type)?.parent ?? null;
  }
};

const checkChild = (proposal: Proposal, rules: Rules, item: Y.Item, parent: Type): void => {
  const name = nameOf(proposal, parent);
  const rule = ruleFor(rules, name);
  const child: unknown = item.content instanceof Y.ContentType ? item.content.type : undefined;
  if (child instanceof Y.XmlElement) {
    ruleFor(rules, child.nodeName);
    if (!rule.children.has(child.nodeName)) throw invalid(`a ${child.nodeName} cannot stand in a ${name}`);
    checkDepth(proposal, parent);
  } else if (!(child instanceof Y.XmlText && rule.takesText)) throw invalid(`a ${name} does not hold that`);
};

const checkAttribute = (
  proposal: Proposal,
  rules: Rules,
  item: Y.Item,
  place: Place & { readonly parent: Type },
): void => {
  const name = nameOf(proposal, place.parent);
  const check = ruleFor(rules, name).attributes.get(place.key ?? '');
  if (!check || !(item.content instanceof Y.ContentAny)) throw invalid(`a ${name} has no such attribute`);
  check(item.content.arr[0]);
};

const checkText = (proposal: Proposal, rules: Rules, item: Y.Item, text: Type): void => {
  const element = proposal.holderPlaceOf(text)?.parent;
  if (!element) return;
  const rule = ruleFor(rules, nameOf(proposal, element));
  const { content } = item;
  if (content instanceof Y.ContentFormat) checkMark(rule, content.key, content.value);
  else if (!(content instanceof Y.ContentString)) throw invalid('a text holds something else than text');
};

const checkItem = (proposal: Proposal, rules: Rules, item: Y.Item): void => {
  if (item.content instanceof Y.ContentDeleted) return;
  const { parent, key } = proposal.placeOf(item);
  if (parent === null) return;
  if (parent instanceof Y.XmlText) {
    if (key !== null) throw invalid('a text has no attributes');
    checkText(proposal, rules, item, parent as unknown as Type);
  } else if (key === null) checkChild(proposal, rules, item, parent);
  else checkAttribute(proposal, rules, item, { parent, key });
};

/**
 * Whether an update (v1) may be applied to a document: it can be decoded, builds on what is here, and every part of it is
 * something that the schema knows in a place where it may stand. Costs as much as the update is long, however long the
 * document is. Nothing is applied.
 * @throws UpdateRefused
 */
export const checkUpdate = (doc: Y.Doc, update: Uint8Array, rules: Rules = manuscriptRules): void => {
  scanUpdate(update);
  try {
    const proposal = new Proposal(doc, update);
    for (const struct of proposal.structs)
      if (struct instanceof Y.Item && !proposal.isKnown(struct)) checkItem(proposal, rules, struct);
  } catch (error) {
    throw error instanceof UpdateRefused ? error : invalid((error as Error).message);
  }
};
