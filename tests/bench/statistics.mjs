// The few statistics that the report needs. Rounds differ by more than subjects do, so a ratio is taken within each round
// and only then its median.

/** Of numbers in ascending order; between two of them, the part of the way. */
export function quantile(sorted, share) {
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** The median and the ends of the numbers that are there. */
export function summary(values) {
  const sorted = values.filter(Number.isFinite).sort((one, other) => one - other);
  if (sorted.length === 0) return undefined;
  const [min, median, max] = [0, 0.5, 1].map((share) => quantile(sorted, share));
  return { median, min, max, count: sorted.length };
}

/** The ratios of what was measured in the same round, summed up. */
export function pairedRatio(values, others) {
  return summary(values.map((value, round) => value / others[round]));
}
