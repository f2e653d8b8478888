/**
 * The words of random aliases: an adjective and a gemstone. Short, spelled one way, inoffensive.
 * Only ever append: an alias that was not written down is found again from its place here.
 *
 * @module
 */

/** First halves of an alias. */
export const ADJECTIVES: readonly string[] = [
  ..."agile alert ample amused apt ardent astute austere avid awake balanced beaming".split(" "),
  ..."blithe bold bonny brave breezy bright brisk calm candid careful casual cheerful".split(" "),
  ..."chief civic clear clever cosmic cosy crisp curious daring deft eager earnest".split(" "),
  ..."easy elated epic exact fabled fair fleet fluent fond frank fresh friendly".split(" "),
  ..."gallant gentle genuine gifted glad gleeful golden graceful grand happy hardy hearty".split(
    " ",
  ),
  ..."honest hopeful humble ideal jolly jovial joyful keen kind lively loyal lucid".split(" "),
  ..."lucky lunar mellow merry mighty modest neat nimble noble patient peaceful placid".split(" "),
  ..."plucky polite prime proud quick quiet radiant ready robust sincere solar spry".split(" "),
  ..."steady stellar sturdy sunny swift tidy tranquil upbeat valiant vivid warm wise".split(" "),
];

/** Second halves of an alias. */
export const GEMSTONES: readonly string[] = [
  ..."agate alabaster amazonite amber amethyst ametrine andalusite apatite".split(" "),
  ..."aquamarine aventurine azurite beryl bloodstone carnelian celestite chalcedony".split(" "),
  ..."charoite chrysolite citrine coral cordierite diamond diopside emerald".split(" "),
  ..."fluorite garnet heliodor hematite howlite iolite jade jasper".split(" "),
  ..."jet kunzite kyanite labradorite larimar lazulite malachite marcasite".split(" "),
  ..."moonstone morganite obsidian onyx opal pearl peridot prehnite".split(" "),
  ..."pyrite quartz rhodonite ruby sapphire sardonyx selenite sodalite".split(" "),
  ..."spinel sunstone tanzanite topaz tourmaline turquoise zircon zoisite".split(" "),
];
