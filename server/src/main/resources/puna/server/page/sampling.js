// Sampling parameters, by llama.cpp's names. What is left empty is the model's own.

/** Name, bounds, step and what it does. */
export const SAMPLING = [
  ["temperature", 0, 2, 0.05, "How freely words are chosen: 0 always takes the likeliest, 1 as the model was trained, more is wilder."],
  ["top_k", 0, 1000, 1, "Only so many of the likeliest tokens may be chosen; 0 for all."],
  ["top_p", 0, 1, 0.01, "Only the likeliest tokens that together have this probability may be chosen; 1 for all."],
  ["min_p", 0, 1, 0.01, "Only tokens that are at least so likely, as a part of the likeliest one's probability."],
  ["max_tokens", 1, 1000000, 1, "The longest answer, in tokens. Empty: as long as the context has room."],
  ["seed", 0, 4294967295, 1, "The same seed gives the same answer to the same question. Empty: another one each time."],
  ["repeat_penalty", 0.01, 4, 0.01, "Makes tokens less likely that came lately; 1 for off."],
  ["repeat_last_n", -1, 100000, 1, "How many of the last tokens count as lately; -1 for all."],
  ["presence_penalty", -2, 2, 0.05, "Makes tokens less likely that came at all; 0 for off."],
  ["frequency_penalty", -2, 2, 0.05, "Makes tokens less likely the more often they came; 0 for off."],
  ["typical_p", 0, 1, 0.01, "Prefers tokens about as surprising as expected; 1 for off."],
  ["top_n_sigma", -1, 10, 0.1, "Only tokens whose logit is within so many standard deviations of the largest; -1 for off."],
  ["xtc_probability", 0, 1, 0.01, "How often the likeliest tokens are left out, so that others get a chance; 0 for off."],
  ["xtc_threshold", 0, 1, 0.01, "How likely a token must be to be left out so; above 0.5 for off."],
  ["dynatemp_range", 0, 5, 0.05, "How far the temperature moves with how sure the model is; 0 for off."],
  ["dynatemp_exponent", 0, 10, 0.1, "How sharply it moves."],
  ["dry_multiplier", 0, 10, 0.05, "How strongly the repetition of whole phrases is suppressed; 0 for off."],
  ["dry_base", 1, 10, 0.05, "How much stronger with each further token of the phrase."],
  ["dry_allowed_length", 0, 1000, 1, "Phrases up to that many tokens may be repeated."],
  ["dry_penalty_last_n", -1, 100000, 1, "How many of the last tokens are searched for repetitions; -1 for all."],
  ["thinking_budget_tokens", 0, 1000000, 1, "The most tokens that a model that reasons may spend on it."],
];

/** How many of them are shown before “More”. */
export const FEW = 6;
