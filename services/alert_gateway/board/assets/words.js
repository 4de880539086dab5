// The sentences of one language at a time, with named slots and plurals, switched without reload.

export const LANGUAGES = ["es", "en", "pt"];
let current = { language: "en", words: {} };
let plurals = new Intl.PluralRules("en");

export function preferred() {
  const asked = new URLSearchParams(location.search).get("lang");
  const kept = localStorage.getItem("rada.language");
  const wishes = [asked, kept, ...navigator.languages.map((tag) => tag.slice(0, 2)), "en"];
  return wishes.find((wish) => LANGUAGES.includes(wish));
}

export async function speak(language) {
  const answer = await fetch(`/board/words/${language}.json`);
  if (!answer.ok) throw new Error(`no words in ${language}: ${answer.status}`);
  current = await answer.json();
  plurals = new Intl.PluralRules(language);
  document.documentElement.lang = language;
}

export const language = () => current.language;

export function t(sentence, slots = {}) {
  return filled(current.words[sentence] ?? sentence, slots);
}

export function n(one, other, count, slots = {}) {
  const forms = current.words[one] ?? [one, other];
  return filled(forms[plurals.select(count) === "one" ? 0 : 1], { n: count, ...slots });
}

function filled(sentence, slots) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => slots[name] ?? whole);
}
